"""PROV in JSON (PROV-JSON): from a report to its quotes and claims, and to whom each is attributed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Body = Mapping[str, Any]

_SVD: Final = "https://w3id.org/servanda/ontology#"


def document(base: str, report: Body, claims: Iterable[Body]) -> dict[str, Any]:
    """Return the provenance of the claims of a report, under the names that they have below a base.

    An attribution says who is said to say so, and at which step from the report.
    """
    made = _Document(base)
    source = made.entity(report["iri"], report["title"], "Report")
    if report["publisher"]:
        made.attribute(source, made.agent(report["publisher"]))
    for claim in claims:
        entity = made.entity(claim["iri"], claim["gist"], "Claim")
        made.said["entity"][entity] |= {
            "svd:modality": claim["modality"] or "",
            "svd:polarity": claim["polarity"] or "",
        }
        made.derive(entity, source)
        for number, piece in enumerate(claim["evidence"], 1):
            if piece["quote"]:
                quote = made.entity(f"{claim['iri']}/quote/{number}", None, None)
                made.said["entity"][quote]["prov:value"] = piece["quote"]
                made.derive(quote, source, "prov:Quotation")
                made.derive(entity, quote)
        for step in claim["attribution"]:
            if step["agent"]:
                made.attribute(entity, made.agent(step["agent"]), step["step"])
    return made.whole()


class _Document:
    """PROV-JSON that is being written."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._count = 0
        self.said: dict[str, dict[str, dict[str, Any]]] = {
            "entity": {},
            "agent": {},
            "wasAttributedTo": {},
            "wasDerivedFrom": {},
        }

    def whole(self) -> dict[str, Any]:
        """Return the document."""
        return {"prefix": {"id": self._base, "svd": _SVD}, **self.said}

    def entity(self, iri: str, label: str | None, kind: str | None) -> str:
        """Return the name of an entity, which is there from now on."""
        said: dict[str, Any] = {}
        if kind:
            said["prov:type"] = {"$": f"svd:{kind}", "type": "prov:QUALIFIED_NAME"}
        if label:
            said["prov:label"] = label
        return self._named("entity", iri, said)

    def agent(self, agent: Body) -> str:
        """Return the name of an agent, who is there from now on."""
        return self._named("agent", agent["iri"], {"prov:label": agent["label"] or agent["id"]})

    def attribute(self, entity: str, agent: str, step: int | None = None) -> None:
        """Say to whom an entity is attributed; a report to its publisher, who is no step."""
        said: dict[str, Any] = {"prov:entity": entity, "prov:agent": agent}
        if step is not None:
            said["svd:step"] = step
        self._add("wasAttributedTo", said)

    def derive(self, made: str, of: str, kind: str | None = None) -> None:
        """Say of what an entity was made."""
        said: dict[str, Any] = {"prov:generatedEntity": made, "prov:usedEntity": of}
        if kind is not None:
            said["prov:type"] = {"$": kind, "type": "prov:QUALIFIED_NAME"}
        self._add("wasDerivedFrom", said)

    def _named(self, kind: str, iri: str, said: dict[str, Any]) -> str:
        name = f"id:{iri.removeprefix(self._base)}"
        self.said[kind].setdefault(name, said)
        return name

    def _add(self, kind: str, said: dict[str, Any]) -> None:
        self._count += 1
        self.said[kind][f"_:r{self._count}"] = said
