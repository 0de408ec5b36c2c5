"""What a match asks of staff afterwards: check-ins, quiet requests, the work list, the community builder."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matches.domain import checkins, contact, lifecycle
from matches.enums import AnswerValue, MatchStatus, Side
from matches.models import Answer, CheckIn, ContactRequest, Match
from matches.queries import contact_requests
from municipalities import worklist
from municipalities.enums import StaffRole
from newcomers.domain import disclosure
from samenhier.audit.models import AuditEvent
from tests import factories

from .test_staff_pages import page, queries_of, signed_in, url
from .world import world

__all__ = ["queries_of"]
pytestmark = pytest.mark.django_db


# -- check-ins, quiet requests -------------------------------------------------------------------------


def active_with_check_ins(number=1):
    w = world("active")
    for moment in ("W2", "M1", "M3")[:number]:
        CheckIn.objects.create(
            municipality=w.town, match=w.match, side=Side.GROUP, moment=moment, due_on=timezone.localdate()
        )
    return w


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_check_in_list(rows, queries_of):
    w = active_with_check_ins(rows)
    client = signed_in(w.coordinator)
    assert queries_of(client, url("check_ins", w)) == 7
    assert page(client, url("check_ins", w)).count('<th scope="row"') == rows


def test_the_check_in_list_by_state_and_the_note_that_leaves_a_trace():
    w = active_with_check_ins(2)
    late, open_now = CheckIn.objects.order_by("moment")
    CheckIn.objects.filter(pk=late.pk).update(escalated_at=timezone.now())
    client = signed_in(w.coordinator)
    assert "late" in page(client, url("check_ins", w) + "?welke=late")
    assert "No answers yet" in page(client, url("check_ins", w) + "?welke=answered")
    checkins.answer_check_in(
        check_in=open_now,
        actor=w.contact,
        wellbeing=2,
        meetings=3,
        note="het is <b>lastig</b>",
        wants_contact=False,
    )
    text = page(client, url("check_ins", w) + "?welke=answered")
    assert "Not so well" in text
    assert "lastig" not in text
    assert not AuditEvent.objects.filter(action="check_in.note_read").exists()
    response = client.post(url("note", w, check_in=open_now.pk))
    assert "het is &lt;b&gt;lastig&lt;/b&gt;" in response.content.decode()
    event = AuditEvent.objects.get(action="check_in.note_read")
    assert (event.actor_id, event.fields) == (w.coordinator.pk, ["note"])


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_quiet_requests(rows, queries_of):
    w = world("active")
    for member in w.members()[:rows]:
        contact.ask_for_contact(user=member.user)
    client = signed_in(w.coordinator)
    assert queries_of(client, url("contact_requests", w)) == 8


def test_a_quiet_request_is_seen_and_marked():
    w = world()
    contact.ask_for_contact(user=w.newcomer)
    client = signed_in(w.coordinator)
    text = page(client, url("contact_requests", w))
    assert w.household.code_name in text
    assert w.newcomer.name not in text
    row = ContactRequest.objects.get()
    client.post(url("contact_handled", w, contact_request=row.pk))
    row.refresh_from_db()
    assert row.handled_by == w.coordinator
    back = url("contact_taken_back", w, contact_request=row.pk)
    assert back in page(client, url("contact_requests", w))
    assert "waits for you again" in client.post(back, follow=True).content.decode()
    row.refresh_from_db()
    assert row.handled_by is None
    assert back not in page(client, url("contact_requests", w))
    contact.mark_handled(request=row, actor=w.coordinator)
    contact.ask_for_contact(user=w.newcomer)
    assert "asked again" in client.post(back, follow=True).content.decode()


# -- the work list -------------------------------------------------------------------------------------


def lines(w):
    return [(str(line.what), line.who) for line in worklist.lines(w.coordinator, w.town)]


def test_the_work_list_says_what_waits_here_and_counts_it():
    w = world()
    town = w.town
    w.approve()
    w.answer(Side.HOUSEHOLD, AnswerValue.TALK)
    Match.objects.filter(pk=w.match.pk).update(answer_due=timezone.now() + timedelta(hours=3))
    contact.ask_for_contact(user=w.newcomer)

    def another(status, *, account=True, **fields):
        return factories.match(
            factories.group(town), factories.household(town, account=account), status=status, **fields
        )

    another("proposed")
    another("proposed")
    another("asking", account=False)
    another("agreed")
    another("introduced", introduced_at=timezone.now() - timedelta(days=30))
    another("introduced")
    another("active")
    near_end = another("active", started_on=timezone.localdate() - timedelta(days=350))
    near_end.planned_end = timezone.localdate() + timedelta(days=15)
    near_end.save()
    CheckIn.objects.create(
        municipality=town,
        match=near_end,
        side=Side.GROUP,
        moment="M9",
        due_on=timezone.localdate() - timedelta(days=9),
        escalated_at=timezone.now(),
    )
    found = lines(w)
    whats = [what for what, _who in found]
    for what in (
        "Quiet request",
        "Wants to talk first",
        "Answer time ends",
        "Ask in person",
        "Both said yes",
        "Introduced, not begun",
        "The time together is nearly over",
        "Check-in is late",
        "Proposals to decide",
    ):
        assert translated(what) in whats, what
    now = [line for line in worklist.lines(w.coordinator, town) if line.pressing == worklist.Pressing.NOW]
    assert worklist.pressing(town) == len(now) == 3
    everything = " ".join(who for _what, who in found)
    assert factories.CANARY not in everything


def translated(text):
    from django.utils.translation import gettext

    return gettext(text)


def test_another_town_sees_nothing_of_it():
    w, elsewhere = world("agreed"), world("ended")
    contact.ask_for_contact(user=w.newcomer)
    assert not [who for _what, who in lines(elsewhere) if w.household.code_name in who]


# -- the community builder -----------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_builders_list(rows, queries_of):
    w = world("active")
    builder = factories.staff(StaffRole.BUILDER, w.town)
    for _ in range(rows - 1):
        factories.match(factories.group(w.town), factories.household(w.town), status="active")
    Match.objects.update(builder=builder)
    client = signed_in(builder)
    assert queries_of(client, url("guided", w)) == 7
    assert page(client, url("guided", w)).count('<th scope="row"') == rows


def test_a_builder_sees_only_the_own_matches_and_opens_the_name_with_a_press():
    w = world("introduced")
    other = factories.match(factories.group(w.town), factories.household(w.town), status="active")
    builder = factories.staff(StaffRole.BUILDER, w.town)
    disclosure.open_grants(
        household=w.household, readers=[w.contact], match_id=w.match.pk, actor=w.coordinator
    )
    lifecycle.choose_builder(match=w.match, actor=w.coordinator, builder=builder)
    client = signed_in(builder)
    assert other.household.code_name not in page(client, url("guided", w))
    assert client.get(url("guided_match", w, match=other.pk)).status_code == 404
    assert client.get(url("detail", w, match=w.match.pk)).status_code == 403
    address = url("guided_match", w, match=w.match.pk)
    assert factories.CANARY not in page(client, address).replace(builder.name, "").replace(
        w.coordinator.name, ""
    )
    assert "CNRY-household" in client.post(address).content.decode()
    assert AuditEvent.objects.get(action="household.revealed").actor_role == "builder"


def test_who_joined_after_the_introduction_waits_for_the_coordinator():
    w = world(policy={"second_approver": False})
    w.approve()
    w.both_say_yes()
    late = factories.member(w.group)
    own = reverse("matches:own", kwargs={"match": w.match.pk})
    assert "You joined later" in page(signed_in(late.user), own)
    client = signed_in(w.coordinator)
    text = page(client, url("detail", w, match=w.match.pk))
    assert late.name in text
    client.post(url("open_to_members", w, match=w.match.pk))
    assert late.name not in page(client, url("detail", w, match=w.match.pk))
    assert "CNRY-household" in signed_in(late.user).post(own).content.decode()
    # Before the introduction there is nothing to open.
    w2 = world("agreed")
    signed_in(w2.coordinator).post(url("open_to_members", w2, match=w2.match.pk))
    assert not disclosure.DisclosureGrant.objects.filter(household=w2.household).exists()


def test_a_builder_does_not_read_what_a_side_answered():
    w = world(policy={"second_approver": True})
    w.approve()
    builder = factories.staff(StaffRole.BUILDER, w.town)
    lifecycle.choose_builder(match=w.match, actor=w.coordinator, builder=builder)
    w.answer(Side.GROUP, AnswerValue.YES)
    assert "Answer received" in page(signed_in(w.coordinator), url("detail", w, match=w.match.pk))
    assert "Answer received" not in page(signed_in(builder), url("guided_match", w, match=w.match.pk))


def test_both_said_yes_since_the_second_yes_and_what_cannot_wait_is_said():
    w = world(MatchStatus.AGREED)
    long_ago, just_now = timezone.now() - timedelta(days=3), timezone.now() - timedelta(hours=1)
    Match.objects.filter(pk=w.match.pk).update(approved_at=long_ago)
    Answer.objects.filter(match=w.match).delete()
    for side, at in ((Side.HOUSEHOLD, just_now), (Side.GROUP, long_ago)):
        Answer.objects.create(municipality=w.town, match=w.match, side=side, value="yes", answered_at=at)
    (line,) = [one for one in worklist.lines(w.coordinator, w.town) if w.group.name in one.who]
    assert line.moment == just_now
    address = reverse("municipalities:worklist", kwargs={"slug": w.town.slug})
    client = signed_in(w.coordinator)
    assert "cannot wait" not in page(client, address)
    contact.ask_for_contact(user=w.newcomer)
    html = page(client, address)
    assert "The number in the menu counts these" in html
    assert '1<span class="only-heard"> cannot wait</span>' in html


def test_who_asked_first_for_contact_stands_on_top():
    w = world(MatchStatus.ACTIVE)
    first = contact.ask_for_contact(user=w.newcomer)
    contact.ask_for_contact(user=w.contact)
    ContactRequest.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=2))
    rows = contact_requests(w.coordinator, w.town)
    assert [row.side for row in rows] == [Side.HOUSEHOLD, Side.GROUP]
    contact.mark_handled(request=first, actor=w.coordinator)
    assert [row.side for row in rows.all()] == [Side.GROUP, Side.HOUSEHOLD]
