"""Dashboard, files, national overview: who, what, and never a small number."""

import csv
import io
import re

import openpyxl
import pytest

from municipalities.enums import StaffRole
from reports.domain import closing
from tests import factories

from . import town as past
from .conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
PAGE = "/gemeente/zwolle/cijfers/"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def as_visitor(client, person):
    client.force_login(person)
    return client


def test_the_page_shows_the_last_month_that_is_over(client, busy, viewer):
    page = text_of(as_visitor(client, viewer).get(PAGE))
    assert "Zwolle in October 2026" in page
    assert "7 active matches" in page
    assert "7 households wait for a group" not in page
    assert "8–10 matches ended" not in page
    assert "3–4 matches ended since the start" in page


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_asks_the_same_number_of_questions(client, zwolle, viewer, size, django_assert_num_queries):
    past.pairs(zwolle, size, "2026-08-10")
    for _place in range(size):
        past.pairs(factories.municipality(), 5, "2026-08-10")
    closing.close_all_months(NOW)
    as_visitor(client, viewer).get(PAGE)
    with django_assert_num_queries(9):
        client.get(PAGE)


def test_a_month_can_be_chosen_and_nonsense_is_forgiven(client, busy, viewer):
    as_visitor(client, viewer)
    assert "Zwolle in September 2026" in text_of(client.get(PAGE + "?maand=2026-09"))
    for nonsense in ("2019-01", "2026-99", "x" * 300, "'; drop table", "\x00"):
        response = client.get(PAGE, {"maand": nonsense})
        assert response.status_code == 200
        assert "Zwolle in October 2026" in text_of(response)


def test_the_running_month_is_for_coordinators_only(client, busy, viewer, coordinator):
    past.pairs(busy, 2, "2026-11-03")
    page = text_of(as_visitor(client, coordinator).get(PAGE + "?maand=2026-11"))
    assert "Zwolle in November 2026" in page
    assert "9 active matches" in page
    assert "Only coordinators see these figures" in page
    page = text_of(as_visitor(client, viewer).get(PAGE + "?maand=2026-11"))
    assert "There are no figures of November 2026. You see October 2026." in page
    assert "7 active matches" in page


def test_a_town_without_data_says_when_figures_come(client, zwolle, viewer):
    page = text_of(as_visitor(client, viewer).get(PAGE))
    assert "No figures yet" in page
    assert "1 December at the earliest" in page
    assert client.get(PAGE + "export.csv").status_code == 404


def test_who_may_see(client, busy, coordinator, viewer, national):
    outsider = factories.staff(StaffRole.COORDINATOR, factories.municipality("Deventer"))
    builder = factories.staff(StaffRole.BUILDER, busy)
    volunteer = factories.user()
    for path in (PAGE, PAGE + "export.csv", PAGE + "export.xlsx"):
        for person, status in (
            (coordinator, 200),
            (viewer, 200),
            (national, 200),
            (builder, 403),
            (outsider, 404),
            (volunteer, 404),
        ):
            assert as_visitor(client, person).get(path).status_code == status
    client.logout()
    assert client.get(PAGE).status_code == 302
    assert as_visitor(client, national).get("/landelijk/").status_code == 200
    assert as_visitor(client, coordinator).get("/landelijk/").status_code == 403
    assert as_visitor(client, volunteer).get("/landelijk/").status_code == 404


def test_the_menu_leads_here(client, busy, viewer):
    page = as_visitor(client, viewer).get(PAGE).content.decode()
    assert f'href="{PAGE}" aria-current="page"' in page
    assert 'href="/gemeente/zwolle/rapporten/"' in page


def test_csv_and_xlsx_hold_the_masked_figures(client, busy, viewer):
    response = as_visitor(client, viewer).get(PAGE + "export.csv?maand=2026-10")
    assert response["Content-Type"].startswith("text/csv")
    assert "zwolle-2026-10.csv" in response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    october = {row["figure"]: row for row in rows if row["period_end"] == "2026-10-31"}
    assert (october["running"]["value"], october["running"]["shown"]) == ("7", "7")
    assert (october["ended"]["value"], october["ended"]["lowest"], october["ended"]["highest"]) == (
        "",
        "3",
        "4",
    )
    # Two households wait, and three again after an early end.
    assert october["households_waiting"]["shown"] == "5"
    for row in rows:
        assert row["value"] == "" or int(row["value"]) == 0 or int(row["value"]) >= 5, row
    content = client.get(PAGE + "export.xlsx?maand=2026-10").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    figures, explanation = book.worksheets
    assert [[str(cell.value or "") for cell in row] for row in figures.iter_rows(max_col=1)] == [
        ["municipality"],
        *([row["municipality"]] for row in rows),
    ]
    assert explanation.max_row > 10
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)


def test_a_town_with_a_hostile_name_is_text_in_the_file(client, zwolle, viewer):
    type(zwolle).objects.filter(pk=zwolle.pk).update(name="=HYPERLINK(1)")
    past.pairs(zwolle, 5, "2026-08-10")
    content = as_visitor(client, viewer).get(PAGE + "export.csv").content.decode("utf-8-sig")
    assert content.splitlines()[1].startswith("'=HYPERLINK(1),")


def test_the_country_is_a_table_that_sorts_by_links(client, busy, national):
    for name, running in (("Deventer", 6), ("Kampen", 12)):
        past.pairs(factories.municipality(name), running, "2026-09-10")
    factories.municipality("Almelo")
    closed = factories.municipality("Zutphen", is_open=False)
    past.pairs(closed, 5, "2026-09-10")
    closing.close_all_months(NOW)
    page = as_visitor(client, national).get("/landelijk/").content.decode()
    order = [page.index(f"<bdi>{name}</bdi></a>") for name in ("Almelo", "Deventer", "Kampen", "Zwolle")]
    assert order == sorted(order)
    assert "Zutphen" not in page
    assert 'aria-sort="ascending"' in page
    page = client.get("/landelijk/?sorteer=running&richting=af").content.decode()
    order = [page.index(f"<bdi>{name}</bdi></a>") for name in ("Kampen", "Zwolle", "Deventer", "Almelo")]
    assert order == sorted(order)
    assert client.get("/landelijk/?sorteer=zzz&richting=1&maand=1999-01").status_code == 200
    assert "25 active matches" in text_of(client.get("/landelijk/"))


@pytest.mark.parametrize("size", [1, 3])
def test_the_country_asks_the_same_number_of_questions(client, national, size, django_assert_num_queries):
    for _place in range(size):
        past.pairs(factories.municipality(), 5, "2026-09-10", people=1)
    closing.close_all_months(NOW)
    as_visitor(client, national).get("/landelijk/")
    with django_assert_num_queries(8):
        client.get("/landelijk/")


def test_an_empty_country_says_what_to_do(client, national):
    assert "No municipality is open yet" in text_of(as_visitor(client, national).get("/landelijk/"))
