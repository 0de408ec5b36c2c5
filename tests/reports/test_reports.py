"""The report: made once, tagged, masked, and only for who may see it."""

import io
import re
import threading

import pypdf
import pytest
from django.db import connection
from django.utils import translation

from municipalities.enums import StaffRole
from reports import queries
from reports.domain import closing, reporting
from reports.enums import Frequency, ReportStatus
from reports.models import ReportRun, ReportSubscription
from samenhier.audit.models import AuditEvent
from samenhier.core.crypto import unseal_json
from samenhier.core.errors import DomainError
from samenhier.notifications.models import OutgoingMessage
from tests import factories

from . import town as past
from .conftest import NOW

pytestmark = pytest.mark.django_db
PAGE = "/gemeente/zwolle/rapporten/"
FIRST = past.at("2026-12-01", 8)


def made(town, actor, language="en") -> ReportRun:
    report = reporting.request_report(municipality=town, actor=actor, language=language, now=NOW)
    assert reporting.build_report(report.pk)
    report.refresh_from_db()
    return report


def read(report: ReportRun) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(bytes(report.pdf)))


def words(pdf: pypdf.PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))


def test_the_pdf_is_tagged_and_says_its_title_and_language(busy, viewer, today):
    pdf = read(made(busy, viewer))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == "Zwolle in October 2026"
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    tags = set(structure(root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"} <= tags
    fonts = {
        font.get_object()["/BaseFont"] for page in pdf.pages for font in page["/Resources"]["/Font"].values()
    }
    assert all("AtkinsonHyperlegibleNext" in name for name in fonts)


def structure(node):
    if "/S" in node:
        yield str(node["/S"])
    children = node.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        child = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(child, dict):
            yield from structure(child)


def test_the_pdf_holds_the_masked_figures_and_no_small_number(busy, viewer, today):
    # Three groups are forming: that number stands nowhere.
    for _place in range(3):
        past.group(busy, "2026-10-01")
    text = words(read(made(busy, viewer)))
    assert "7 active matches" in text
    assert "3–4 matches ended since the start" in text
    shown = queries.all_published_until(municipality=busy, month=closing.last_closed(NOW))[-1]
    assert shown["groups_forming"].value is None
    figures = re.sub(r"\d+ / \d+", "", text.split("What the figures mean")[0])  # without page numbers
    figures = re.sub(r"\d+–\d+|< \d+", "range", figures)
    assert not re.findall(r"\b[1-4]\b", figures)


def test_the_report_speaks_dutch(busy, viewer, today):
    pdf = read(made(busy, viewer, "nl"))
    assert pdf.trailer["/Root"]["/Lang"] == "nl"
    assert "oktober 2026" in words(pdf)


def test_the_same_report_is_made_once(busy, viewer, coordinator, today):
    first = made(busy, viewer)
    again = reporting.request_report(municipality=busy, actor=coordinator, language="en", now=NOW)
    assert again.pk == first.pk
    assert not reporting.build_report(first.pk)
    assert ReportRun.objects.count() == 1
    assert AuditEvent.objects.filter(action="report.made").count() == 1


def test_without_figures_there_is_no_report(zwolle, viewer, today):
    with translation.override("en"), pytest.raises(DomainError, match="first month is over"):
        reporting.request_report(municipality=zwolle, actor=viewer, language="nl", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_report(busy, viewer):
    closing.close_months(municipality=busy, now=NOW)
    report = reporting.request_report(municipality=busy, actor=viewer, language="en", now=NOW)
    done: list[bool] = []
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        done.append(reporting.build_report(report.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, True]


def test_a_report_that_fails_says_so_and_can_be_tried_again(busy, viewer, today, monkeypatch, tmp_path):
    report = reporting.request_report(municipality=busy, actor=viewer, language="en", now=NOW)
    (tmp_path / "report.typ").write_text("#panic()")
    monkeypatch.setattr("reports.pdf.FOLDER", tmp_path)
    with pytest.raises(Exception, match="panic"):
        reporting.build_report(report.pk)
    report.refresh_from_db()
    assert report.status == ReportStatus.FAILED
    monkeypatch.undo()
    made(busy, viewer)
    report.refresh_from_db()
    assert report.status == ReportStatus.DONE


def test_on_the_first_day_subscribers_get_a_report_and_a_link(busy, viewer, coordinator, today):
    reporting.subscribe(municipality=busy, user=viewer, frequency=Frequency.MONTHLY)
    reporting.subscribe(municipality=busy, user=coordinator, frequency=Frequency.QUARTERLY)
    today.move_to(FIRST)
    reporting.sweep_reports(FIRST)
    report = ReportRun.objects.get()
    assert (str(report.first_day), str(report.last_day), report.language) == (
        "2026-11-01",
        "2026-11-30",
        "en",
    )
    reporting.build_report(report.pk)
    reporting.sweep_reports(FIRST)
    reporting.build_report(report.pk)
    message = OutgoingMessage.objects.get(kind="reports.ready")
    assert message.recipient == viewer
    context = unseal_json(message.sealed)["context"]
    assert context["url"] == PAGE
    assert context["period"] == "November 2026"
    assert set(context) == {"town", "period", "url", "subscription"}, "a link, no figures"


def test_quarterly_subscribers_get_the_quarter(busy, coordinator, today):
    reporting.subscribe(municipality=busy, user=coordinator, frequency=Frequency.QUARTERLY)
    january = past.at("2027-01-02", 8)
    today.move_to(january)
    reporting.sweep_reports(january)
    report = ReportRun.objects.get()
    assert (str(report.first_day), str(report.last_day)) == ("2026-10-01", "2026-12-31")
    reporting.build_report(report.pk)
    report.refresh_from_db()
    assert read(report).metadata.title == "Zwolle in October to December 2026"
    assert (
        unseal_json(OutgoingMessage.objects.get().sealed)["context"]["period"] == "October to December 2026"
    )


def test_later_in_the_month_nothing_is_made_by_itself(busy, viewer, today):
    reporting.subscribe(municipality=busy, user=viewer, frequency=Frequency.MONTHLY)
    reporting.sweep_reports(NOW)
    assert not ReportRun.objects.exists()


def test_a_report_with_a_lost_bell_is_made_by_the_sweep(busy, viewer, today):
    report = reporting.request_report(municipality=busy, actor=viewer, language="en", now=NOW)
    reporting.sweep_reports(NOW)
    report.refresh_from_db()
    assert report.status == ReportStatus.QUEUED
    today.move_to(past.at("2026-11-24", 10))
    reporting.sweep_reports(past.at("2026-11-24", 10))
    report.refresh_from_db()
    assert report.status == ReportStatus.DONE


def test_who_left_gets_no_mail(busy, viewer, today):
    reporting.subscribe(municipality=busy, user=viewer, frequency=Frequency.MONTHLY)
    assert queries.subscribers().count() == 1
    viewer.memberships.update(ended_at=NOW)
    assert queries.subscribers().count() == 0
    today.move_to(FIRST)
    reporting.sweep_reports(FIRST)
    assert not ReportRun.objects.exists()


def test_the_page_asks_makes_and_shows(client, busy, viewer, today):
    client.force_login(viewer)
    assert "No report yet" in client.get(PAGE).content.decode()
    page = client.post(PAGE, {"report-language": "en", "make": "1"}, follow=True).content.decode()
    assert "We are making the report" in page
    assert "Reload this page in a minute" in page
    report = ReportRun.objects.get()
    address = f"{PAGE}{report.pk}/rapport.pdf"
    assert client.get(address).status_code == 404, "not ready yet"
    reporting.build_report(report.pk)
    page = client.get(PAGE).content.decode()
    assert address in page
    response = client.get(address)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert "samen-hier-zwolle-2026-10-en.pdf" in response["Content-Disposition"]
    again = client.post(PAGE, {"report-language": "en", "make": "1"}, follow=True).content.decode()
    assert "This report is ready" in again


def test_the_subscription_on_the_page(client, busy, viewer, today):
    client.force_login(viewer)
    page = client.post(PAGE, {"mail-frequency": "quarterly", "mail": "1"}, follow=True).content.decode()
    assert "You get a mail each quarter." in page
    assert ReportSubscription.objects.get().frequency == Frequency.QUARTERLY
    client.post(PAGE, {"mail-frequency": "never", "mail": "1"})
    assert not ReportSubscription.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"mail": "1"},
        {"mail": "1", "mail-frequency": "ساعة"},
        {},
        {"report-language": "ar"},
        {"report-language": "\x00" * 999},
    ],
)
def test_bad_input_gets_a_clear_message(client, busy, viewer, today, sent):
    client.force_login(viewer)
    response = client.post(PAGE, sent)
    assert response.status_code == 422
    assert "Error:" in response.content.decode()


def test_who_may_open_a_report(client, busy, viewer, coordinator, national, today):
    report = made(busy, viewer)
    address = f"{PAGE}{report.pk}/rapport.pdf"
    other = factories.municipality("Deventer", slug="deventer")
    outsider = factories.staff(StaffRole.VIEWER, other)
    builder = factories.staff(StaffRole.BUILDER, busy)
    for person, status in (
        (viewer, 200),
        (coordinator, 200),
        (national, 403),
        (builder, 403),
        (outsider, 404),
        (factories.user(), 404),
    ):
        client.force_login(person)
        assert client.get(address).status_code == status
        assert client.get(PAGE).status_code == status
    client.force_login(outsider)
    assert client.get(f"/gemeente/deventer/rapporten/{report.pk}/rapport.pdf").status_code == 404


@pytest.mark.parametrize("size", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    client, busy, viewer, today, size, django_assert_num_queries
):
    for month in range(size):
        ReportRun.objects.create(
            municipality=busy,
            first_day=f"2026-0{month + 1}-01",
            last_day=f"2026-0{month + 1}-28",
            language="nl",
        )
    client.force_login(viewer)
    client.get(PAGE)
    with django_assert_num_queries(6):
        client.get(PAGE)
