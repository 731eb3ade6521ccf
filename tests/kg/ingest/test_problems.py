"""Every way in which a document is refused: the line, the field, the rule, and what would be right."""
# ruff: noqa: E501, ISC004 (tables, one row a line)

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import DocumentError
from kg.ingest import read_document, read_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.model import Problem

REPORT = """\
kind: report
id: road
type: news
title: The road is closed
language: en
annotator: team
text: |
  The army closed the road on 25 August, it seems. It was quiet. The army closed the road again.
events:
  - {key: closure, type: road-closure, label: Closure}
claims:
  - key: c1
    gist: The army closed the road.
    quote: The army closed the road on 25 August
    modality: reported
    about: closure
    perpetrators: [kestrian-army]
    time: {value: 2031-08-25, text: on 25 August}
"""
AGREEMENT = """\
kind: agreement
id: delta-2032
type: ceasefire
title: Delta agreement
date: 2032-01-02
parties: [kestria, valdonia]
texts:
  - {key: en, lang: en, status: official}
terms:
  - number: "1"
    wordings:
      - {text: en, words: Both stop., status: verbatim}
    norms:
      - {key: 1a, kind: obligation, gist: Both stop., bearers: [kestria], action: hold-position}
"""
ACTORS = """\
kind: actors
id: more
actors:
  - {id: norland, type: state, label: Norland}
  - id: guard
    type: border-force
    label: Norland guard
    force_of: norland
"""
PLACES = """\
kind: places
id: more
authority: ISO 3166-2
places:
  - {id: fen, type: administrative-region, label: Fen, within: [upper-arda]}
  - id: fen-zone
    type: agreement-zone
    label: Fen zone
    covers: [fen]
"""


def changed(document: str, old: str, new: str) -> str:
    assert document.count(old) == 1, old
    return document.replace(old, new)


