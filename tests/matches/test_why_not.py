"""“Why not?” for any pair, choosing it, and the next best on the page of a proposal."""

import pytest

from matches.domain import approval, overriding, proposing
from matches.enums import MatchStatus
from matches.models import Match
from municipalities.enums import StaffRole
from newcomers.models import Household
from tests import factories

from .test_staff_pages import page, queries_of, signed_in, url
from .world import world

__all__ = ["queries_of"]
pytestmark = pytest.mark.django_db
REASON = "De kinderen zitten op dezelfde school."


def ask(w, household="", group="") -> str:
    return f"{url('why_not', w)}?huishouden={household}&groep={group}"


def proposed(households=3, groups=2):
    """A town after a run, and the household that it left over."""
    w = world()
    Match.objects.all().delete()
    for _ in range(groups - 1):
        factories.group(w.town)
    for _ in range(households - 1):
        factories.household(w.town)
    proposing.compute_run(proposing.start_run(municipality=w.town, actor=w.coordinator).pk)
    placed = Match.objects.filter(status=MatchStatus.PROPOSED).values("household")
    left = Household.objects.filter(municipality=w.town).exclude(pk__in=placed).first()
    return w, left


def test_without_a_pair_the_page_asks_which():
    w = world()
    text = page(signed_in(w.coordinator), url("why_not", w))
    assert "Why not these two?" in text
    assert w.household.code_name in text
    assert w.group.name in text
    assert "There is a problem" not in text
    # One side is filled in by the link that led here; that is no mistake either.
    text = page(signed_in(w.coordinator), ask(w, household=w.household.pk))
    assert f'<option value="{w.household.pk}" selected>' in text
    assert "There is a problem" not in text


@pytest.mark.parametrize(
    "bad", ["nonsense", "6b0f6a52-3c1f-4d5e-9a76-0b8f1f6f7c11", "%00", "<script>", "1' OR 1=1"]
)
def test_what_is_not_here_gives_a_clear_error(bad):
    w = world()
    client = signed_in(w.coordinator)
    text = page(client, ask(w, household=bad, group=w.group.pk))
    assert "This household is not here. Choose one from the list." in text
    text = page(client, ask(w, household=w.household.pk, group=bad))
    assert "This group is not here. Choose one from the list." in text
    assert (
        "This group is not here"
        in client.post(ask(w, w.household.pk, bad), {"reason": REASON}).content.decode()
    )
    assert Match.objects.count() == 1


def test_those_of_another_town_are_not_here():
    w, other = world(), world()
    text = page(signed_in(w.coordinator), ask(w, household=other.household.pk, group=other.group.pk))
    assert "This household is not here" in text
    assert "This group is not here" in text
    assert other.household.code_name not in text


def test_broken_rules_stand_there_in_words_with_what_would_help():
    w = world()
    Match.objects.all().delete()
    w.household.wishes = ["no_pets"]
    w.household.save()
    w.group.max_household = 2
    w.group.save()
    text = page(signed_in(w.coordinator), ask(w, w.household.pk, w.group.pk))
    assert "These two cannot be matched now" in text
    assert "The household has 3 people; the group can support 2." in text
    assert "The group agrees to support a larger household." in text
    assert "The group finds a way to meet it, or the household lets the condition go." in text
    assert "Choose these two" not in text


@pytest.mark.parametrize("status", ["registered", "consented", "paused"])
def test_a_household_outside_the_pool_gets_an_answer_too(status):
    w = world()
    household = factories.household(w.town, status=status)
    text = page(signed_in(w.coordinator), ask(w, household.pk, w.group.pk))
    assert "The household is not ready yet." in text
    assert "Choose these two" not in text


def test_who_has_a_match_is_named_as_such():
    w = world("active")
    group = factories.group(w.town)
    text = page(signed_in(w.coordinator), ask(w, w.household.pk, group.pk))
    assert f"{w.household.code_name} (has a group)" in text
    assert "The household already has a group." in text


