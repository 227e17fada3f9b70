"""Values -> cells of a CSV file that no spreadsheet runs, and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

_RUN: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
"""First characters of a cell that Excel, LibreOffice or Sheets take for a formula (OWASP: CSV injection)."""

_GUARD: Final = "'"


def safe_text(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet would run it as a formula."""
    return _GUARD + text if text.startswith((*_RUN, _GUARD)) or text.lstrip().startswith(_RUN) else text


def iso_time(moment: datetime) -> str:
    """ISO 8601 with offset, to a thousandth of a second: 2026-03-01T18:30:15.250+05:30."""
    return moment.isoformat(timespec="milliseconds")


def number_text(value: float | None, decimals: int) -> str:
    """A number with at most this many decimals, without trailing zeros and without "-0"; empty for None."""
    if value is None:
        return ""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]], *, quote_all: bool = False) -> bytes:
    """A CSV file: UTF-8, commas, one line break (\\n) after each row. Text cells must be safe already."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