R, A, C, P = REPORT, AGREEMENT, ACTORS, PLACES
LAST = "    time: {value: 2031-08-25, text: on 25 August}\n"
QUOTE = "    quote: The army closed the road on 25 August\n"
TABLE = [
    # what no document may be
    ("document/not-yaml", "a: b: c\n", ":1", "is not YAML", "needs quotation marks"),
    ("document/not-yaml", changed(R, "    gist: The army", "\tgist: The army"), ":13", "is not YAML", "begin the line with spaces: YAML takes no tab there"),
    ("document/not-yaml", changed(R, "    gist: The army", "   gist: The army"), ":13", "is not YAML", "as many spaces as the fields"),
    ("document/not-yaml", changed(R, "    gist: The army", "      gist: The army"), ":13", "is not YAML", "as many spaces as the fields"),
    ("document/not-yaml", R + "---\na: b\n", ":19", "more than one YAML document", "remove the line"),
    ("document/not-yaml", "[a]: b\n", ":1", "a field name must be text", ""),
    ("document/yaml-alias", changed(R, "  - key: c1", "  - key: &x c1"), ":12 claims[0].key", "alias &x", "write the value out"),
    ("document/yaml-alias", R + "remarks: *x\n", ":19 remarks", "alias *x", "write the value out"),
    ("document/yaml-tag", changed(R, "id: road", "id: !!str road"), ":2 id", "uses the YAML tag", "taken as written"),
    ("document/duplicate-key", R + "title: Again\n", ":19 title", "is given twice, first on line 4", "keep one"),
    ("document/control-character", R + "# \x07\n", ":19", "U+0007", "delete it"),
    ("document/control-character", changed(R, "label: Closure", 'label: "Clo\\a"'), ":10 events[0].label", "event closure: contains the control character U+0007", "delete it"),
    ("document/too-deep", "a: " + "[" * 30 + "]" * 30, ":1", "nested more than 20 levels", ""),
    ("document/wrong-type", "- a\n", ":1", "expected a mapping with the field kind, found a list", "one of: actors, agreement, places, report"),
    ("document/missing-field", "id: x\n", ":1", "has no field kind", "one of: actors"),
    ("document/unknown-kind", "kind: reports\n", ":1 kind", "unknown kind 'reports'", "one of: actors"),
    # fields
    ("document/unquoted-comma", changed(R, "label: Closure", "label: {en: Clash, near Goris}"), ":10 events[0].label", "'near Goris' is read as a language of its own", 'en: "Clash, near Goris"'),
    ("document/unquoted-comma", R + "    attribution: {agent: team, verb: said, but denied, and more}\n", ":19 claims[0].attribution.but denied", "claim c1: 'but denied' is read as a field of its own", 'verb: "said, but denied, and more"'),
    ("document/unquoted-comma", changed(R, "on 25 August}", "on 25 August, 2031}"), ":18 claims[0].time.2031", "'2031' is read as a field of its own", 'text: "on 25 August, 2031"'),
    ("document/unknown-field", R + "    hedge:\n", ":19 claims[0].hedge", "unknown field 'hedge'", "did you mean 'hedges'?"),
    ("document/wrong-type", changed(R, "text: on 25 August", "text: {en: on 25 August}"), ":18 claims[0].time.text", "expected text, found a mapping", "text: on 25 August"),
    ("document/wrong-type", changed(R, "language: en", "language: [en]"), ":5 language", "expected text, found a list", "write one text: language: en"),
    ("document/wrong-type", changed(R, "label: Closure", "label: [Closure, Blockade]"), ":10 events[0].label", "expected a name, or a map of languages, found a list", "write Closure, or {en: Closure}"),
    ("document/wrong-type", R + "    alleges: arda-2031\n", ":19 claims[0].alleges", "expected a mapping, found the text 'arda-2031'", "write {agreement: arda-2031, …}"),
    ("document/wrong-type", R + "    attribution: [river-post]\n", ":19 claims[0].attribution[0]", "expected a mapping", "write {agent: river-post, …}"),
    ("document/wrong-type", R + "    places: upper-arda\n", ":19 claims[0].places", "expected a list", "write places: [upper-arda]"),
    ("document/not-a-number", R + "    quantities: {kind: killed, value: '1,400'}\n", ":19 claims[0].quantities.value", "'1,400' is not a number", "write 1400"),
    ("document/not-a-number", R + "    quantities: {kind: killed, value: 12 000}\n", ":19 claims[0].quantities.value", "'12 000' is not a number", "write 12000"),
    ("document/not-a-number", R + "    quantities: {kind: killed, value: ~5}\n", ":19 claims[0].quantities.value", "'~5' is not a number", "write 5, with `comparator: about`"),
    ("document/not-a-number", R + "    confidence: 80%\n", ":19 claims[0].confidence", "'80%' is not a number", "write 0.8"),
    ("document/not-a-number", R + "    quantities: {kind: length, value: '1,5', unit: km}\n", ":19 claims[0].quantities.value", "'1,5' is not a number", "write 1.5"),
    ("document/bad-language", changed(R, "language: en", "language: en_US"), ":5 language", "'en_US' is not a language tag", "write en-US"),
    ("time/out-of-range", changed(R, "value: 2031-08-25", "value: 2031-08-25/9999-12-31"), ":18 claims[0].time.value", "9999-12-31 reaches, in UTC, to the end of the year 9999", "written .."),
    ("time/out-of-range", changed(R, "value: 2031-08-25", "value: 0001-01-01T00:00+04:00"), ":18 claims[0].time.value", "before the year 0001", ""),
    ("document/unknown-field", changed(R, "modality:", "modalty:"), ":15 claims[0].modalty", "claim c1: unknown field 'modalty'", "did you mean 'modality'?"),
    ("document/unknown-field", R + "violations: []\n", ":19 violations", "unknown field 'violations'", "violations are written by rules only; use `alleges:` on the claim"),
    ("document/unknown-field", R + "    alleged_violations: []\n", ":19 claims[0].alleged_violations", "claim c1: unknown field", "violations are written by rules only; use `alleges:` on the claim"),
    ("document/unknown-field", changed(R, "text: on 25", "txt: on 25"), ":18 claims[0].time.txt", "unknown field 'txt'", "did you mean 'text'?"),
    ("document/missing-field", changed(R, "    modality: reported\n", ""), ":12 claims[0].modality", "claim c1: needs the field 'modality'", "How the text puts it."),
    ("document/missing-field", changed(R, "    modality: reported\n", "    modality:\n"), ":15 claims[0].modality", "needs the field 'modality'", ""),
    ("document/missing-field", changed(R, QUOTE, ""), ":12 claims[0]", "claim c1: has neither quote, quotes nor row", "every claim has evidence"),
    ("document/missing-field", changed(R, R[R.index("text: |") : R.index("events:")], ""), ":1", "has neither text nor text_file", "a file beside the document"),
    ("document/missing-field", changed(R, LAST, "    time: {zone: Z}\n"), ":18 claims[0].time", "has neither value nor text", "a time that cannot be dated"),
    ("document/missing-field", R + "    quantities: {kind: killed}\n", ":19 claims[0].quantities", "has no value", "give `value`"),
    ("document/missing-field", R + "    denies: {term: '1'}\n", ":19 claims[0].denies.term", "a term needs its agreement", "add `agreement:`"),
    ("document/missing-field", R + "    denies: {}\n", ":19 claims[0].denies", "has neither claim, event nor agreement", "{event: …}"),
    ("document/contradiction", R + "    denies: {event: closure, for: [kestria], act: true}\n", ":19 claims[0].denies.act", "either the act as such is denied, or somebody's part in it", "keep `act: true`, or `for:`"),
    ("document/contradiction", R + "    denies: {agreement: arda-2031, act: true}\n", ":19 claims[0].denies.act", "who denies a breach says nothing of the act", "write {claim: …, act: true}"),
    ("reference/unknown", R + "    denies: {event: closure, for: [kestrai]}\n", ":19 claims[0].denies.for[0]", "unknown actor 'kestrai'", "did you mean 'kestria'"),
    ("document/missing-field", changed(P, "authority: ISO 3166-2\n", "").replace("    covers: [fen]\n", ""), ":4 places[0].within[0]", "place fen: no authority says", "give `authority`"),
    ("document/missing-field", changed(A, ", action: hold-position}", "}"), ":14 terms[0].norms[0].action", "norm 1a: needs the field 'action'", "What is to be done or left."),
    ("document/wrong-type", changed(R, "[kestrian-army]", "kestrian-army"), ":17 claims[0].perpetrators", "claim c1: expected a list, found the text 'kestrian-army'", "write perpetrators: [kestrian-army]"),
    ("document/wrong-type", changed(R, "gist: The army closed the road.", "gist: [a]"), ":13 claims[0].gist", "expected text, found a list", ""),
    ("document/wrong-type", changed(R, "  - {key: closure, type: road-closure, label: Closure}", "  - closure"), ":10 events[0]", "expected a mapping, found the text 'closure'", "write {key: closure, …}"),
    ("document/wrong-type", changed(R, "[kestrian-army]", "[kestrian-army, ~]"), ":17 claims[0].perpetrators[1]", "expected text, found nothing", ""),
    ("document/empty", changed(R, "title: The road is closed", 'title: " "'), ":4 title", "is empty", "leave the field out"),
    ("document/empty", "kind: actors\nid: x\nactors: []\n", ":3 actors", "is empty", "at least one"),
    ("document/unknown-value", changed(R, "type: news", "type: newspaper"), ":3 type", "unknown type 'newspaper'", "did you mean 'news'? one of: news, mission"),
    ("document/unknown-value", changed(R, "value: 2031-08-25,", "value: 2031-08-25, inferred: [decade],"), ":18 claims[0].time.inferred[0]", "'decade' cannot be inferred", "one of: year, month"),
    ("document/bad-id", changed(R, "id: road", "id: The Road"), ":2 id", "'The Road' cannot be an id", "lower-case letters, digits and hyphens: the-road"),
    ("document/bad-key", changed(R, "key: c1", "key: c 1"), ":12 claims[0].key", "'c 1' cannot be a key", "such as c1"),
    ("document/bad-number", R + "    alleges: {agreement: arda-2031, term: Article 2.1}\n", ":19 claims[0].alleges.term", "'Article 2.1' cannot be a term's number", "write 2.1"),
    ("reference/unknown", R + "    alleges: {agreement: arda-2031, term: '02'}\n", ":19 claims[0].alleges.term", "agreement 'arda-2031' has no term '02'", "did you mean '2'? its terms"),
    ("document/wrong-type", R + "    places: [{id: fen}]\n", ":19 claims[0].places[0]", "expected text, found a mapping", "write one text for each item: places: [fen]"),
    ("document/wrong-type", changed(R, LAST, "    time: [2031-08-25]\n"), ":18 claims[0].time", "expected a mapping, found a list", "it takes one: time: 2031-08-25"),
    ("document/bad-number", changed(A, 'number: "1"', "number: 1 a"), ":10 terms[0].number", "'1 a' cannot be a term's number", "such as 6"),
    ("document/bad-reference", changed(R, "annotator: team", "annotator: The Team"), ":6 annotator", "'The Team' is neither an id nor an IRI", "begins with https://"),
    ("document/bad-reference", R + "    confirms: [a/b/c]\n", ":19 claims[0].confirms[0]", "'a/b/c' names no claim or event", "report-id/key"),
    ("document/bad-iri", R + "url: www.example.org\n", ":19 url", "'www.example.org' is not an address", "https://"),
    ("document/bad-iri", R + "url: http://a b/\n", ":19 url", "'http://a b/' is not an address: a blank stands in it", "write %20 instead"),
    ("document/bad-iri", R + "url: javascript:alert(1)\n", ":19 url", "is not an address", "urn: or doi:"),
    ("document/bad-language", changed(R, "language: en", "language: English"), ":5 language", "'English' is not a language tag", "write en"),
    ("document/not-a-number", R + "    quantities: {kind: killed, value: '1,960'}\n", ":19 claims[0].quantities.value", "'1,960' is not a number", "without separators or units"),
    ("document/not-a-number", changed(C, "label: Norland}", "label: Norland, gw_code: 3a}"), ":4 actors[0].gw_code", "actor norland: '3a' is not a whole number", "digits only"),
    ("document/not-true-or-false", changed(A, "status: official", "status: official, complete: yes"), ":8 texts[0].complete", "'yes' is neither true nor false", "write true or false"),
    ("document/out-of-range", R + "    confidence: 90\n", ":19 claims[0].confidence", "90 is not from 0 to 1", "0.8 means quite sure"),
    ("document/out-of-range", R + "    quantities: {kind: killed, value: -3}\n", ":19 claims[0].quantities.value", "claim c1: -3 is negative", "0 or more"),
    ("document/bad-hash", R + "    media: [{kind: photo, title: t, sha256: ABC}]\n", ":19 claims[0].media[0].sha256", "'ABC' is not a SHA-256", "64 hexadecimal digits"),
    ("document/bad-fragment", R + "    media: [{kind: photo, title: t, region: the left}]\n", ":19 claims[0].media[0].region", "'the left' is no Media Fragment", "xywh=percent:"),
    ("document/bad-duration", changed(A, "action: hold-position}", "action: hold-position, after: {words: w, period: two weeks}}"), ":14 terms[0].norms[0].after.period", "'two weeks' is not a duration", "write P14D"),
    # what a document must keep in itself
    ("document/duplicate-id", R + "  - {key: c1, gist: g, quote: It was quiet, modality: asserted}\n", ":19 claims[1].key", "key 'c1' is given twice, first on line 12", "give each its own"),
    ("document/duplicate-id", changed(A, "action: hold-position}\n", "action: hold-position}\n      - {key: 1a, kind: declaration, gist: g, action: other}\n"), ":15 terms[0].norms[1].key", "key '1a' is given twice, first on line 14", ""),
    ("document/contradiction", R + "    row: {dataset: d, version: '1', id: '2'}\n", ":19 claims[0].row", "has quote and row", "in `quote`"),
    ("document/contradiction", R + "    quantities: {kind: killed, low: 3, high: 2}\n", ":19 claims[0].quantities", "not in that order", "the smallest number in `low`"),
    ("document/contradiction", R + "    quantities: {kind: killed, low: 2, high: 3, comparator: exactly}\n", ":19 claims[0].quantities.comparator", "a range is not exact", "about"),
    ("document/contradiction", changed(R, "label: Closure}", "label: Closure, part_of: closure}"), ":10 events[0].part_of", "the event is part of itself", "name the larger event"),
    ("document/contradiction", changed(A, 'number: "1"\n', 'number: "1"\n    part_of: "1"\n'), ":11 terms[0].part_of", "the term is part of itself", "name the term above it"),
    ("document/contradiction", changed(R, "label: Closure}", "label: Closure, same_event_as: {event: closure, confidence: 1, reason: r, status: accepted}}"), ":10 events[0].same_event_as.event", "event closure: the event is said to be the same as itself", "an event of another report"),
    ("document/contradiction", changed(R, "label: Closure}", "label: Closure}\n  - {key: end, type: road-closure, label: End, same_event_as: [{event: road/closure, confidence: 1, reason: r, status: accepted}]}"), ":11 events[1].same_event_as[0].event", "'closure', an event of the same report", "an event of another report"),
    ("document/contradiction", changed(P, "within: [upper-arda]", "extent: stated"), ":5 places[0].extent", "only an agreement-zone has extent", "agreement-zone"),
    ("document/contradiction", changed(P, "covers: [fen]", "geometry: POINT (1 2)\n    geometry_file: a.geojson#x"), ":10 places[1].geometry_file", "has geometry and geometry_file", "keep one"),
    ("document/contradiction", changed(R, QUOTE, "    quotes: [The army, It was quiet]\n    translation: {de: Das Heer}\n").replace("    quotes: [The army,", "    quotes: [on 25 August,"), ":15 claims[0].translation", "a translation belongs to one quote", ""),
    # names of things
    ("code/unknown", changed(R, "modality: reported", "modality: reportd"), ":15 claims[0].modality", "claim c1: unknown modality 'reportd'", "did you mean 'reported'? one of: alleged, asserted"),
    ("code/unknown", changed(R, "type: road-closure", "type: roadblock"), ":10 events[0].type", "event closure: unknown event type 'roadblock'", "one of: "),
    ("reference/unknown", changed(R, "[kestrian-army]", "[kestria, kestrian-amry]"), ":17 claims[0].perpetrators[1]", "claim c1: unknown actor 'kestrian-amry'", "did you mean 'kestrian-army' or 'kestria'?"),
    ("reference/unknown", changed(R, "about: closure", "about: closing"), ":16 claims[0].about", "there is no event 'closing' in this document", "events of this document: closure"),
    ("reference/unknown", R + "    places: [uper-arda]\n", ":19 claims[0].places[0]", "unknown place 'uper-arda'", "did you mean 'upper-arda'?"),
    ("reference/unknown", R + "    alleges: {agreement: arda-2031, term: '9'}\n", ":19 claims[0].alleges.term", "agreement 'arda-2031' has no term '9'", "its terms: 1, 2, 2.1"),
    ("reference/unknown", R + "    alleges: {agreement: arda-2013}\n", ":19 claims[0].alleges.agreement", "unknown agreement 'arda-2013'", "did you mean 'arda-2031'?"),
    ("reference/unknown", R + "    disputes: [earlier/c2]\n", ":19 claims[0].disputes[0]", "unknown claim 'earlier/c2'", "did you mean 'earlier/c1'?"),
    ("reference/unknown", R + "    denies: [{event: earlier/opening}]\n", ":19 claims[0].denies[0].event", "unknown event 'earlier/opening'", ""),
    ("reference/unknown", R + "alternate_of: later\n", ":19 alternate_of", "unknown report 'later'", ""),
    ("reference/unknown", R + "publisher: https://example.org/id/actor/nobody\n", ":19 publisher", "unknown actor 'https://example.org/id/actor/nobody'", ""),
    ("reference/unknown", R + "publisher: upper-arda\n", ":19 publisher", "'upper-arda' is a place, not an actor", ""),
    ("reference/unknown", R + "    places: [kestria]\n", ":19 claims[0].places[0]", "'kestria' is an actor, not a place", ""),
    ("reference/unknown", changed(A, "text: en,", "text: fr,"), ":12 terms[0].wordings[0].text", "term 1: there is no text 'fr'", "keys of texts: en"),
    ("reference/unknown", changed(A, 'number: "1"\n', 'number: "1"\n    part_of: "7"\n'), ":11 terms[0].part_of", "there is no term '7'", "numbers of terms: 1"),
    ("reference/wrong-type", changed(R, "annotator: team", "annotator: residents"), ":6 annotator", "'residents' is of type collective-source, not analyst", "type: analyst"),
    # times
    ("time/not-a-date", R + "issued: 2031-08\n", ":19 issued", "'2031-08' is not a date", "write year-month-day"),
    ("time/impossible", R + "issued: 2031-02-29\n", ":19 issued", "there is no day 2031-02-29", ""),
    ("time/impossible", changed(R, "2031-08-25", "2031-08-32"), ":18 claims[0].time.value", "claim c1: there is no time 2031-08-32", "2031-08 has 31 days"),
    ("time/not-a-time", changed(R, LAST, "    time: in August\n"), ":18 claims[0].time", "'in August' is not a time", "write 2021, 2021-08"),
    ("time/reversed", changed(R, "2031-08-25,", "2031-08-25/2031-08-24,"), ":18 claims[0].time.value", "later than", "earlier time first"),
    ("time/reversed", changed(A, "action: hold-position}", "action: hold-position, until: 2032-03, from: 2032-04-01}"), ":14 terms[0].norms[0].until", "norm 1a: the norm ends (2032-03) before it begins (2032-04-01)", "a later `until`"),
    ("time/reversed", changed(A, "action: hold-position}", "action: hold-position, until: 2032-01-01}"), ":14 terms[0].norms[0].until", "the norm ends (2032-01-01) before it begins (2032-01-02)", "begins with its agreement"),
    ("time/reversed", changed(A, "action: hold-position}", "action: hold-position, until: 2032-01-04}").replace("date: 2032-01-02", "date: 2032-01-02\nentry_into_force: 2032-01-05"), ":15 terms[0].norms[0].until", "before it begins (2032-01-05)", "begins with its agreement"),
    ("time/reversed", changed(A, "action: hold-position}", "action: hold-position, until: 2032-04-01, readings: [{key: a}, {key: b, from: 2032-05}]}"), ":14 terms[0].norms[0].until", "before it begins (2032-05)", ""),
    ("time/bad-zone", R + "zone: MSK\n", ":19 zone", "'MSK' is not a time zone", '"+04:00"'),
    ("time/not-a-time", changed(A, "date: 2032-01-02", "date: 2032-01-02\nentry_into_force: noon"), ":6 entry_into_force", "'noon' is not a time", ""),
    # quotes
    ("quote/not-found", changed(R, "quote: The army closed the road on 25 August", "quote: The army closed the road on 26 August"), ":14 claims[0].quote", "claim c1: the text does not contain “The army closed the road on 26 August”", "5 (DIGIT FIVE) where the document has 6 (DIGIT SIX)"),
    ("quote/not-found", changed(R, "text: on 25 August", "text: on the 25th"), ":18 claims[0].time.text", "the text does not contain “on the 25th”", ""),
    ("quote/not-found", R + "    hedges: [it appears]\n", ":19 claims[0].hedges[0]", "the text does not contain “it appears”", ""),
    ("quote/ambiguous", changed(R, QUOTE, "    quote: The army closed the road\n"), ":14 claims[0].quote", "2 times", "say which one with after:, before: or occurrence: — 1: …"),
    ("quote/no-such-occurrence", changed(R, QUOTE, "    quote: {exact: The army, occurrence: 3}\n"), ":14 claims[0].quote", "there is no occurrence 3 of “The army”", "there are 2"),
    ("quote/not-in-context", changed(R, QUOTE, "    quote: {exact: It was quiet, after: again}\n"), ":14 claims[0].quote", "does not stand where after: and before: say", "it stands here"),
    ("text/empty", changed(R, "  The army closed the road on 25 August, it seems. It was quiet. The army closed the road again.", "  "), ":7 text", "holds no text", ""),
    # files
    ("file/missing", changed(R, R[R.index("text: |") : R.index("events:")], "text_file: road.txt\n"), ":7 text_file", "there is no file 'road.txt'", ""),
    ("file/outside", changed(R, R[R.index("text: |") : R.index("events:")], "text_file: ../road.txt\n"), ":7 text_file", "'../road.txt' is not in the document's folder", "beside the document"),
    ("file/outside", changed(R, R[R.index("text: |") : R.index("events:")], "text_file: /etc/passwd\n"), ":7 text_file", "is not in the document's folder", ""),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: CIRCLE (1 2)"), ":9 places[1].geometry", "place fen-zone: is not WKT", ""),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: POINT (39.2 146.4)"), ":9 places[1].geometry", "outside the globe: 39.2 146.4", "longitude first, then latitude"),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: POINT (181 0)"), ":9 places[1].geometry", "outside the globe: 181 0", "longitude first"),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: POINT (1)"), ":9 places[1].geometry", "no pair of numbers", "longitude first"),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: POINT (1 2, 3 4)"), ":9 places[1].geometry", "no pair of numbers", "longitude first"),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: MULTIPOINT ((1 2), (3 91))"), ":9 places[1].geometry", "outside the globe: 3 91", "longitude first"),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: LINESTRING (1 2, 3 -90.5)"), ":9 places[1].geometry", "outside the globe: 3 -90.5", "longitude first"),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: POLYGON ((0 0, 1 0, 1 1, 0 1))"), ":9 places[1].geometry", "not closed: its last point must be its first", "once again at the end"),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 1 1))"), ":9 places[1].geometry", "not closed", "four points or more"),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 6)))"), ":9 places[1].geometry", "not closed", ""),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: POLYGON (0 0, 1 0, 1 1, 0 0)"), ":9 places[1].geometry", "has ", ""),
    ("geometry/unusable", changed(P, "covers: [fen]", "geometry: POINT (1 2))("), ":9 places[1].geometry", "is not WKT", "such as POINT"),
    ("geometry/no-feature", changed(P, "covers: [fen]", "geometry_file: a.geojson"), ":9 places[1].geometry_file", "'a.geojson' names no feature", "file.geojson#id"),
]  # fmt: skip


