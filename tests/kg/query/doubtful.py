"""A store with rows that a machine coded and a report that people judged, and clients of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx

from kg import pipeline
from kg.ingest.datasets.gdelt_columns import EVENTS
from kg.pipeline.rows.take import Wanted, take
from tests.kg.ingest.datasets.test_gdelt import CELLS

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

ROWS = 3
STATE = {"Actor1Code": "AZE", "Actor1Name": "AZERBAIJAN", "Actor1Type1Code": ""}
JUDGED = """\
kind: report
id: judged
type: news
title: What was heard at the border
language: en
issued: 2021-08-28
annotator: servanda-editors
text_extent: excerpt
text_access: public
text: Shots at dawn. Shots at noon. Shots at dusk. Shots at night. Shots again.
events:
  - {key: dawn, type: use-of-force, label: Shots at dawn}
  - {key: noon, type: use-of-force, label: Shots at noon}
  - {key: dusk, type: use-of-force, label: Shots at dusk}
claims:
  - key: improbable
    gist: Shots at dawn.
    quote: Shots at dawn
    modality: reported
    credibility: "5"
    about: dawn
    perpetrators: [azerbaijan]
    places: [syunik]
    time: {value: 2021-08-27, inferred: [year, month, day], reason: The day before.}
  - key: doubtful
    gist: Shots at noon.
    quote: Shots at noon
    modality: reported
    credibility: "4"
    about: noon
    perpetrators: [azerbaijan]
    places: [syunik]
    time: {value: 2021-08-27, inferred: [year, month, day], reason: The day before.}
  - key: seconded
    gist: Shots again.
    quote: Shots again
    modality: reported
    about: noon
    perpetrators: [azerbaijan]
    places: [syunik]
    time: {value: 2021-08-27, inferred: [year, month, day], reason: The day before.}
  - key: open
    gist: Shots at dusk.
    quote: Shots at dusk
    modality: reported
    credibility: "6"
    about: dusk
    perpetrators: [azerbaijan]
    places: [syunik]
    time: {value: 2021-08-27, inferred: [year, month, day], reason: The day before.}
  - key: possible
    gist: Shots at night.
    quote: Shots at night
    modality: reported
    credibility: "3"
    perpetrators: [azerbaijan]
    places: [syunik]
    time: {value: 2021-08-27, inferred: [year, month, day], reason: The day before.}
"""


def fill(folder: Path, place: Path) -> None:
    """Take the rows and the report into a store."""
    rows = place / "20210827120000.export.CSV"
    lines = [
        {**CELLS, "GLOBALEVENTID": str(881990832 + n), "EventCode": "194", "EventBaseCode": "194", **STATE}
        for n in range(ROWS)
    ]
    rows.write_text(
        "".join("\t".join(one.get(name, "") for name in EVENTS[2]) + "\n" for one in lines), encoding="utf-8"
    )
    report = place / "judged.yaml"
    report.write_text(JUDGED, encoding="utf-8")
    with pipeline.open_graph(folder, "ingest") as opened:
        summary = take(opened, [rows], Wanted("gdelt"))
        assert summary.taken_in == ROWS, summary
        (outcome,) = pipeline.ingest(opened, [report])
        assert outcome.status == "added", outcome.problems


class Asked:
    """A client of an application within this process."""

    def __init__(self, app: FastAPI) -> None:
        """Ask the application."""
        self._app = app

    def get(self, path: str, **given: Any) -> httpx.Response:
        """Return an answer that is no problem."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                return await client.get(path, **given)

        answer = asyncio.run(asked())
        assert answer.status_code == 200, (path, answer.text[:500])
        return answer
