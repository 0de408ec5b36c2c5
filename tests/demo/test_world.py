"""The practice world: big enough, people in every stage, and mail within the first minute."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone, translation

from groups.enums import GroupStatus, MemberStatus, ScreeningStatus
from groups.models import GroupMember, Screening, SponsorGroup
from matches.domain.checkins import sweep_due
from matches.domain.outcomes import sweep_outcomes
from matches.enums import (
    CheckInStatus,
    ContactStatus,
    MatchStatus,
    NationalStatus,
    OutcomeStatus,
    TrialOutcome,
)
from matches.models import (
    CheckIn,
    ContactRequest,
    Match,
    MatchingRun,
    NationalRun,
    OutcomeSurvey,
    PairPrice,
    PoolInsight,
    Trial,
    WhatIf,
)
from municipalities import retention
from municipalities.domain.retention import sweep as sweep_retention
from municipalities.enums import OpeningStatus
from municipalities.models import Municipality, Opening, PartDistance
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from reports.models import MonthFigures, ReportRun
from samenhier.accounts.models import User
from samenhier.demo import cast, load
from samenhier.demo.towns import DOMAIN, TOWNS
from tests import factories as make
from tests.demo.contradictions import contradictions

pytestmark = [pytest.mark.django_db, pytest.mark.counted]


#: Each with all its states. The trial's first is without a word: it still goes on.
STATES = [
    (SponsorGroup, "status", GroupStatus),
    (GroupMember, "status", MemberStatus),
    (Screening, "status", ScreeningStatus),
    (Household, "status", HouseholdStatus),
    (Match, "status", MatchStatus),
    (Trial, "outcome", ["", *TrialOutcome]),
    (CheckIn, "status", CheckInStatus),
    (OutcomeSurvey, "status", OutcomeStatus),
    (ContactRequest, "status", ContactStatus),
    (Opening, "status", OpeningStatus),
]
#: Most of their states last as long as a worker computes.
WHILE_IT_COMPUTES = [MatchingRun, NationalRun, WhatIf, PairPrice, ReportRun]


@pytest.fixture(scope="module")
def practice_world(module_rows):
    """One for all tests here; its value is when it was begun and when it was complete."""
    with module_rows():
        began = timezone.now()
        load.load()
        load.propose()
        return began, timezone.now()


def states(rows, field: str = "status") -> set[str]:
    return set(rows.objects.values_list(field, flat=True))


def test_the_world_is_as_large_and_as_varied_as_promised(practice_world):
    towns = Municipality.objects.annotate(groups=Count("pk"))
    assert len(towns) == 5
    sizes = sorted(SponsorGroup.objects.filter(municipality=town).count() for town in towns)
    assert sizes[0] == 0
    assert sizes[-1] > 2 * sizes[1]
    assert SponsorGroup.objects.count() >= 40
    assert Household.objects.count() >= 60
    assert not User.objects.exclude(email__endswith=f"@{DOMAIN}").exists()


@pytest.mark.parametrize(("model", "field", "known"), STATES)
def test_somebody_is_in_every_state(practice_world, model, field, known):
    assert states(model, field) == set(known)


def test_no_machine_of_states_is_forgotten():
    asked = {(model, field) for model, field, _known in STATES}
    apart = {(model, "status") for model in WHILE_IT_COMPUTES}
    found = {
        (model, field)
        for app in ("groups", "newcomers", "matches", "municipalities", "reports")
        for model in apps.get_app_config(app).get_models()
        for field in ("status", "outcome")
        if any(one.name == field for one in model._meta.fields)
    }
    assert found == asked | apart


def test_nobody_lives_what_cannot_be(practice_world):
    found = contradictions()
    assert not found, "\n".join(found)


def test_there_is_a_year_behind_it(practice_world):
    first = Match.objects.order_by("created_at").first()
    assert timezone.now() - first.created_at > timedelta(days=360)


def test_reminders_fall_due_within_the_first_minute_once_each(practice_world):
    began, complete = practice_world
    before, soon = began - timedelta(seconds=1), complete + timedelta(seconds=60)
    late_already = sweep_due(before).reminded
    due = sweep_due(soon).reminded
    assert late_already == 0
    assert due >= 6
    assert sweep_due(soon).reminded == 0


def test_the_large_town_tried_two_things_beside_its_run(practice_world):
    pairs, group = WhatIf.objects.filter(municipality__slug="lindestad").order_by("created_at")
    assert {pairs.status, group.status} == {"done"}
    assert (len(pairs.pins), len(pairs.bans)) == (1, 1)
    assert all(one["price"] is not None for one in pairs.comparison["choices"])
    assert group.imaginary[0]["languages"] == ["nld", "tir"]
    assert group.comparison["changed"]["placed"] == group.comparison["plain"]["placed"] + 1
    assert group.comparison["same_as_run"]


def test_there_was_a_round_of_the_whole_country(practice_world, client):
    (national,) = NationalRun.objects.all()
    assert national.status == NationalStatus.DONE
    assert national.finished_at < timezone.now() - timedelta(days=7)
    assert national.pools == national.runs.filter(check_passed=True).count() >= 3
    assert not Match.objects.filter(run__national=national, status=MatchStatus.PROPOSED).exists()
    client.force_login(User.objects.get(email=f"nora.samenhier@{DOMAIN}"))
    assert "Nora" in client.get(reverse("matches:national")).content.decode()


def test_the_large_town_knows_its_distances(practice_world):
    town = Municipality.objects.get(slug="lindestad")
    assert PartDistance.objects.filter(municipality=town).count() == 9
    codes = {
        row["code"]
        for match in Match.objects.filter(municipality=town, status=MatchStatus.PROPOSED)
        for row in match.reasons
    }
    assert codes & {"place.near", "place.further", "place.far"}


def test_retention_shows_numbers_and_has_something_to_do(practice_world):
    town = Municipality.objects.get(slug="lindestad")
    now = timezone.now()
    soon = {one.rule.code: (one.due_soon, one.removed) for one in retention.standings(town, now)}
    assert all(
        due and removed for due, removed in (soon["stopped_group"], soon["stopped_household"], soon["vog"])
    )
    assert {code for code, (due, _removed) in soon.items() if due} >= {"closed_match", "former_member"}
    declined = SponsorGroup.objects.filter(municipality=town, status=GroupStatus.DECLINED, erased_at=None)
    before = declined.count()
    assert sweep_retention(now) >= 4 * 5
    assert 0 < declined.count() < before  # the practice world keeps one to look at
    assert sweep_retention(now) == 0


def test_outcome_questions_are_answered_closed_and_still_asked(practice_world):
    assert states(OutcomeSurvey) == set(OutcomeStatus)
    assert set(OutcomeSurvey.objects.exclude(answers={}).values_list("moment", flat=True)) == {
        "S",
        "M6",
        "M12",
    }
    told = MonthFigures.objects.exclude(published__outcomes={})
    assert told.filter(municipality__slug="lindestad").exists()
    soon = timezone.now() + timedelta(seconds=90)
    assert sweep_outcomes(soon).mailed >= 3
    assert sweep_outcomes(soon).mailed == 0


def test_it_is_loaded_once_and_always_the_same(practice_world):
    assert load.is_loaded()
    names = sorted(Household.objects.values_list("municipality__slug", "code_name", "status"))
    Match.objects.all().delete()
    assert names == sorted(Household.objects.values_list("municipality__slug", "code_name", "status"))
    assert ("lindestad", "Linde-1", "registered") in names


def test_every_step_has_somebody_and_opens(practice_world, client):
    steps = cast.steps()
    assert len(steps) >= 10
    for step in steps[1:]:
        assert step.person is not None, str(step.title)
        answer = client.post(
            reverse("demo:sign_in"), {"person": step.person.email, "next": step.url}, follow=True
        )
        assert answer.status_code == 200, str(step.title)
        assert answer.request["PATH_INFO"] == step.url


def test_a_step_that_was_done_says_so(practice_world, client):
    title = "Say yes or no, as a newcomer"

    def step():
        with translation.override("en"):
            return next(one for one in cast.steps() if str(one.title) == title)

    assert step().person
    Match.objects.filter(status=MatchStatus.ASKING, municipality__slug="lindestad").update(status="lapsed")
    elsewhere = step()
    assert elsewhere.person
    assert not elsewhere.done
    Match.objects.filter(status=MatchStatus.ASKING).update(status="lapsed")
    assert step().done
    assert "make reset" in client.get(reverse("demo:try")).content.decode()


def test_signing_in_with_one_click_is_for_invented_people_only(client):
    real = make.user(email="echt@mens.example")
    assert client.post(reverse("demo:sign_in"), {"person": real.email, "next": "/"}).status_code == 404
    assert "_auth_user_id" not in client.session
    invented = make.user(email=f"bedacht@{DOMAIN}")
    answer = client.post(
        reverse("demo:sign_in"), {"person": invented.email, "next": "https://elders.example/"}
    )
    assert answer.url == "/"
    assert client.session["_auth_user_id"] == str(invented.pk)


def test_the_inbox_shows_what_was_caught(client, smtp_inbox):
    key = smtp_inbox.add(
        b"Subject: Welkom\r\nDate: Tue, 24 Nov 2026 09:00:00 +0100\r\n\r\nZie https://samenhier.example/x <b>\r\n",
        sender="a@oefen.example",
        recipients=["noor@oefen.example"],
    )
    assert settings.DEMO
    smtp_inbox.add(
        b"Subject: Zonder zone\r\nDate: Tue, 24 Nov 2026 08:30:00 -0000\r\n\r\nx\r\n",
        sender="a@oefen.example",
        recipients=["noor@oefen.example"],
    )
    inbox = client.get(reverse("demo:inbox")).content.decode()
    assert "Welkom" in inbox
    assert "2026-11-24T09:00+01:00" in inbox
    assert "2026-11-24T09:30+01:00" in inbox
    letter = client.get(reverse("demo:letter", kwargs={"key": key})).content.decode()
    assert 'href="https://samenhier.example/x"' in letter
    assert "<b>" not in letter
    assert client.get(reverse("demo:letter", kwargs={"key": "bestaat-niet"})).status_code == 404


def test_the_world_says_which_groups_are_wanted_and_what_floors_cost(practice_world):
    insight = PoolInsight.objects.get(municipality__slug=TOWNS[0].slug)
    wanted = [row["profile"]["language"] for row in insight.signals["wanted"]]
    assert "tir" in wanted
    assert len(wanted) >= 3
    assert insight.signals["languages"]["tir"] >= insight.counts["bound"]
    assert insight.floors[0]["score"] == 0
    assert any(row["lost"] or row["lost_urgent"] > 0 for row in insight.floors)


def test_two_towns_are_open_to_each_other_and_a_third_asks(practice_world):
    large = Municipality.objects.get(slug=TOWNS[0].slug)
    standing = {one.other(large.pk).slug: one.status for one in Opening.objects.standing().of(large.pk)}
    assert standing == {TOWNS[1].slug: "open", TOWNS[2].slug: "asked"}
    across = Match.objects.exclude(group_municipality=None)
    asked, lived = across.get(status=MatchStatus.OFFERED), across.get(status=MatchStatus.ACTIVE)
    assert (asked.municipality, lived.group_municipality) == (large, large)
    assert asked.reasons
    assert lived.check_ins.filter(status=CheckInStatus.ANSWERED).exists()