def described(problem: Problem) -> str:
    line = "" if problem.line is None else f":{problem.line}"
    return f"{line} {problem.field}".strip()


@pytest.mark.parametrize(
    ("rule", "document", "place", "said"),
    [(rule, document, place, (message, hint)) for rule, document, place, message, hint in TABLE],
    ids=[f"{index}-{row[0]}" for index, row in enumerate(TABLE)],
)
def test_a_wrong_document_is_told_where_and_what(
    problems: Callable[..., tuple[Problem, ...]],
    rule: str,
    document: str,
    place: str,
    said: tuple[str, str],
) -> None:
    message, hint = said
    found = [problem for problem in problems(document) if problem.rule == rule]
    assert [described(problem) for problem in found] == [place], problems(document)
    assert found[0].file == "a.yaml"
    assert message in found[0].message
    assert hint in (found[0].hint or "")


@pytest.mark.parametrize("document", [REPORT, AGREEMENT, ACTORS, PLACES])
def test_the_documents_behind_the_table_are_right(
    problems: Callable[..., tuple[Problem, ...]], document: str
) -> None:
    assert problems(document) == ()


def test_all_problems_come_at_once_in_the_order_of_lines(
    problems: Callable[..., tuple[Problem, ...]],
) -> None:
    document = changed(R, "modality: reported", "modality: rumour").replace("2031-08-25", "2031-08-35")
    document = document.replace("[kestrian-army]", "[nobody]").replace("quote: The army", "quote: An army")
    document = document.replace("annotator: team", "annotator: crew")
    assert [(problem.line, problem.rule) for problem in problems(document)] == [
        (6, "reference/unknown"),
        (14, "quote/not-found"),
        (15, "code/unknown"),
        (17, "reference/unknown"),
        (18, "time/impossible"),
    ]


