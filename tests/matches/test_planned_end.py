"""Moving the planned end of an active match: who may, which days, what happens to check-ins and questions, at once."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matches.domain import checkins, lifecycle, planned_end
from matches.enums import CheckInStatus, EndKind, EndReason, MatchStatus, OutcomeStatus, Side
from matches.mails import END_MOVED
from matches.models import CheckIn, OutcomeSurvey, Trial
from matches.waiting.steps import match_lines
from municipalities.enums import StaffRole
from samenhier.audit.models import AuditEvent
from samenhier.core.crypto import unseal_json
from samenhier.core.errors import Conflict, DomainError
from samenhier.core.moments import add_months
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.parallel import at_once

from .world import mails, world


def today():
    return timezone.localdate()


def going_on(*, days=100, **policy):
    """A match that began so many days ago, with what its town plans."""
    w = world(MatchStatus.INTRODUCED, policy={"trial_weeks": 0} | policy)
    lifecycle.activate(match=w.match, actor=w.coordinator, started_on=today() - timedelta(days=days))
    w.match = w.fresh()
    return w


def move(w, to, *, actor=None, reason="They asked for it", instead_of=None):
    return planned_end.move_planned_end(
        match=w.match,
        actor=actor or w.coordinator,
        to=to,
        reason=reason,
        instead_of=instead_of or w.fresh().planned_end,
    )


def after(w, months):
    return add_months(w.match.started_on, months)


def planned(w, side=Side.GROUP):
    rows = CheckIn.objects.planned().filter(match=w.match, side=side).order_by("due_on")
    return list(rows.values_list("moment", flat=True))


# -- which days --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("months", [6, 11, 13, 24])
def test_later_and_earlier_with_both_told_and_the_reason_for_colleagues_alone(months):
    w = going_on()
    before, to = w.match.planned_end, after(w, months)
    move(w, to, reason="  Their course ends then ")
    match = w.fresh()
    assert (match.status, match.planned_end) == (MatchStatus.ACTIVE, to)
    assert match.end_moved_at is not None
    assert {who for kind, who in mails() if kind == "matches.end_moved"} == {
        *(member.user_id for member in w.members()),
        w.newcomer.pk,
    }
    event = AuditEvent.objects.get(action="match.end_moved")
    assert (event.actor_id, event.reason) == (w.coordinator.pk, "Their course ends then")
    assert event.detail == {"before": before.isoformat(), "to": to.isoformat()}


@pytest.mark.django_db
def test_not_today_not_behind_us_not_longer_than_any_policy_and_not_without_a_reason():
    w = going_on()
    end = w.match.planned_end
    for to, reason in (
        (today(), "because"),
        (today() - timedelta(days=1), "because"),
        (after(w, 24) + timedelta(days=1), "because"),
        (after(w, 9), "   "),
        (after(w, 9), "x" * 201),
    ):
        with pytest.raises(DomainError):
            move(w, to, reason=reason)
    assert (w.fresh().planned_end, w.fresh().end_moved_at) == (end, None)
    assert not [1 for kind, _who in mails() if kind == "matches.end_moved"]
    move(w, today() + timedelta(days=1))
    assert w.fresh().planned_end == today() + timedelta(days=1)


@pytest.mark.django_db
def test_only_a_match_that_goes_on_can_move():
    for status in (status for status in MatchStatus if status != MatchStatus.ACTIVE):
        w = world(status)
        with pytest.raises(DomainError):
            move(w, today() + timedelta(days=60), instead_of=today())
        assert w.fresh().end_moved_at is None
    w = world(MatchStatus.ACTIVE)
    move(w, today() + timedelta(days=60))
    assert w.fresh().end_moved_at is not None


@pytest.mark.django_db
def test_nobody_moves_the_end_of_the_own_group():
    w = going_on()
    own = factories.staff(StaffRole.COORDINATOR, w.town)
    factories.member(w.group, user=own)
    with pytest.raises(DomainError):
        move(w, after(w, 9), actor=own)
    move(w, after(w, 9), actor=w.colleague())
    assert w.fresh().planned_end == after(w, 9)


@pytest.mark.django_db
def test_not_before_the_trial_is_over():
    w = going_on(days=7)
    Trial.objects.create(municipality=w.town, match=w.match, ends_on=today() + timedelta(days=21))
    with pytest.raises(DomainError):
        move(w, today() + timedelta(days=21))
    move(w, today() + timedelta(days=22))
    assert w.fresh().planned_end == today() + timedelta(days=22)


@pytest.mark.django_db
def test_the_same_day_again_changes_nothing():
    w = going_on()
    end, to = w.match.planned_end, after(w, 9)
    move(w, to, instead_of=end)
    sent = len(mails())
    move(w, to, instead_of=end)
    assert (len(mails()), AuditEvent.objects.filter(action="match.end_moved").count()) == (sent, 1)


@pytest.mark.django_db
def test_back_to_an_earlier_day_is_news_too():
    w = going_on()
    first = w.match.planned_end
    for to in (after(w, 9), first, after(w, 9)):
        move(w, to)
    assert len([1 for kind, who in mails() if (kind, who) == ("matches.end_moved", w.newcomer.pk)]) == 3


# -- what hangs on it --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_earlier_leaves_out_what_comes_after_and_keeps_what_is_answered_or_due():
    w = going_on()
    CheckIn.objects.filter(match=w.match, moment="M6").update(due_on=today())
    checkins.answer_check_in(
        check_in=CheckIn.objects.get(match=w.match, moment="M6", side=Side.HOUSEHOLD),
        actor=w.newcomer,
        wellbeing=4,
        meetings=1,
    )
    assert planned(w) == ["M6", "M9", "M12"]
    move(w, after(w, 10))
    assert planned(w) == ["M6", "M9"]
    assert planned(w, Side.HOUSEHOLD) == ["M9"]
    gone = CheckIn.objects.filter(match=w.match, moment="M12")
    assert {(row.status, row.next_reminder_at, row.escalate_at) for row in gone} == {
        ("cancelled", None, None)
    }
    assert CheckIn.objects.get(match=w.match, moment="M6", side=Side.HOUSEHOLD).status == "answered"
    # Nothing more is sent about what was left out.
    assert checkins.sweep_due(timezone.now() + timedelta(days=400)).reminded == 3


@pytest.mark.django_db
def test_later_again_takes_them_up_with_their_reminders():
    w = going_on()
    before = list(CheckIn.objects.filter(match=w.match).order_by("pk").values())
    move(w, today() + timedelta(days=1))
    assert planned(w) == []
    move(w, w.match.planned_end)
    assert list(CheckIn.objects.filter(match=w.match).order_by("pk").values()) == before


@pytest.mark.django_db
def test_longer_than_the_moments_of_the_town_they_go_on_at_the_distance_of_the_last_two():
    w = going_on()
    move(w, after(w, 20))
    assert planned(w) == ["M6", "M9", "M12", "M15", "M18"]
    assert planned(w) == planned(w, Side.HOUSEHOLD)


@pytest.mark.django_db
def test_moments_before_the_old_end_stay_as_the_town_chose_then():
    w = going_on()
    w.town.policy.check_in_moments = ["W2", "M5", "M7", "M14"]
    w.town.policy.save()
    move(w, after(w, 15))
    assert planned(w) == ["M6", "M9", "M12", "M14"]


@pytest.mark.django_db
def test_an_end_that_passed_can_still_move_and_nobody_is_asked_about_the_past():
    w = going_on()
    type(w.match).objects.update(planned_end=today() - timedelta(days=5))
    CheckIn.objects.filter(match=w.match).delete()
    move(w, after(w, 7))
    assert planned(w) == ["M6"]


@pytest.mark.parametrize(
    ("moments", "months", "more"),
    [
        (["W2", "M1", "M3", "M6", "M9", "M12"], 12, []),
        (["W2", "M1", "M3", "M6", "M9", "M12"], 18, ["M15", "M18"]),
        (["M12", "M6"], 24, ["M18", "M24"]),
        (["M4"], 13, ["M8", "M12"]),
        (["W2"], 3, ["M2", "M3"]),
        (["W1", "W2"], 3, ["M2", "M3"]),
        ([], 24, []),
    ],
)
def test_moments_go_on(moments, months, more):
    start = date(2026, 1, 31)
    found = planned_end.moments_until(moments, start, add_months(start, months))
    assert found == [*sorted(moments, key=lambda one: checkins.due_date(start, one)), *more]


@pytest.mark.django_db
def test_outcome_questions_follow_the_end_and_those_asked_stay():
    w = going_on()

    def questions():
        rows = OutcomeSurvey.objects.filter(match=w.match, side=Side.HOUSEHOLD).order_by("due_on")
        return list(rows.values_list("moment", "status"))

    assert questions() == [("M6", "planned"), ("M12", "planned")]
    OutcomeSurvey.objects.filter(match=w.match, moment="M6").update(
        status=OutcomeStatus.CLOSED, next_mail_at=None
    )
    move(w, after(w, 5))
    assert questions() == [("M6", "closed")]
    move(w, after(w, 13))
    assert questions() == [("M6", "closed"), ("M12", "planned")]


@pytest.mark.django_db
def test_the_work_list_and_the_closing_follow_the_new_day():
    w = going_on(days=350)
    assert [line.url for line in match_lines(w.town)]
    move(w, after(w, 16))
    assert not list(match_lines(w.town))
    with pytest.raises(DomainError):
        lifecycle.end(
            match=w.match,
            actor=w.coordinator,
            kind=EndKind.PLANNED,
            reason=EndReason.COMPLETED,
            ended_on=today(),
        )
    move(w, after(w, 12))
    lifecycle.end(
        match=w.match, actor=w.coordinator, kind=EndKind.PLANNED, reason=EndReason.COMPLETED, ended_on=today()
    )
    assert w.fresh().status == MatchStatus.ENDED


# -- at the same moment ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_do_not_move_it_past_each_other():
    w = going_on()
    end, other = w.match.planned_end, w.colleague()
    found = at_once(
        lambda: move(w, after(w, 8), instead_of=end),
        lambda: move(w, after(w, 15), actor=other, instead_of=end),
    )
    assert [type(one) for one in found if isinstance(one, Exception)] == [Conflict]
    assert AuditEvent.objects.filter(action="match.end_moved").count() == 1
    last = CheckIn.objects.planned().filter(match=w.match).order_by("-due_on").first()
    assert last.due_on <= w.fresh().planned_end


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_comes_now_is_kept():
    w = going_on()
    CheckIn.objects.filter(match=w.match, moment="M12").update(due_on=today() + timedelta(days=5))
    row = CheckIn.objects.get(match=w.match, moment="M12", side=Side.HOUSEHOLD)
    found = at_once(
        lambda: move(w, today() + timedelta(days=2)),
        lambda: checkins.answer_check_in(check_in=row, actor=w.newcomer, wellbeing=5, meetings=2),
    )
    row.refresh_from_db()
    refused = isinstance(found[1], DomainError)
    assert not isinstance(found[0], Exception)
    assert row.status == (CheckInStatus.CANCELLED if refused else CheckInStatus.ANSWERED)
    assert hasattr(row, "report") is not refused


@pytest.mark.django_db(transaction=True)
def test_moving_while_it_ends_leaves_nothing_planned():
    w = going_on()
    at_once(
        lambda: move(w, after(w, 15)),
        lambda: lifecycle.end(
            match=w.match, actor=w.coordinator, kind=EndKind.EARLY, reason=EndReason.MOVED, ended_on=today()
        ),
    )
    assert w.fresh().status == MatchStatus.ENDED
    assert planned(w) == planned(w, Side.HOUSEHOLD) == []


# -- the pages ---------------------------------------------------------------------------------------------------------


def signed_in(person):
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(person)
    return client


def typed(day, *, instead_of, reason="More time for school"):
    return {
        "planned_end_0": day.day,
        "planned_end_1": day.month,
        "planned_end_2": day.year,
        "reason": reason,
        "instead_of": instead_of.isoformat(),
    }


@pytest.mark.django_db
def test_a_coordinator_moves_it_and_both_sides_read_it_without_the_reason():
    w = going_on()
    here = {"slug": w.town.slug, "match": w.match.pk}
    client = signed_in(w.coordinator)
    detail, form = reverse("matches:detail", kwargs=here), reverse("matches:move_end", kwargs=here)
    assert form in client.get(detail).content.decode()
    end, to = w.match.planned_end, after(w, 14)
    assert client.get(form).context["form"]["planned_end"].value() == end
    refused = client.post(form, typed(to, instead_of=end, reason=""))
    assert (refused.status_code, w.fresh().planned_end) == (200, end)
    assert client.post(form, typed(to, instead_of=end)).url == detail
    assert w.fresh().planned_end == to
    stale = client.post(form, typed(after(w, 9), instead_of=end))
    assert "in the meantime" in stale.content.decode()
    assert "More time for school" in client.get(detail).content.decode()
    own = reverse("matches:own", kwargs={"match": w.match.pk})
    for person in (w.contact, w.newcomer):
        text = signed_in(person).get(own).content.decode()
        assert to.isoformat() in text
        assert "changed" in text
        assert "More time for school" not in text


@pytest.mark.django_db
def test_after_the_end_there_is_nothing_to_move():
    w = world(MatchStatus.ENDED)
    here = {"slug": w.town.slug, "match": w.match.pk}
    form = reverse("matches:move_end", kwargs=here)
    client = signed_in(w.coordinator)
    assert form not in client.get(reverse("matches:detail", kwargs=here)).content.decode()
    ahead = today() + timedelta(days=90)
    assert "goes on" in client.post(form, typed(ahead, instead_of=today())).content.decode()


@pytest.mark.django_db
def test_the_mail_holds_the_new_day_and_is_only_wanted_while_it_stands():
    w = going_on()
    to = after(w, 14)
    move(w, to, reason="For colleagues")
    context = unseal_json(
        OutgoingMessage.objects.get(kind=END_MOVED.code, recipient_id=w.newcomer.pk).sealed
    )["context"]
    assert context["planned_end"] == to.isoformat()
    assert "For colleagues" not in str(context)
    assert END_MOVED.still_wanted(context)
    move(w, after(w, 15))
    assert not END_MOVED.still_wanted(context)
