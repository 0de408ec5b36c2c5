"""The trial with an equal veto: who is asked, what each choice does, alone, twice and at the same moment."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from matches.domain import lifecycle, retention, trial
from matches.enums import EndKind, EndReason, MatchStatus, Side, TrialOutcome, TrialValue
from matches.models import Match, Trial, TrialChoice
from matches.own_blocks import data
from matches.waiting import pressing
from matches.waiting.steps import match_lines
from municipalities.enums import StaffRole
from newcomers.domain import disclosure
from newcomers.models import DisclosureGrant
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError
from tests import factories
from tests.parallel import at_once

from .world import mails, world

GO_ON, STOP, TALK = TrialValue.GO_ON, TrialValue.STOP, TrialValue.TALK


def today():
    return timezone.localdate()


def in_trial(*, asked=True, weeks=4):
    """A match that began so long ago that its trial is over today; `asked`: the sweep came by."""
    w = world(MatchStatus.INTRODUCED, policy={"trial_weeks": weeks})
    readers = [member.user for member in w.members()]
    disclosure.open_grants(household=w.household, readers=readers, match_id=w.match.pk, actor=w.coordinator)
    lifecycle.activate(match=w.match, actor=w.coordinator, started_on=today() - timedelta(weeks=weeks))
    if asked:
        assert trial.sweep_trials(timezone.now()) == 1
    return w


def choose(w, side, value):
    return trial.choose(
        match=w.match, side=side, value=value, actor=w.contact if side == Side.GROUP else w.newcomer
    )


def told(kind):
    return {who for what, who in mails() if what == kind}


def everybody(w):
    return {*(member.user_id for member in w.members()), w.newcomer.pk}


def outcome_of(w):
    return Trial.objects.get(match=w.match).outcome


# -- being asked -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("weeks", [0, 1, 12])
def test_a_match_that_begins_gets_the_trial_weeks_of_its_town(weeks):
    w = world(MatchStatus.INTRODUCED, policy={"trial_weeks": weeks})
    lifecycle.activate(match=w.match, actor=w.coordinator, started_on=today())
    ends = list(Trial.objects.filter(match=w.match).values_list("ends_on", flat=True))
    assert ends == ([today() + timedelta(weeks=weeks)] if weeks else [])


@pytest.mark.django_db
def test_on_the_last_day_both_sides_are_asked_once_by_whoever_speaks():
    w = in_trial(asked=False)
    assert trial.sweep_trials(timezone.now() - timedelta(days=1)) == 0
    assert (trial.sweep_trials(timezone.now()), trial.sweep_trials(timezone.now())) == (1, 0)
    assert told("matches.trial_choice") == {w.contact.pk, w.newcomer.pk}
    assert Trial.objects.get(match=w.match).choose_by > timezone.now()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_ask_once():
    w = in_trial(asked=False)
    now = timezone.now()
    assert sorted(at_once(*[lambda: trial.sweep_trials(now)] * 2)) == [0, 1]
    assert len([1 for kind, _who in mails() if kind == "matches.trial_choice"]) == 2
    assert outcome_of(w) == ""


@pytest.mark.django_db
def test_nobody_is_asked_about_a_match_that_is_over():
    w = in_trial(asked=False)
    lifecycle.end(
        match=w.match, actor=w.coordinator, kind=EndKind.EARLY, reason=EndReason.MOVED, ended_on=today()
    )
    assert trial.sweep_trials(timezone.now()) == 0
    assert outcome_of(w) == TrialOutcome.ENDED


# -- choosing ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_two_times_go_on_is_the_agreement():
    w = in_trial()
    choose(w, Side.GROUP, GO_ON)
    assert (outcome_of(w), told("matches.trial_agreed")) == ("", set())
    choose(w, Side.HOUSEHOLD, GO_ON)
    assert outcome_of(w) == TrialOutcome.AGREED
    assert w.fresh().status == MatchStatus.ACTIVE
    assert told("matches.trial_agreed") == everybody(w)
    with pytest.raises(DomainError):
        choose(w, Side.GROUP, STOP)
    assert w.fresh().status == MatchStatus.ACTIVE


@pytest.mark.django_db
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("other_first", [True, False])
def test_a_stop_of_either_side_ends_it_with_the_same_words_for_both(side, other_first):
    w = in_trial()
    since = w.household.ready_since
    if other_first:
        choose(w, Side.HOUSEHOLD if side == Side.GROUP else Side.GROUP, GO_ON)
    choose(w, side, STOP)
    match = w.fresh()
    assert (match.status, match.end_kind, match.end_reason) == (MatchStatus.ENDED, "early", "trial")
    assert (outcome_of(w), match.ended_on) == (TrialOutcome.STOPPED, today())
    assert not DisclosureGrant.objects.open().exists()
    assert not match.check_ins.filter(status="planned").exists()
    assert told("matches.ended") == everybody(w)
    # Nobody stands as the one who ended it, and both are free with their old place.
    assert AuditEvent.objects.get(action="match.ended").actor_id is None
    w.household.refresh_from_db()
    assert (w.household.status, w.household.ready_since) == ("ready", since)
    factories.match(w.group, factories.household(w.town), status=MatchStatus.ASKING)
    factories.match(factories.group(w.town), w.household, status=MatchStatus.ASKING)


@pytest.mark.django_db
def test_the_same_choice_twice_is_one_and_a_talk_may_become_a_choice():
    w = in_trial()
    for value in (TALK, TALK, GO_ON, TALK, GO_ON):
        choose(w, Side.HOUSEHOLD, value)
    assert AuditEvent.objects.filter(action="match.trial_chosen").count() == 4
    assert TrialChoice.objects.get().value == GO_ON


@pytest.mark.django_db
def test_before_the_last_day_without_a_trial_and_after_the_end_nobody_chooses():
    for w in (in_trial(asked=False), world("active"), world("ended"), world("introduced")):
        for side in Side:
            with pytest.raises(DomainError):
                choose(w, side, STOP)
    assert not TrialChoice.objects.exists()


@pytest.mark.django_db
def test_only_who_speaks_for_a_side_chooses_for_it():
    w, elsewhere = in_trial(), world("active")
    for actor, side in (
        (w.members()[1].user, Side.GROUP),
        (w.newcomer, Side.GROUP),
        (w.contact, Side.HOUSEHOLD),
        (elsewhere.contact, Side.GROUP),
        (w.coordinator, Side.HOUSEHOLD),
        (None, Side.HOUSEHOLD),
    ):
        with pytest.raises(DomainError):
            trial.choose(match=w.match, side=side, value=GO_ON, actor=actor)
    assert not TrialChoice.objects.exists()


# -- by phone ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_coordinator_writes_down_a_choice_and_the_person_hears_of_it():
    w = in_trial()
    trial.choose(match=w.match, side=Side.HOUSEHOLD, value=GO_ON, actor=None, recorded_by=w.coordinator)
    assert TrialChoice.objects.get().recorded_by == w.coordinator
    assert told("matches.trial_recorded") == {w.newcomer.pk}


@pytest.mark.django_db
def test_nobody_writes_down_a_talk_or_a_choice_of_the_own_group_or_of_another_town():
    w = in_trial()
    own = factories.staff(StaffRole.COORDINATOR, w.town)
    factories.member(w.group, user=own)
    stranger = factories.staff(StaffRole.COORDINATOR, factories.municipality())
    builder = factories.staff(StaffRole.BUILDER, w.town)
    for who, value in ((own, GO_ON), (stranger, GO_ON), (builder, GO_ON), (w.coordinator, TALK)):
        with pytest.raises(DomainError):
            trial.choose(match=w.match, side=Side.GROUP, value=value, actor=None, recorded_by=who)
    assert not TrialChoice.objects.exists()


# -- at the same moment ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_both_go_on_at_once_is_one_agreement():
    w = in_trial()
    at_once(*[lambda side=side: choose(w, side, GO_ON) for side in Side])
    assert outcome_of(w) == TrialOutcome.AGREED
    assert AuditEvent.objects.filter(action="match.trial_agreed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_stops_while_the_other_goes_on():
    w = in_trial()
    at_once(lambda: choose(w, Side.GROUP, STOP), lambda: choose(w, Side.HOUSEHOLD, GO_ON))
    assert (outcome_of(w), w.fresh().status) == (TrialOutcome.STOPPED, MatchStatus.ENDED)
    assert not told("matches.trial_agreed")


# -- what each may see -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_side_sees_its_own_choice_and_coordinators_both():
    w = in_trial()
    choose(w, Side.GROUP, GO_ON)
    choose(w, Side.HOUSEHOLD, TALK)
    seen = {
        person: set(TrialChoice.objects.visible_to(person).values_list("side", flat=True))
        for person in (w.contact, w.newcomer, w.coordinator, factories.user())
    }
    assert list(seen.values()) == [{"group"}, {"household"}, {"group", "household"}, set()]


def lines_of(w):
    with translation.override("en"):
        return [str(line.what) for line in match_lines(w.town)]


@pytest.mark.django_db
def test_the_work_list_names_who_wants_to_talk_and_who_did_not_choose_in_time():
    w = in_trial()
    before = pressing(w.town)
    choose(w, Side.GROUP, TALK)
    choose(w, Side.HOUSEHOLD, TALK)
    lines = lines_of(w)
    assert (lines, pressing(w.town)) == (["Wants to talk after the trial"], before + 1)
    choose(w, Side.GROUP, GO_ON)
    TrialChoice.objects.filter(side=Side.HOUSEHOLD).delete()
    assert list(match_lines(w.town)) == []
    Trial.objects.update(choose_by=timezone.now())
    lines = lines_of(w)
    assert (lines, w.fresh().status) == (["No choice after the trial"], MatchStatus.ACTIVE)


@pytest.mark.django_db
def test_the_download_lists_the_own_choice_and_anonymising_forgets_both():
    w = in_trial()
    choose(w, Side.HOUSEHOLD, GO_ON)
    assert data(w.household)["matches"][0]["own_choice_after_trial"] == "go_on"
    choose(w, Side.GROUP, STOP)
    retention.anonymise(match=w.fresh())
    assert not TrialChoice.objects.exists()
    assert outcome_of(w) == TrialOutcome.STOPPED


@pytest.mark.django_db
def test_erasing_one_side_forgets_what_that_side_chose():
    w = in_trial()
    for side in Side:
        choose(w, side, TALK)
    retention.forget_household(w.household)
    assert [choice.side for choice in TrialChoice.objects.all()] == [Side.GROUP]
    retention.forget_group(w.group)
    assert not TrialChoice.objects.exists()


# -- the pages ---------------------------------------------------------------------------------------------------------


def signed_in(person, language="en"):
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(person)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_the_pages_of_both_sides_from_the_trial_to_the_stop(side, language):
    w = in_trial(asked=False)
    person = w.contact if side == Side.GROUP else w.newcomer
    client = signed_in(person, language)
    own = reverse("matches:own", kwargs={"match": w.match.pk})
    form = reverse("matches:trial_choice", kwargs={"match": w.match.pk})
    assert form not in client.get(own).content.decode()
    trial.sweep_trials(timezone.now())
    assert form in client.get(own).content.decode()
    assert own in client.get(reverse("matches:home"), follow=True).content.decode()
    assert client.post(form, {"value": "perhaps"}).url == own
    assert client.post(form, {"value": "talk"}).url == own
    assert client.post(form, {"value": "go_on"}).url == own
    assert TrialChoice.objects.get().value == GO_ON
    # Once more, because a stop is final.
    sure = client.post(form, {"value": "stop"})
    assert (sure.status_code, w.fresh().status) == (200, MatchStatus.ACTIVE)
    assert client.post(form, {"value": "stop", "sure": "yes"}).url == own
    assert w.fresh().status == MatchStatus.ENDED
    with translation.override(language):
        assert client.get(own).status_code == 200


@pytest.mark.django_db
def test_members_who_do_not_speak_for_the_group_get_no_form():
    w = in_trial()
    own = reverse("matches:own", kwargs={"match": w.match.pk})
    text = signed_in(w.members()[1].user).get(own).content.decode()
    assert reverse("matches:trial_choice", kwargs={"match": w.match.pk}) not in text
    assert "answers for the group" in text


@pytest.mark.django_db
def test_the_page_of_staff_shows_both_choices_and_takes_one_by_phone():
    w = in_trial()
    here = {"slug": w.town.slug, "match": w.match.pk}
    client = signed_in(w.coordinator)
    choose(w, Side.GROUP, TALK)
    text = client.get(reverse("matches:detail", kwargs=here)).content.decode()
    assert "Both sides are choosing" in text
    assert "I want to talk first" in text
    page = reverse("matches:record_trial", kwargs=here)
    assert client.post(page, {"side": "group", "value": "talk"}).status_code == 200
    for side in Side:
        assert client.post(page, {"side": side.value, "value": "go_on"}).status_code == 302
    assert outcome_of(w) == TrialOutcome.AGREED
    assert "Agreed: both go on" in client.get(reverse("matches:detail", kwargs=here)).content.decode()
    # A builder and both sides do not read what was chosen.
    Match.objects.update(builder=factories.staff(StaffRole.BUILDER, w.town))
    builder = signed_in(w.fresh().builder)
    guided = builder.get(reverse("matches:guided_match", kwargs=here)).content.decode()
    assert "Choice after the trial" not in guided


# -- what now? ---------------------------------------------------------------------------------------------------------


def what_now(w):
    page = reverse("matches:detail", kwargs={"slug": w.town.slug, "match": w.match.pk})
    text = signed_in(w.coordinator).get(page).content.decode()
    return text[text.index("What now?") :].split("</section>")[0]


@pytest.mark.django_db
def test_what_now_says_what_is_going_on():
    w = in_trial(asked=False)
    assert "They are on their way" in what_now(w)
    trial.sweep_trials(timezone.now())
    assert "both sides are choosing whether they go on" in what_now(w)
    choose(w, Side.HOUSEHOLD, TALK)
    assert "somebody wants to talk first" in what_now(w)
    choose(w, Side.HOUSEHOLD, GO_ON)
    Trial.objects.update(choose_by=timezone.now())
    assert "so is the time to choose" in what_now(w)
    assert "on their way" not in what_now(w)
    assert reverse("matches:record_trial", kwargs={"slug": w.town.slug, "match": w.match.pk}) in what_now(w)
    choose(w, Side.GROUP, GO_ON)
    assert "They are on their way" in what_now(w)


@pytest.mark.django_db
def test_the_first_pages_of_both_sides_say_where_the_own_side_stands():
    w = in_trial()
    home = reverse("matches:home")

    def first(person):
        return signed_in(person).get(home, follow=True).content.decode()

    member = w.members()[1].user
    assert "Do you want to go on? You choose." in first(w.newcomer)
    assert "choose for the group" in first(w.contact)
    assert "The contact person chooses for the group" in first(member)
    for side in Side:
        choose(w, side, TALK)
    assert "The coordinator contacts you. After that you can choose." in first(w.newcomer)
    assert "The coordinator contacts your group." in first(w.contact)
    choose(w, Side.GROUP, GO_ON)
    # Each page tells of its own side alone.
    assert "Your group chose to go on." in first(member)
    assert "go on. You get a message" not in first(w.newcomer)
    choose(w, Side.HOUSEHOLD, GO_ON)
    for person in (w.newcomer, w.contact, member):
        assert "chose to go on" not in first(person)
        assert "Choosing whether" not in first(person)


@pytest.mark.django_db
def test_staff_without_the_choices_read_that_both_choose():
    w = in_trial()
    Match.objects.update(builder=factories.staff(StaffRole.BUILDER, w.town))
    page = reverse("matches:guided_match", kwargs={"slug": w.town.slug, "match": w.match.pk})
    choose(w, Side.GROUP, TALK)
    text = signed_in(w.fresh().builder).get(page).content.decode()
    assert "both sides are choosing in private" in text
    assert "talk" not in text