def test_all_problems_of_form_come_at_once(problems: Callable[..., tuple[Problem, ...]]) -> None:
    document = changed(R, "type: news", "type: rumour").replace("[kestrian-army]", "x") + "violation: 1\n"
    assert [problem.line for problem in problems(document)] == [3, 17, 19]


def test_yaml_that_uses_several_forbidden_things_is_told_all(
    problems: Callable[..., tuple[Problem, ...]],
) -> None:
    document = changed(R, "id: road", "id: !x road") + "title: a\nzone: &z Z\n"
    assert [problem.rule for problem in problems(document)] == [
        "document/yaml-tag",
        "document/duplicate-key",
        "document/yaml-alias",
    ]


@pytest.mark.parametrize(
    ("document", "place", "message"),
    [
        ('{"kind": "actors",\n "id": }', ":2", "is not JSON: a value is missing here"),
        ('{"kind": "actors",\n "id": "x"', ":2", "is not JSON: a mapping goes on with a comma or ends with }"),
        ('{"kind": "actors"\n}{}', ":2", "is not JSON: more text follows"),
        ('{"a": [1 2]}', ":1", "is not JSON: a list goes on with a comma or ends with ]"),
        ('{"a": 1, b: 2}', ":1", "is not JSON: a field name in quotation marks is missing here"),
        ('{"a" 1}', ":1", "is not JSON: a colon is missing after the field name"),
        ('{"a": "\\x"}', ":1", "is not JSON: "),
        ('{"kind": "actors",\n "id": "x",\n "id": "y"}', ":3 id", "is given twice, first on line 2"),
        ('{"kind": "actors", "id": "x", "actors": [\n {"id": "a", "type": "state",\n "lable": "A"}]}',
         ":3 actors[0].lable", "actor a: unknown field 'lable'"),
        ('{"kind": "actors", "id": "x", "source": "\\ud800", "actors": [{"id": "a", "type": "state", "label": "A"}]}',
         ":1 source", "contains the control character U+D800"),
        ("[" * 40, ":1", "nested more than 20 levels deep"),
    ],
)  # fmt: skip
def test_json_is_told_where_and_what(
    problems: Callable[..., tuple[Problem, ...]], document: str, place: str, message: str
) -> None:
    found = [problem for problem in problems(document, "a.json") if message in problem.message]
    assert [described(problem) for problem in found] == [place], problems(document, "a.json")


