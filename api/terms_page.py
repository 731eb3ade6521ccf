"""The pages of the ontology and of the code lists: plain HTML that needs nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from api import reference
from api.class_diagram import class_diagram

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.query.lookups.examples import Example
    from kg.query.lookups.vocabulary import Entry, Section, Version

STYLE: Final = f"""{reference.STYLE}
figure{{margin:1rem calc(50% - min(48vw,44rem));overflow-x:auto}}figure svg{{display:block;min-width:60rem}}
pre{{overflow-x:auto;border:1px solid #ccc;padding:.75rem}}
"""


def ontology_page(
    prose: str, sections: Iterable[Section], examples: Iterable[Example], versions: Iterable[Version]
) -> str:
    """Return the page of the ontology: diagram, examples, modules with their terms, and what changed."""
    sections = tuple(sections)
    changelog = '<li><a href="#changelog">Changelog</a></li>'
    return _page(
        "The Servanda ontology",
        prose,
        (
            *_diagram(sections),
            *_examples(examples),
            '<h2 id="modules">Modules and terms</h2>',
            f"<ul>{_contents(sections)}{changelog}</ul>",
            *(part for section in sections for part in _section(section)),
            *_changelog(versions),
        ),
    )


def lists_page(prose: str, sections: Iterable[Section]) -> str:
    """Return the page of the code lists with their codes."""
    sections = tuple(sections)
    body = (part for section in sections for part in _section(section))
    return _page("The code lists of Servanda", prose, (f"<ul>{_contents(sections)}</ul>", *body))


def _page(title: str, prose: str, body: Iterable[str]) -> str:
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1><p>{escape(prose)}</p>",
            "<p>For machines: the same address with <code>Accept: text/turtle</code>, ",
            "<code>application/rdf+xml</code>, <code>application/ld+json</code>, …</p>",
            *body,
            "</body></html>",
        ),
    )


def _contents(sections: Iterable[Section]) -> str:
    return "".join(
        f'<li><a href="#{escape(section.name)}">{escape(section.title)}</a> ({len(section.entries)})</li>'
        for section in sections
    )


def _diagram(sections: tuple[Section, ...]) -> Iterator[str]:
    yield '<h2 id="diagram">Class diagram</h2>'
    yield (
        "<p>A box is a chief class. Its lines name properties and the class that they lead to, and an arrow "
        "goes there, unless it is the class itself. The dashed box below, with a hollow arrow, holds the "
        "narrower classes.</p>"
    )
    yield f"<figure>{class_diagram(sections)}</figure>"


def _examples(examples: Iterable[Example]) -> Iterator[str]:
    yield '<h2 id="examples">Examples</h2>'
    yield (
        "<p>In Turtle, out of the graphs that the shapes are tried on. The agreement is real; the report, "
        "its claims and the readings are invented. A claim records that something was said, never that it is "
        "so.</p>"
    )
    for example in examples:
        yield f"<h3>{escape(example.title)}</h3><pre><code>{escape(example.turtle)}</code></pre>"


def _changelog(versions: Iterable[Version]) -> Iterator[str]:
    yield '<h2 id="changelog">Changelog</h2>'
    for version in versions:
        issued = f" <small>{escape(version.issued)}</small>" if version.issued else ""
        yield f'<h3 id="version-{escape(version.name)}">{escape(version.name)}{issued}</h3>'
        yield f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in version.notes)}</ul>"


def _section(section: Section) -> Iterator[str]:
    yield f'<h2 id="{escape(section.name)}">{escape(section.title)}</h2>'
    yield f"<p>{escape(section.description)} <small>{escape(section.version)}</small></p>"
    if section.labels:
        yield f"<table>{''.join(_labels(section.labels))}</table>"
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
    yield from _labels(entry.labels)
    yield "</table>"


def _labels(labels: Iterable[tuple[str, str]]) -> Iterator[str]:
    for language, label in labels:
        side = ' dir="rtl"' if language == "ar" else ""
        yield f'<tr><th>{escape(language)}</th><td lang="{escape(language)}"{side}>{escape(label)}</td></tr>'
