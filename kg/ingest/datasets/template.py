"""The template of an incident table: CSV, or a workbook with lists to choose from."""

from __future__ import annotations

import csv
import io
from typing import Final

from kg.ingest.datasets.incident_words import CHOICES, TEMPLATE

LANGUAGES: Final = tuple(TEMPLATE)
_ROWS: Final = 1000
_DATE: Final = 8
_TIME: Final = 9


def template_csv(language: str) -> bytes:
    """Return the header of an incident table as CSV that spreadsheets read as UTF-8."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(TEMPLATE[language])
    return text.getvalue().encode("utf-8-sig")


def template_xlsx(language: str) -> bytes:
    """Return a workbook with the header of an incident table, whose cells offer what is usual in them."""
    import xlsxwriter  # noqa: PLC0415 - takes 60 ms to import

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "text_wrap": True})
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("incidents")
        for place, name in enumerate(TEMPLATE[language]):
            sheet.write_string(0, place, name, head)
            sheet.set_column(place, place, max(14, len(name) + 2), day if place == _DATE else text)
            offered = CHOICES[language].get(place)
            if offered:
                sheet.data_validation(
                    1,
                    place,
                    _ROWS,
                    place,
                    {"validate": "list", "source": list(offered), "error_type": "information"},
                )
        sheet.freeze_panes(1, 0)
    return stream.getvalue()
