"""The pages of the ontology and of the code lists: plain HTML that needs nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from api.reference import STYLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.query.lookups.vocabulary import Entry, Section

_DIAGRAM = """Term ── ofAgreement ──► Agreement ── party, signatory ──► Actor
Norm ── inTerm ──► Term          Norm ── binds ──► Actor     Norm ── action ──► code
Claim ── statedIn ──► Report     Claim ── aboutEvent ──► Event ── describedIn ──► Report
Claim ── perpetrator, target ──► Actor    place ──► Region    time ──► TimeExpression
Claim ── evidence ──► Quotation  Claim ── accordingTo ──► Actor
AllegedViolation, CandidateViolation ── supportedBy, deniedBy ──► Claim
Assessment ── assessedClaim ──► Claim     Assessment ── againstNorm ──► Norm"""


def terms_page(title: str, prose: str, sections: Iterable[Section], *, diagram: bool = False) -> str:
    """Return the page of modules with their terms, or of code lists with their codes."""
    sections = tuple(sections)
    contents = "".join(
        f'<li><a href="#{escape(section.name)}">{escape(section.title)}</a> ({len(section.entries)})</li>'
        for section in sections
    )
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1><p>{escape(prose)}</p>",
            "<p>For machines: the same address with <code>Accept: text/turtle</code>, ",
            "<code>application/rdf+xml</code>, <code>application/ld+json</code>, …</p>",
            f"<pre>{escape(_DIAGRAM)}</pre>" if diagram else "",
            f"<ul>{contents}</ul>",
            *(part for section in sections for part in _section(section)),
            "</body></html>",
        ),
    )


def _section(section: Section) -> Iterator[str]:
    yield f'<h2 id="{escape(section.name)}">{escape(section.title)}</h2>'
    yield f"<p>{escape(section.description)} <small>{escape(section.version)}</small></p>"
    for entry in section.entries:
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    yield f'<h3 id="{escape(entry.name)}">{escape(entry.label)} <code>{escape(entry.name)}</code></h3>'
    yield f"<p>{escape(entry.definition)}</p>"
    for note in entry.notes:
        yield f"<p><em>{escape(note)}</em></p>"
    yield f"<table><tr><th>{escape(entry.kind)}</th><td><code>{escape(entry.iri)}</code></td></tr>"
    for name, values in (("broader", entry.broader), ("of", entry.domain), ("leads to", entry.range)):
        if values:
            shown = ", ".join(f"<code>{escape(value)}</code>" for value in values)
            yield f"<tr><th>{name}</th><td>{shown}</td></tr>"
    for language, label in entry.labels:
        yield f'<tr><th>{escape(language)}</th><td lang="{escape(language)}">{escape(label)}</td></tr>'
    yield "</table>"