def test_a_possible_pair_shows_points_price_and_whom_it_replaces_and_can_be_chosen():
    w, left = proposed()
    held = Match.objects.filter(status=MatchStatus.PROPOSED).first()
    client = signed_in(w.coordinator)
    address = ask(w, left.pk, held.group_id)
    text = page(client, address)
    assert "How they fit" in text
    assert "Then no group is left for:" in text
    assert held.household.code_name in text
    assert "It takes the place of:" in text
    seen = overriding.look_at(household=left, group=held.group).seen
    assert f'value="{seen}"' in text
    # Without a reason it goes nowhere, and says so.
    answer = client.post(address, {"reason": " ", "seen": seen})
    assert answer.status_code == 200
    assert "Write in one sentence why you choose these two." in answer.content.decode()
    assert not Match.objects.exclude(override_reason="").exists()
    answer = client.post(address, {"reason": REASON, "seen": seen})
    chosen = Match.objects.exclude(override_reason="").get()
    assert answer.url == url("proposal", w, proposal=chosen.pk)
    text = page(client, answer.url)
    assert "Chosen by hand" in text
    assert REASON in text
    assert "Then no group is left for" in text
    assert w.coordinator.name in text
    # The replaced proposal tells it, too.
    text = page(client, url("proposal", w, proposal=held.pk))
    assert "Another pair was chosen by hand" in text
    # Approved as any other, the trail keeps who, why and what it cost.
    client.post(url("approve", w, proposal=chosen.pk))
    chosen.refresh_from_db()
    assert chosen.status == MatchStatus.ASKING
    text = page(client, url("detail", w, match=chosen.pk))
    assert "Chosen by hand" in text
    assert REASON in text
    assert "Then no group is left for" in text


def test_a_price_that_changed_meanwhile_is_shown_before_it_counts():
    w, left = proposed()
    group = Match.objects.filter(status=MatchStatus.PROPOSED).first().group
    client = signed_in(w.coordinator)
    answer = client.post(ask(w, left.pk, group.pk), {"reason": REASON, "seen": "0" * 32})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Something changed since you looked" in text
    # The new mark stands in the page: pressing again chooses what is shown now.
    seen = overriding.look_at(household=left, group=group).seen
    assert f'value="{seen}"' in text
    assert REASON in text
    assert client.post(ask(w, left.pk, group.pk), {"reason": REASON, "seen": seen}).status_code == 302


@pytest.mark.parametrize("reason", ["x" * 201, "a\x00b", "111222333"])
def test_a_reason_that_cannot_be_kept_is_refused(reason):
    w, left = proposed()
    group = Match.objects.filter(status=MatchStatus.PROPOSED).first().group
    seen = overriding.look_at(household=left, group=group).seen
    client = signed_in(w.coordinator)
    assert client.post(ask(w, left.pk, group.pk), {"reason": reason, "seen": seen}).status_code == 200
    answer = client.post(ask(w, left.pk, group.pk), {"reason": "<script>alert(1)</script>", "seen": seen})
    assert answer.status_code == 302
    assert "<script>alert" not in page(client, answer.url)


def test_a_pair_that_is_proposed_leads_to_its_proposal():
    w, _left = proposed()
    match = Match.objects.filter(status=MatchStatus.PROPOSED).first()
    text = page(signed_in(w.coordinator), ask(w, match.household_id, match.group_id))
    assert url("proposal", w, proposal=match.pk) in text
    assert "Choose these two" not in text