@pytest.mark.parametrize(
    ("data", "name", "rule"),
    [
        (b"kind: \xff\n", "a.yaml", "document/not-utf-8"),
        (b"kind: report\n", "a.txt", "document/unknown-format"),
        (b"#" * (16 * 1024 * 1024 + 1), "a.yaml", "document/too-large"),
    ],
)
def test_bytes_that_are_no_document_are_refused(data: bytes, name: str, rule: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_text(data, name)
    assert [problem.rule for problem in caught.value.problems] == [rule]


def test_a_missing_file_is_a_problem_too(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read: No such file"):
        read_document(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("data", "rule", "said"),
    [
        (b"a\n\xff", "text/not-utf-8", "road.txt:2 is not UTF-8 (byte 2)"),
        (b"a\nb\x0c", "document/control-character", "road.txt:2 contains the control character U+000C"),
        (b" \n", "text/empty", "road.txt holds no text"),
    ],
)
def test_a_text_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, data: bytes, rule: str, said: str
) -> None:
    (tmp_path / "road.txt").write_bytes(data)
    document = changed(R, R[R.index("text: |") : R.index("events:")], "text_file: road.txt\n")
    with pytest.raises(DocumentError) as caught:
        read_text(document.encode(), "a.yaml", tmp_path)
    assert [(problem.rule, problem.field, problem.line) for problem in caught.value.problems] == [
        (rule, "text_file", 7)
    ]
    assert said in caught.value.problems[0].message


def test_a_document_without_a_folder_reads_no_files() -> None:
    document = changed(R, R[R.index("text: |") : R.index("events:")], "text_file: road.txt\n")
    with pytest.raises(DocumentError, match=re.escape("[file/not-available]")):
        read_text(document.encode(), "a.yaml")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("It was quiet.", encoding="utf-8")
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "road.txt").symlink_to(tmp_path / "secret.txt")
    document = changed(R, R[R.index("text: |") : R.index("events:")], "text_file: road.txt\n")
    with pytest.raises(DocumentError, match=re.escape("[file/outside]")):
        read_text(document.encode(), "a.yaml", folder)


