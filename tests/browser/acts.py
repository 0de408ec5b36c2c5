"""What people do in the story of `test_journey.py`, each act as one person does it in the browser."""

import csv
import io
import time
from datetime import timedelta

import openpyxl
import pypdf
from django.urls import reverse
from django.utils import timezone

from groups.enums import AgreementKind, GroupStatus
from groups.models import SponsorGroup, TrainingSession
from matches.enums import MatchStatus, Side
from matches.models import CheckIn, Match
from matches.tasks import sweep_check_ins
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from reports.models import ReportRun
from samenhier.notifications.models import Heartbeat

from .people import PATIENCE

CALLING_NAME = "ريحانة"
PHONE = "0620304050"


# -- 1. registering ----------------------------------------------------------------------------------


def begins_to_register(visitor, town):
    visitor.open("public:home")
    visitor.follow("public:municipality", slug=town.slug)
    visitor.follow("groups:register_start")
    visitor.follow("groups:register", step="gemeente")
    visitor.choose("municipality", town.slug)
    visitor.press()
    visitor.write({"name": "De Lindebuurt"})
    visitor.choose("kind", "welcome")
    visitor.press()
    visitor.write({"contact_name": "Marieke", "contact_email": visitor.address})
    visitor.press("[name=later]")
    visitor.write({"email": visitor.address})
    visitor.press()


def goes_on_registering(visitor, *, others):
    visitor.go(visitor.link_in_mail("/groep-aanmelden/verder/"))
    visitor.press()
    assert visitor.is_at("groups:register", step="leden")
    for number, (name, person) in enumerate(others.items()):
        visitor.write({f"leden-{number}-name": name, f"leden-{number}-email": person.address})
    visitor.press()
    visitor.choose("offers", "dutch", "people", "town")
    visitor.press()
    visitor.write({"max_household": 5, "part_of_town": "Noord"})
    visitor.choose("child_bands", "4-11")
    visitor.press()
    visitor.choose("promises", "no_pets")
    visitor.press()
    visitor.write({"motivation": "Omdat een stad pas thuis is met mensen."})
    visitor.press()
    assert visitor.is_at("groups:register_check")
    assert "De Lindebuurt" in visitor.text
    visitor.press()
    assert visitor.is_at("groups:registered")
    return SponsorGroup.objects.get(name="De Lindebuurt")


# -- 2. members --------------------------------------------------------------------------------------


def says_yes_to_the_group(member, languages):
    member.go(member.link_in_mail("/uitnodiging/"))
    member.follow("groups:answer", step="leeftijd")
    member.choose("old_enough", "yes")
    member.press()
    member.choose("dutch", "yes")
    member.press()
    for number, (code, level) in enumerate(languages):
        member.pick(f"talen-{number}-code", code)
        member.pick(f"talen-{number}-level", level)
    member.press()
    member.choose("interests", "cooking", "walking")
    member.press()
    member.choose("availability", "wed_evening", "sat_morning")
    member.press()
    member.write({"phone": "06 1234 5678"})
    member.press()
    assert member.is_at("groups:answer_check")
    member.press()


def says_no_to_the_group(invited):
    invited.go(invited.link_in_mail("/uitnodiging/"))
    invited.follow("groups:invitation_no")
    invited.press("button[type=submit]")


def signs(member, group):
    """The first text, which leads to the second, which leads to the page of the group."""
    for kind in (AgreementKind.STATEMENT, AgreementKind.CODE_OF_CONDUCT):
        assert member.is_at(f"groups:{kind.value}", group=group.pk)
        member.tick("agree")
        member.press()
    assert member.is_at("groups:own", group=group.pk)


def asks_for_approval(contact, group):
    contact.open("groups:own", group=group.pk)
    contact.follow("groups:submit", group=group.pk)
    contact.press()


# -- 3. the coordinator and the group -----------------------------------------------------------------


def sees_each_vog(coordinator, town, group):
    for member in group.members.present():
        coordinator.open("groups:review", slug=town.slug, group=group.pk)
        coordinator.follow("groups:vog", slug=town.slug, group=group.pk, member=member.pk)
        coordinator.press()


def writes_down_who_came(coordinator, town, group):
    """A training that was last week."""
    session = TrainingSession.objects.create(
        municipality=town,
        title="Starttraining",
        starts_at=timezone.now() - timedelta(days=7),
        place="Buurthuis",
    )
    coordinator.open("groups:sessions", slug=town.slug)
    coordinator.follow("groups:session", slug=town.slug, session=session.pk)
    coordinator.choose("others", *(member.pk for member in group.members.present()))
    coordinator.press()


