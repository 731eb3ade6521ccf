"""Quotations as triples: words of a report's text with their place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.ingest import literals
from kg.ingest.masks import masked
from kg.ingest.names import below
from kg.ingest.quotes import Folded, QuoteError, QuoteRequest, Span, invisible_difference, locate
from kg.terms import DCTERMS, OA, SVD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rdflib.term import URIRef

    from kg.ingest.builder import Builder
    from kg.ingest.files import ReportText
    from kg.ingest.models.report import QuoteForm
    from kg.ingest.outline import Path

_CONTEXT = 32


@dataclass(frozen=True, slots=True)
class Reading:
    """How quotes are to be read: near which spans, for hedges, and in which language if not the report's."""

    near: Sequence[Span] | None = None
    language: str | None = None


class Quotations:
    """Finds quotes in one report's text, describes them, and remembers which words were quoted."""

    def __init__(
        self, report: URIRef, text: ReportText | None, language: str, builder: Builder, *, public: bool
    ) -> None:
        """Fold the text once for all quotes."""
        self.report = report
        self.folded = Folded(text.text if text else "")
        self.has_text = text is not None
        self.proven = text.proven if text else frozenset()
        self.language = language
        self.builder = builder
        self.public = public
        self.spans: set[Span] = set()
        self._found: dict[QuoteForm, Span] = {}

    def find(self, form: QuoteForm, path: Path, near: Sequence[Span] | None = None) -> Span | None:
        """Return where the words stand; None, and a problem noted, if that cannot be said."""
        if not self.has_text:
            return None
        occurrence = None if form.occurrence is None else int(form.occurrence)
        request = QuoteRequest(form.exact, form.after, form.before, occurrence)
        try:
            span = locate(self.folded, request, near)
        except QuoteError as error:
            self.builder.refuse(path, error.rule, error.message, error.hint)
            return None
        self.spans.add(span)
        self._doubt(form.exact, span, path)
        if near is None:
            self._found[form] = span
        return span

    def known(self, form: QuoteForm) -> Span | None:
        """Return where the words of a quote were found, if they were."""
        return self._found.get(form)

    def contains(self, words: str, path: Path) -> None:
        """Note a problem if the text does not contain the words."""
        if self.has_text and words not in self.proven and not self.folded.find(words):
            try:
                self._doubt(words, locate(self.folded, QuoteRequest(words, occurrence=1)), path)
            except QuoteError as error:
                self.builder.refuse(path, error.rule, error.message, error.hint)

    def _doubt(self, words: str, span: Span, path: Path) -> None:
        """Note what nobody sees that differs between the words and what was found of them."""
        difference = invisible_difference(words, self.folded.text[span.start : span.end])
        if difference is not None:
            hint = "what is kept is the text's own spelling; copy the words from the text, if they matter"
            message = f"the words are found only {difference}"
            self.builder.warn(path, "quote/invisible", message, hint)

    def add_all(
        self,
        subject: URIRef,
        role: str,
        forms: Sequence[QuoteForm],
        path: Path,
        reading: Reading | None = None,
    ) -> Iterator[tuple[URIRef, Path]]:
        """Yield the quotations, numbered by their place in the text, each with its field."""
        reading = reading or Reading()
        found: dict[Span, Path] = {}
        for index, form in enumerate(forms):
            here = (*path, index) if path[-1] != "quote" else path
            span = self.find(form, here, reading.near)
            if span is not None:
                found.setdefault(span, here)
        for number, span in enumerate(sorted(found), 1):
            node = below(subject, role, number)
            self._describe(node, span, found[span], reading.language or self.language)
            yield node, found[span]

    def _describe(self, node: URIRef, span: Span, path: Path, language: str) -> None:
        builder, text = self.builder, self.folded.text
        quote, position = below(node, "quote"), below(node, "position")
        builder.node(node, SVD.Quotation, path)
        builder.add(node, OA.hasSource, self.report, path)
        builder.add(node, OA.hasSelector, quote, path)
        builder.add(node, OA.hasSelector, position, path)
        builder.text(node, DCTERMS.language, language, path)
        builder.node(quote, OA.TextQuoteSelector, path)
        builder.text(quote, OA.exact, text[span.start : span.end], path)
        if self.public:
            before = text[max(0, span.start - _CONTEXT) : span.start]
            after = text[span.end : span.end + _CONTEXT]
            builder.text(quote, OA.prefix, before or None, path)
            builder.text(quote, OA.suffix, after or None, path)
        builder.node(position, OA.TextPositionSelector, path)
        builder.add(position, OA.start, literals.integer(span.start), path)
        builder.add(position, OA.end, literals.integer(span.end), path)

    def masked(self) -> str:
        """Return the text of which only what is quoted can be read."""
        return masked(self.folded.text, ((span.start, span.end) for span in self.spans))
