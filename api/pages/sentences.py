"""What is said of a resource in one line, as titles have it: never that anything was violated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.pages.view import View

    Item = Mapping[str, Any]

INFERRED: Final = "rule-inferred"
"""The basis of what a rule found."""


def title_of(view: View, kind: str, item: Item) -> str:
    """Return what a page is called: stable, and the same for everybody."""
    name = str(item.get("title") or item.get("label") or item.get("gist") or item["id"])
    if kind == "term":
        agreed = item["agreement"]
        return view.t(
            "title_term", number=item["number"], agreement=agreed and (agreed["title"] or agreed["id"])
        )
    if kind == "violation":
        return said_of(view, item)
    return name


def said_of(view: View, item: Item) -> str:
    """Return a record in one sentence, which never says that anything was violated."""
    agreed, accused = item["agreement"], item["perpetrator"]
    given = {
        "who": (accused and accused["label"]) or view.t("nobody_named"),
        "agreement": (agreed and (agreed["title"] or agreed["id"])) or view.t("an_agreement"),
        "term": item["term"] and item["term"]["number"],
        "norm": (item["norm"] and item["norm"]["key"]) or "",
    }
    if item["basis"] == INFERRED:
        return view.t("candidate_sentence", **given)
    court = "court_" if item["status"] == "adjudicated" else ""
    whom = "" if accused and accused["label"] else "_nobody"
    return view.t(f"{court}sentence{whom}{'_term' if item['term'] else ''}", **given)
