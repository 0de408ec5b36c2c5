"""Files for spreadsheets: nothing becomes a formula, everything comes back."""

import csv
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from samenhier.core.exports import Sheet, as_typed, csv_file, guarded, is_formula_like, writable, xlsx_file

texts = st.text(
    st.one_of(st.characters(), st.sampled_from("=+-@\t\r\n\x00 '＝＋－＠﹢﹣,;\"|%\u200b\ufeff")), max_size=12
)
cells = st.one_of(
    texts,
    st.integers(-(10**12), 10**12),
    st.none(),
    st.booleans(),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
)


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content[3:].decode(), newline="")))


@settings(max_examples=500, deadline=None)
@given(texts)
@example("=1+1")
@example("  =HYPERLINK(1)")
@example("＝1+1")
@example("\x00=1")
@example("'=1")
@example("''+1")
@example("\u200b@x")
def test_a_text_in_csv_is_never_a_formula_and_comes_back(text):
    cell = guarded(text)
    assert not is_formula_like(cell)
    assert as_typed(cell) == writable(text)
    (_columns, (read, _end)) = read_csv(csv_file(Sheet(name="x", columns=["a", "b"], rows=[[text, "end"]])))
    assert as_typed(read) == writable(text)


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\x00=1", " =1", "\u00a0=1", "＝1", "－1", "＠x", "﹢1"]
)
def test_what_starts_a_formula_is_seen(text):
    assert is_formula_like(text)
    assert guarded(text).startswith("'")


@pytest.mark.parametrize(
    "text", ["De Lindebuurt", "< 5", "14–17", "a=b", "", "'s-Hertogenbosch", "2026-11-30"]
)
def test_ordinary_text_stays_as_it_is(text):
    assert guarded(text) == text


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=4))
def test_a_workbook_has_no_formula_and_the_same_values(rows):
    book = openpyxl.load_workbook(
        io.BytesIO(xlsx_file(Sheet(name="Cijfers", columns=["a", "b", "=c"], rows=rows)))
    )
    page = book.active
    assert [cell.value for cell in page[1]] == ["a", "b", "=c"]
    for number, row in enumerate(rows, start=2):
        for column, expected in enumerate(row, start=1):
            cell = page.cell(number, column)
            assert cell.data_type != "f"
            assert cell.hyperlink is None
            if isinstance(expected, str):
                # An empty text is an empty cell.
                assert unescape(cell.value or "") == writable(expected)
            elif isinstance(expected, date):
                assert cell.value.date() == expected
            else:
                assert cell.value == expected


def test_csv_is_rfc_4180():
    content = csv_file(Sheet(name="x", columns=["a", "b"], rows=[['say "hi", or\nnot', 3], [None, True]]))
    assert content == b'\xef\xbb\xbfa,b\r\n"say ""hi"", or\nnot",3\r\n,true\r\n'


def test_dates_and_moments_are_iso_in_local_time():
    row = [date(2026, 11, 3), datetime(2026, 7, 1, 22, 30, tzinfo=UTC), -4, -1.5]
    content = csv_file(Sheet(name="x", columns=["a", "b", "c", "d"], rows=[row]))
    assert read_csv(content)[1] == ["2026-11-03", "2026-07-02T00:30:00+02:00", "-4", "-1.5"]
    book = openpyxl.load_workbook(
        io.BytesIO(xlsx_file(Sheet(name="x", columns=["a", "b", "c", "d"], rows=[row])))
    )
    assert [cell.value for cell in book.active[2]] == [
        datetime(2026, 11, 3),
        datetime(2026, 7, 2, 0, 30),
        -4,
        -1.5,
    ]


def test_a_text_that_excel_would_cut_is_refused():
    with pytest.raises(ValueError, match="32767"):
        xlsx_file(Sheet(name="x", columns=["a"], rows=[["x" * 32_768]]))
