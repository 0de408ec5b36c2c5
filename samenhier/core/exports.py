"""One writer for all CSV and XLSX files: no cell becomes a formula, values come back as they were.

CSV follows RFC 4180 (comma, CRLF, quotes doubled), in UTF-8 with a byte order mark, as Excel likes it.
A text that a spreadsheet would take for a formula gets an apostrophe in front; `as_typed` takes it off again.
XLSX has types: a text cell stays a text cell, so nothing is put in front of it.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

#: What a cell may hold. A moment is written in local time with its offset, a date as 2026-11-30.
Cell = str | int | float | Decimal | bool | date | datetime | None

CSV_TYPE = "text/csv; charset=utf-8; header=present"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What Excel holds in one cell.
LONGEST = 32_767
# Letters that start a formula, also as their full-width and small twins.
_STARTS = frozenset("=+-@")
# Control characters (but tab and line breaks) and halves of letters: XML cannot hold them.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table: its name, the headings, the rows."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def is_formula_like(text: str) -> bool:
    """Whether some spreadsheet could take this text for a formula when it reads a CSV file."""
    if text[:1] in ("\t", "\r", "\n", "\x00"):
        return True
    for letter in text:
        if letter in " \ufffd" or letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf"):
            continue
        return unicodedata.normalize("NFKC", letter)[:1] in _STARTS
    return False


def guarded(text: str) -> str:
    """The text as it may stand in a CSV cell."""
    text = writable(text)
    return f"'{text}" if is_formula_like(text.lstrip("'")) else text


def as_typed(cell: str) -> str:
    """The opposite of `guarded`."""
    return cell[1:] if cell.startswith("'") and is_formula_like(cell.lstrip("'")) else cell


def writable(text: str) -> str:
    """Without characters that no file can hold; each becomes the replacement character."""
    return _UNWRITABLE.sub("\ufffd", text)


def csv_file(sheet: Sheet) -> bytes:
    """The whole file, with byte order mark."""
    return "".join(("\ufeff", *csv_lines(sheet))).encode()


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """Line by line, for long tables; the caller writes the byte order mark."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    for row in chain([sheet.columns], sheet.rows):
        writer.writerow([_in_csv(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _in_csv(cell: Cell) -> str | int | float | Decimal:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float | Decimal):
        return cell
    return guarded(_as_text(cell))


def _as_text(cell: str | date | datetime) -> str:
    if isinstance(cell, datetime):
        return (timezone.localtime(cell) if timezone.is_aware(cell) else cell).isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def xlsx_file(*sheets: Sheet) -> bytes:
    """A workbook. Dates are real dates, moments are local time. Raises ValueError for a text too long."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    heading = book.add_format({"bold": True, "bottom": 1, "quote_prefix": True})
    # Also when somebody edits the cell it stays text.
    text = book.add_format({"quote_prefix": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for sheet in sheets:
        page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet.name)[:31])
        widths = [len(name) for name in sheet.columns]
        for column, name in enumerate(sheet.columns):
            page.write_string(0, column, writable(name), heading)
        for number, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row):
                _write(page, number, column, cell, text=text, moment=moment)
                widths[column] = max(widths[column], len(str(cell or "")))
        for column, width in enumerate(widths):
            page.set_column(column, column, min(60, width + 2))
        page.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def _write(page: Worksheet, row: int, column: int, cell: Cell, *, text: Format, moment: Format) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, int | float | Decimal):
        page.write_number(row, column, cell)
    elif isinstance(cell, datetime):
        local = timezone.localtime(cell).replace(tzinfo=None) if timezone.is_aware(cell) else cell
        page.write_datetime(row, column, local, moment)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell)
    elif len(cell) > LONGEST:
        raise ValueError(f"A cell holds {LONGEST} characters at most.")
    else:
        page.write_string(row, column, writable(cell), text)


def attachment(content: bytes, *, filename: str, content_type: str) -> HttpResponse:
    """A file to keep. `filename` in plain letters."""
    disposition = f'attachment; filename="{filename}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