def visits_and_approves(coordinator, town, group):
    here = {"slug": town.slug, "group": group.pk}
    coordinator.open("municipalities:worklist", slug=town.slug)
    coordinator.follow("groups:review", **here)
    coordinator.follow("groups:visit", **here)
    coordinator.write({**day_fields("day", timezone.localdate() - timedelta(days=1)), "at": "19:30"})
    coordinator.press()
    coordinator.follow("groups:approve", **here)
    coordinator.press()
    group.refresh_from_db()
    assert group.status == GroupStatus.APPROVED


def day_fields(name, day):
    """A day in three fields."""
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


# -- 4. the household ---------------------------------------------------------------------------------


def registers_household(coordinator, town, newcomer):
    coordinator.open("newcomers:register", slug=town.slug)
    coordinator.write({"calling_name": CALLING_NAME, "contact": PHONE, "email": newcomer.address})
    coordinator.choose("channel", "phone")
    coordinator.write({"adults": 1, "children_4_11": 1})
    coordinator.pick("spoken_1", "arb")
    coordinator.pick("level_1", "fluent")
    coordinator.choose("language", "ar")
    coordinator.press()
    household = Household.objects.get(user__email=newcomer.address)
    assert coordinator.is_at("newcomers:consent", slug=town.slug, household=household.pk)
    return household


def records_consent_and_wishes(coordinator, town, household):
    coordinator.choose("how", "interpreter")
    coordinator.tick("said_yes")
    coordinator.press()
    assert coordinator.is_at("newcomers:card", slug=town.slug, household=household.pk)
    coordinator.choose("goals", "dutch", "people")
    coordinator.choose("interests", "cooking")
    coordinator.choose("wishes", "no_pets")
    coordinator.choose("availability", "wed_evening")
    coordinator.press()
    coordinator.press(
        action=reverse("newcomers:ready", kwargs={"slug": town.slug, "household": household.pk})
    )
    household.refresh_from_db()
    assert household.status == HouseholdStatus.READY
    assert household.consents.get().language == "ar"


def looks_at_own_page(newcomer):
    newcomer.open("account_login")
    newcomer.sign_in_with_code()
    assert newcomer.is_at("newcomers:own")
    assert newcomer.page.get_attribute("html", "dir") == "rtl"
    newcomer.follow("newcomers:own_card")
    assert CALLING_NAME in newcomer.text


# -- 5. and 6. the match ------------------------------------------------------------------------------


def proposes(coordinator, town):
    """The worker computes; the page looks again by itself."""
    coordinator.open("matches:workbench", slug=town.slug)
    coordinator.press(action=reverse("matches:start_run", kwargs={"slug": town.slug}))
    here = reverse("matches:workbench", kwargs={"slug": town.slug})
    coordinator.page.wait_for_selector(f"main td a[href^='{here}']")
    # Anew: a page that looks again by itself may do so under the next click.
    coordinator.open("matches:workbench", slug=town.slug)
    match = Match.objects.get()
    assert match.run.check_passed
    return match


def approves_proposal(coordinator, town, match):
    coordinator.follow("matches:proposal", slug=town.slug, proposal=match.pk)
    coordinator.press(action=reverse("matches:approve", kwargs={"slug": town.slug, "proposal": match.pk}))
    assert coordinator.is_at("matches:detail", slug=town.slug, match=match.pk)


def answers_for_the_group(contact, match):
    """From the mail, in a browser that does not know her."""
    contact.go(contact.link_in_mail(reverse("matches:own", kwargs={"match": match.pk})))
    contact.sign_in_with_code()
    assert contact.is_at("matches:own", match=match.pk)
    contact.press("[name=value][value=yes]")


def answers_for_the_household(newcomer, match):
    newcomer.open("newcomers:own")
    newcomer.follow("matches:own", match=match.pk)
    newcomer.press("[name=value][value=yes]")


def opens_the_name(member, match):
    member.open("matches:own", match=match.pk)
    assert CALLING_NAME not in member.page.content(), "the name opens by a press, which is written down"
    member.press()
    assert CALLING_NAME in member.text
    assert PHONE in member.text


# -- 7. and 8. the year together ----------------------------------------------------------------------