@pytest.mark.parametrize(
    ("geojson", "rule"),
    [
        ("{}", "geometry/not-geojson"),
        ('{"features": [{"properties": {"id": "y"}, "geometry": null}]}', "geometry/no-feature"),
        ('{"features": [{"properties": {"id": "x"}, "geometry": null}]}', "geometry/unusable"),
        ('{"features": [{"properties": {"id": "x"}, "geometry": {"type": "Polygon", "coordinates": '
         '[[[0, 0], [1, 0], [1, 1]]]}}]}', "geometry/unusable"),
        ('{"features": [{"properties": {"id": "x"}, "geometry": {"type": "Point", "coordinates": [0, 91]}}]}',
         "geometry/unusable"),
    ],
)  # fmt: skip
def test_outlines_that_cannot_be_used(tmp_path: Path, geojson: str, rule: str) -> None:
    (tmp_path / "a.geojson").write_text(geojson, encoding="utf-8")
    document = changed(P, "covers: [fen]", "geometry_file: a.geojson#x")
    with pytest.raises(DocumentError) as caught:
        read_text(document.encode(), "a.yaml", tmp_path)
    assert [problem.rule for problem in caught.value.problems] == [rule]


@pytest.mark.parametrize(
    "wkt",
    [
        "POINT (180 -90)",
        "POINT (+.5 1.)",
        "MULTIPOINT (1 2, 3 4)",
        "MULTIPOINT ((1 2), (3 4))",
        "LINESTRING (1 2, 3 4)",
        "MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))",
        "POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
    ],
)
def test_outlines_that_can_be_used(problems: Callable[..., tuple[Problem, ...]], wkt: str) -> None:
    assert problems(changed(P, "covers: [fen]", f"geometry: {wkt}")) == ()