def test_a_proposal_shows_the_next_best_of_both_with_price_and_link():
    w, left = proposed()
    match = Match.objects.filter(status=MatchStatus.PROPOSED).order_by("pk").first()
    other = Match.objects.filter(status=MatchStatus.PROPOSED).exclude(pk=match.pk).get()
    text = page(signed_in(w.coordinator), url("proposal", w, proposal=match.pk))
    assert f'Another group for <bdi class="nowrap">{match.household.code_name}</bdi>' in text
    assert f"Another household for {match.group.name}" in text
    for household, group in (
        (match.household_id, other.group_id),
        (other.household_id, match.group_id),
        (left.pk, match.group_id),
    ):
        assert f"{url('why_not', w)}?huishouden={household}&amp;groep={group}" in text
    assert text.count("Then no group is left for") == 1


def test_a_proposal_that_the_data_overtook_says_so():
    w, left = proposed(households=2, groups=1)
    match = Match.objects.get(status=MatchStatus.PROPOSED)
    client = signed_in(w.coordinator)
    assert "Something changed since the matching run" not in page(
        client, url("proposal", w, proposal=match.pk)
    )
    left.urgency, left.urgency_reason = 2, "het huis wordt gesloopt"
    left.save()
    assert "Something changed since the matching run" in page(client, url("proposal", w, proposal=match.pk))


def test_the_workbench_links_to_the_question_and_marks_choices():
    w, left = proposed()
    client = signed_in(w.coordinator)
    text = page(client, url("workbench", w))
    assert f"{url('why_not', w)}?huishouden={left.pk}" in text
    assert ">Chosen by hand<" not in text
    assert "These had a proposal in the last run" not in text
    held = Match.objects.filter(status=MatchStatus.PROPOSED).first()
    group = held.group
    overriding.choose(
        household=left,
        group=group,
        reason=REASON,
        seen=overriding.look_at(household=left, group=group).seen,
        actor=w.coordinator,
    )
    text = page(client, url("workbench", w))
    assert ">Chosen by hand<" in text
    # Who was left over has a proposal now; who lost one is named.
    assert f"{url('why_not', w)}?huishouden={left.pk}" not in text
    assert "Left over in the last run" not in text
    assert "These had a proposal in the last run" in text
    assert f"{url('why_not', w)}?huishouden={held.household_id}" in text


def test_a_builder_reads_the_reason_but_no_other_household():
    w, left = proposed()
    held = Match.objects.filter(status=MatchStatus.PROPOSED).first()
    choice = overriding.look_at(household=left, group=held.group)
    loser = next(
        row.code_name
        for row in [held.household] + [m.household for m in Match.objects.all()]
        if row.pk in choice.cost.without
    )
    chosen = overriding.choose(
        household=left, group=held.group, reason=REASON, seen=choice.seen, actor=w.coordinator
    )
    approval.approve(match=chosen, actor=w.coordinator)
    builder = factories.staff(StaffRole.BUILDER, w.town)
    Match.objects.filter(pk=chosen.pk).update(builder=builder)
    text = page(signed_in(builder), url("guided_match", w, match=chosen.pk))
    assert REASON in text
    assert loser not in text


@pytest.mark.parametrize("role", [StaffRole.BUILDER, StaffRole.VIEWER])
def test_the_page_is_for_coordinators(role):
    w = world()
    address = ask(w, w.household.pk, w.group.pk)
    assert signed_in(factories.staff(role, w.town)).get(address).status_code == 403
    assert (
        signed_in(factories.staff(StaffRole.COORDINATOR, factories.municipality())).get(address).status_code
        == 404
    )
    assert signed_in(w.coordinator).get(address).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_question(rows, queries_of):
    w, left = proposed(households=rows + 1, groups=rows)
    match = Match.objects.filter(status=MatchStatus.PROPOSED).first()
    client = signed_in(w.coordinator)
    assert queries_of(client, ask(w, left.pk, match.group_id)) == 20
    assert queries_of(client, url("why_not", w)) == 6


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_proposal(rows, queries_of):
    w, _left = proposed(households=rows + 1, groups=rows)
    match = Match.objects.filter(status=MatchStatus.PROPOSED).order_by("pk").first()
    assert queries_of(signed_in(w.coordinator), url("proposal", w, proposal=match.pk)) == 17