def begins_the_year(coordinator, town, match):
    here = {"slug": town.slug, "match": match.pk}
    coordinator.open("matches:detail", **here)
    coordinator.follow("matches:first_meeting", **here)
    coordinator.write({**day_fields("day", timezone.localdate()), "time": "15:00"})
    coordinator.press()
    coordinator.follow("matches:begin", **here)
    coordinator.press()
    match.refresh_from_db()
    assert match.status == MatchStatus.ACTIVE
    assert CheckIn.objects.planned().filter(match=match).count() == 2 * len(town.policy.check_in_moments)


def make_check_ins_due(match):
    """Two weeks pass."""
    first = CheckIn.objects.filter(match=match).order_by("due_on").values("moment")[:1]
    due = CheckIn.objects.filter(match=match, moment__in=first)
    assert due.update(due_on=timezone.localdate(), next_reminder_at=timezone.now()) == len(Side)


def check_in_of(match, side):
    return CheckIn.objects.get(match=match, side=side, reminders_sent=1)


def remind_twice_over():
    """Beat rings twice; the worker sweeps twice."""
    for _time in range(2):
        before = timezone.now()
        sweep_check_ins.delay()
        deadline = time.monotonic() + PATIENCE
        while not Heartbeat.objects.filter(name="check-ins", last_success__gte=before).exists():
            assert time.monotonic() < deadline, "the worker did not sweep"
            time.sleep(0.1)


def answers_check_in(contact, check_in):
    """The link of the mail leads to the form; there is one mail."""
    page = reverse("matches:check_in", kwargs={"check_in": check_in.pk})
    contact.go(contact.link_in_mail(page))
    contact.choose("wellbeing", 4)
    contact.choose("meetings", 2)
    contact.press()
    assert len(contact.mails(page)) == 1


def asks_quietly_for_contact(newcomer, check_in, *, group, match):
    """The group's pages are the same before and after."""

    def what_the_group_sees():
        pages = (
            ("matches:own", {"match": match.pk}),
            ("matches:home", {}),
            ("groups:own", {"group": match.group_id}),
        )
        texts = []
        for name, kwargs in pages:
            group.open(name, **kwargs)
            texts.append(group.text)
        return texts

    what_the_group_sees()  # messages are shown once
    before = what_the_group_sees()
    newcomer.go(newcomer.link_in_mail(reverse("matches:check_in", kwargs={"check_in": check_in.pk})))
    newcomer.choose("wellbeing", 2)
    newcomer.choose("meetings", 1)
    newcomer.tick("wants_contact")
    newcomer.press()
    assert newcomer.is_at("newcomers:own")
    assert what_the_group_sees() == before


def sees_the_request(coordinator, town, household):
    coordinator.open("municipalities:worklist", slug=town.slug)
    coordinator.follow("matches:contact_requests", slug=town.slug)
    assert household.code_name in coordinator.text


# -- 9. and 10. the ending, the figures ---------------------------------------------------------------


def ends(coordinator, town, match):
    here = {"slug": town.slug, "match": match.pk}
    coordinator.open("matches:detail", **here)
    coordinator.follow("matches:end", **here)
    coordinator.choose("kind", "early")
    coordinator.choose("reason", "own_way")
    coordinator.choose("goes_on", "yes")
    coordinator.press()
    match.refresh_from_db()
    assert match.status == MatchStatus.ENDED
    assert match.household.status == HouseholdStatus.READY


def reads_the_figures(viewer, town):
    viewer.open("municipalities:mine")
    assert viewer.is_at("reports:dashboard", slug=town.slug)
    rows = list(
        csv.reader(
            io.StringIO(viewer.download("reports:csv", slug=town.slug).decode("utf-8-sig")), delimiter=";"
        )
    )
    assert len(rows) > 2
    book = openpyxl.load_workbook(io.BytesIO(viewer.download("reports:xlsx", slug=town.slug)))
    assert book.worksheets[0].max_row > 2


def gets_the_report(viewer, town):
    viewer.open("reports:reports", slug=town.slug)
    viewer.choose("mail-frequency", "monthly")
    viewer.press("[name=mail]")
    viewer.press("[name=make]")
    viewer.go(viewer.link_in_mail(reverse("reports:reports", kwargs={"slug": town.slug})))
    report = ReportRun.objects.get(municipality=town)
    pdf = viewer.context.request.get(
        viewer.page.locator(
            f"main a[href$='{reverse('reports:pdf', kwargs={'slug': town.slug, 'report': report.pk})}']"
        ).get_attribute("href")
    )
    assert pdf.ok
    assert town.name in pypdf.PdfReader(io.BytesIO(pdf.body())).pages[0].extract_text()