SIGNS = st.sampled_from(
    [*"[]{}:-~'\"\n #&*!|>\u00a0é\x07", "  ", "null", "- ", ": ", "..", "2031-02-30", "{a: [b]}"]
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), SIGNS), min_size=1, max_size=4)


@given(st.sampled_from([R, A, C, P]), EDITS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_to_a_document_it_is_read_or_refused(
    problems: Callable[..., tuple[Problem, ...]], document: str, edits: list[tuple[float, int, str]]
) -> None:
    for place, deleted, inserted in edits:
        at = int(place * len(document))
        document = document[:at] + inserted + document[at + deleted :]
    assert all(problem.message and problem.rule for problem in problems(document))


def test_every_rule_is_provoked_here() -> None:
    folder = Path(__file__).resolve().parents[3] / "kg" / "ingest"
    named = re.compile(r"\"((?:document|text|file|geometry|time|quote|code|reference)/[a-z0-9-]+)\"")
    sources = [file.read_text(encoding="utf-8") for file in folder.rglob("*.py")]
    assert len(sources) > 20
    rules = {rule for source in sources for rule in named.findall(source)}
    tests = (
        Path(__file__),
        *(Path(__file__).with_name(f"test_{name}.py") for name in ("doubts", "invisible", "quotes")),
    )
    here = {rule for test in tests for rule in named.findall(test.read_text(encoding="utf-8"))}
    here |= {"document/not-json", "document/unreadable", "file/not-available"}
    here |= {
        "file/irregular",
        "file/shared",
        "file/store",
        "file/unreadable",
    }  # in tests/kg/pipeline/test_finding.py
    assert rules - here == set()


def test_a_field_whose_name_is_written_wrongly_is_not_missing_too(
    problems: Callable[..., tuple[Problem, ...]],
) -> None:
    found = problems(changed(R, "modality:", "modalty:"))
    assert [(problem.rule, problem.field) for problem in found] == [
        ("document/unknown-field", "claims[0].modalty")
    ]


def test_one_wrong_item_of_a_list_is_one_problem(problems: Callable[..., tuple[Problem, ...]]) -> None:
    case = """{"kind": "actors", "id": "a", "actors": [{"id": "b", "type": "outlet", "label": {"en_US": "X"}}]}"""
    assert [problem.rule for problem in problems(case, "a.json")] == ["document/bad-language"]


@pytest.mark.parametrize(
    ("name", "data", "message", "hint"),
    [
        ("x.ttl", b"<a> <b> <c> .", "is RDF by its name (.ttl)", "PUT /graphs?graph=IRI"),
        ("x.jsonld", b"{}", "is RDF by its name (.jsonld)", "docs/documents/rdf.md"),
        ("x.txt", b"The road", "is a text, no document", "servanda new report"),
        ("x.pdf", b"%PDF-1.4", "is PDF, no document", "servanda new report"),
        ("x", b"kind: report", "is neither YAML nor JSON by its name: no ending", "end the name with"),
    ],
)
def test_what_is_no_document_by_its_name_is_told_where_it_goes(
    name: str, data: bytes, message: str, hint: str
) -> None:
    with pytest.raises(DocumentError) as refused:
        read_text(data, name)
    (problem,) = refused.value.problems
    assert message in problem.message
    assert hint in str(problem.hint)


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("1_400", "1400"),
        ("1_400_000", "1400000"),
        ("1.400.000", "1400000"),
        ("1.400,5", "1400.5"),
        ("1.400,125", "1400.125"),
        ("12.000.000,75", "12000000.75"),
        ("1,400,000.5", "1400000.5"),
        ("1\u00a0400\u00a0000,5", "1400000.5"),
        pytest.param("14,00,000", "1400000", marks=pytest.mark.slow),
        ("\u0661\u0664\u0660\u0660", "1400"),
        ("\u0661\u066c\u0664\u0660\u0660", "1400"),
        ("\u06f1\u06f2\u066b\u06f5", "12.5"),
        pytest.param("\u0967\u096a\u0966\u0966", "1400", marks=pytest.mark.slow),
        ("\uff11\uff14\uff10\uff10", "1400"),
        ("about 1.400.000", "1400000, with `comparator: about`"),
        ("1400+", "1400, with `comparator: at-least`"),
        ("0x1F", "31"),
        pytest.param("1e3", "1000", marks=pytest.mark.slow),
        pytest.param("1.25E-2", "0.0125", marks=pytest.mark.slow),
        ("1.4 million", "1400000"),
        pytest.param("1,5 тыс.", "1500", marks=pytest.mark.slow),
        pytest.param("\u2265 2.000.000", "2000000, with `comparator: at-least`", marks=pytest.mark.slow),
        pytest.param("up to 3k", "3000, with `comparator: at-most`", marks=pytest.mark.slow),
    ],
)
def test_a_number_is_told_as_it_is_to_be_written(
    written: str, right: str, problems: Callable[..., tuple[Problem, ...]]
) -> None:
    (problem,) = problems(R + f"    quantities:\n      - kind: killed\n        value: '{written}'\n")
    assert problem.rule == "document/not-a-number"
    assert (problem.hint or "").partition("; ")[2].startswith(f"write {right}")


