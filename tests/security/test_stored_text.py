"""Texts that look like commands stay texts: on every page, in every mail, in the report, the calendar and the spreadsheet."""

import io
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from groups.calendar_file import event
from groups.domain import review
from groups.models import TrainingSession
from matches.domain import approval, checkins
from matches.models import CheckIn
from municipalities.enums import StaffRole
from municipalities.models import Municipality
from newcomers.domain import intake
from newcomers.models import Household
from reports.domain.closing import close_months
from reports.figures.files import figures_sheet, meanings_sheet
from reports.figures.months import Month
from reports.pdf import report_pdf
from reports.queries import all_published_until
from samenhier.accounts.models import User
from samenhier.core.access import Public, Role, declared
from samenhier.core.exports import csv_file, xlsx_file
from samenhier.notifications import kinds
from samenhier.notifications.relay import plain_address
from samenhier.notifications.rendering import render
from tests import factories as make
from tests.access import world
from tests.access.test_matrix import kwargs_of, own_pages, url_of

pytestmark = pytest.mark.django_db

#: Opens a tag, ends an attribute, and speaks three template languages.
EVIL = '<i onx=1>\'" onx="1{{7*7}}{%'


class Seeing(HTMLParser):
    """Notes what came alive."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.alive += [
            f"<{tag} {name}>"
            for name, value in attrs
            if name.startswith("on") or (value or "").strip().startswith("javascript:")
        ]


def alive(html: str) -> list[str]:
    seeing = Seeing()
    seeing.feed(html)
    return seeing.alive


def hostile(text: str) -> world.Town:
    """A town in which every text that somebody may type says `text`."""
    town = world.build()
    people = town.people
    here = Municipality.objects.get(slug=town.rows["slug"])
    for name in ("name", "partner_organisation", "contact_name", "confidential_name"):
        setattr(here, name, text)
    here.confidential_phone = here.contact_phone = text[:20]
    here.save()
    household = Household.objects.get(pk=town.rows["household"])
    coordinator = people[Role.COORDINATOR]
    intake.update_identity(
        household=household, actor=coordinator, calling_name=text, channel="phone", contact="0612345678"
    )
    intake.set_urgency(household=household, actor=coordinator, urgency=2, reason=text)
    intake.update_card(household=household, actor=coordinator, part_of_town=text, referred_by=text)
    from groups.models import SponsorGroup

    SponsorGroup.objects.filter(municipality=here).update(
        name=text, motivation=text, part_of_town=text, size_reason=text
    )
    for group in SponsorGroup.objects.filter(municipality=here):
        group.members.update(name=text, phone=text[:20])
    TrainingSession.objects.filter(municipality=here).update(title=text, place=text)
    User.objects.filter(pk__in=[one.pk for one in people.values()]).exclude(name="").update(name=text)
    row = CheckIn.objects.get(pk=town.rows["household_check_in"])
    checkins.answer_check_in(
        check_in=row, actor=people[Role.NEWCOMER], wellbeing=3, meetings=1, note=text, wants_contact=True
    )
    submitted = make.group(here, status="submitted", name=text)
    review.return_with_question(group=submitted, actor=coordinator, message=text)
    town.rows["returned"] = submitted
    approval.set_aside(
        match=make.match(make.group(here, name=text), make.household(here)), actor=coordinator, reason=text
    )
    return town


@pytest.mark.no_cover
def test_no_text_comes_alive_on_any_page():
    town = hostile(EVIL)
    town.people[Role.NATIONAL] = make.staff(StaffRole.NATIONAL, name=EVIL)
    faults, shown = [], 0
    for role, person in town.people.items():
        client = Client()
        client.force_login(person)
        for route, name, view in own_pages():
            access = declared(view)
            if role not in access.roles or (isinstance(access, Public) and role is not Role.MEMBER):
                continue
            for method in (
                ("get", "post")
                if name.endswith((":reveal", ":own", ":note", ":guided_match", ":card", ":invite"))
                else ("get",)
            ):
                fields = {"reason": "contact", "name": EVIL, "email": EVIL}
                page = getattr(client, method)(
                    url_of(name, kwargs_of(route, name, town)), fields if method == "post" else None
                )
                if not page.get("Content-Type", "").startswith("text/html"):
                    continue
                text = page.content.decode()
                shown += "&lt;i onx=1&gt;" in text
                if came := alive(text):
                    faults.append((role, method, name, came[:2]))
    contact = town.rows["returned"].members.get(role="contact")
    client = Client()
    client.force_login(contact.user)
    page = client.get(reverse("groups:own", kwargs={"group": contact.group_id})).content.decode()
    shown += "&lt;i onx=1&gt;" in page
    assert faults == []
    assert alive(page) == []
    assert shown > 40  # the text really stood on those pages


@pytest.mark.parametrize("kind", kinds.all_kinds(), ids=lambda kind: kind.code)
def test_no_text_comes_alive_or_starts_a_header_in_a_mail(kind):
    evil = f"{EVIL}\r\nBcc: kwaad@voorbeeld.example\u2028X: y\x00"
    context = {
        name: evil if isinstance(value, str) and value == "Voorbeeld" else value
        for name, value in kind.sample_context().items()
    }
    for language in sorted(kind.languages):
        mail = render(kind, language, context, recipient_name=evil)
        assert alive(mail.html) == []
        assert all(sign.isprintable() for sign in mail.subject)
        from django.core.mail import EmailMessage

        raw = (
            EmailMessage(mail.subject, mail.text, "a@voorbeeld.example", ["b@voorbeeld.example"])
            .message()
            .as_bytes()
        )
        read = message_from_bytes(raw, policy=policy.default)
        assert read["Bcc"] is None
        assert read["X"] is None
        assert read["To"] == "b@voorbeeld.example"


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example,c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example c@d.example",
        "<a@b.example>",
        '"a,c@d.example"@b.example',
        "a@b.example;c@d.example",
        "a@b.example\u2028c@d.example",
    ],
)
def test_an_address_is_one_address(address):
    with pytest.raises(ValueError, match="one plain"):
        plain_address(address)
    assert plain_address("naam+iets@voorbeeld.example") == "naam+iets@voorbeeld.example"


TYPST = [
    '#panic("kwaad")',
    '#read("report.typ")',
    "]#panic()[",
    '"); panic("',
    "$ sum_(i=0) $",
    "*vet* _scheef_ `code` @label <label>",
    "\\u{41} \\",
    "= Kop",
    "</script>",
]


def figures(town: Municipality):
    """Two published months of a town with one group."""
    make.group(town, created_at=datetime(2026, 1, 10, tzinfo=UTC))
    close_months(municipality=town, now=datetime(2026, 3, 5, tzinfo=UTC))
    return all_published_until(municipality=town, month=Month(2026, 2))


def test_names_are_only_text_in_the_report():
    months = figures(make.municipality())
    name = " ".join(TYPST)
    made = report_pdf(
        town=name,
        partner=name,
        months=months,
        country={},
        first_day=Month(2026, 2).first_day,
        masking_below=5,
    )
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    for one in TYPST:
        assert "".join(one.split()) in "".join(text.split())


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+31",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "＝1+1",
        '=HYPERLINK("http://kwaad.example")',
        "=cmd|' /C calc'!A0",
    ],
)
def test_names_are_only_text_in_the_spreadsheet(name):
    sheet = figures_sheet(name, figures(make.municipality()), {})
    first_cells = {
        line.lstrip('"')[:1] for line in csv_file(sheet).decode("utf-8-sig").splitlines()[1:] if line
    }
    assert first_cells == {"'"}
    book = zipfile.ZipFile(io.BytesIO(xlsx_file(sheet, meanings_sheet())))
    assert not any(
        b"<f>" in book.read(part) or b"hyperlink" in book.read(part)
        for part in book.namelist()
        if "sheet" in part
    )


def test_a_training_adds_no_line_to_a_calendar():
    town = make.municipality()
    evil = "Training\r\nATTACH:http://kwaad.example/\nEND:VEVENT\u2028URL:http://kwaad.example;x,y\\"
    session = TrainingSession(
        municipality=town, title=evil, place=evil, starts_at="2026-11-24T19:30:00+01:00"
    )
    session.save()
    session.refresh_from_db()
    lines = event(session).split("\r\n")
    assert sum(line.startswith(("ATTACH", "URL")) for line in lines) == 0
    assert lines.count("END:VEVENT") == 1
    assert all("\n" not in line and "\r" not in line for line in lines)