def test_digits_that_a_comma_parts_within_braces_are_one_number(
    problems: Callable[..., tuple[Problem, ...]],
) -> None:
    (problem,) = problems(R + "    quantities: {kind: killed, value: 1,400,000}\n")
    assert problem.rule == "document/unquoted-comma"
    assert problem.hint == "numbers have no commas: value: 1400000"


@pytest.mark.parametrize(
    "written",
    [
        "more than 1400",
        "1.4.0",
        "12-14",
        "one",
        "1,4,0",
        "\u0661x",
        "3 m",
        pytest.param("5 km", marks=pytest.mark.slow),
        pytest.param("e3", marks=pytest.mark.slow),
        pytest.param("1e", marks=pytest.mark.slow),
        pytest.param("+", marks=pytest.mark.slow),
        pytest.param("2 billion", marks=pytest.mark.slow),
    ],
)
def test_of_what_may_be_several_numbers_none_is_told(
    written: str, problems: Callable[..., tuple[Problem, ...]]
) -> None:
    (problem,) = problems(R + f"    quantities:\n      - kind: killed\n        value: '{written}'\n")
    assert "; write" not in (problem.hint or "")


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("english", "en"),
        ("Englsh", "en"),
        ("Russian", "ru"),
        ("русский", "ru"),
        ("Українська", "uk"),
        ("arabic", "ar"),
        ("العربية", "ar"),
        pytest.param("farsi", "fa", marks=pytest.mark.slow),
        ("Español", "es"),
        pytest.param("Deutsch", "de", marks=pytest.mark.slow),
        pytest.param("Հայերեն", "hy", marks=pytest.mark.slow),
        pytest.param("tigrinya", "ti", marks=pytest.mark.slow),
    ],
)
def test_a_language_is_told_by_its_tag(
    written: str, tag: str, problems: Callable[..., tuple[Problem, ...]]
) -> None:
    (problem,) = problems(changed(R, "language: en", f"language: {written}"))
    assert problem.hint == f"write {tag}"
