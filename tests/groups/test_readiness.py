"""The state of a group is computed, in a constant number of queries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.domain.agreements import current_version, sign, text, versions
from groups.domain.readiness import Condition, readiness, readiness_of_many
from groups.domain.screening import record_vog_seen
from groups.enums import AgreementKind, GroupStatus, MemberStatus, ScreeningStatus
from groups.models import Agreement, Screening, SponsorGroup
from groups.queries import approved_groups, group_card
from samenhier.core.errors import DomainError
from tests import factories


def of(group):
    return readiness(SponsorGroup.objects.with_readiness().get(pk=group.pk))


def test_complete(town):
    ready = of(factories.group(town, members=5))
    assert ready.complete
    assert (ready.present, ready.wanted, ready.missing) == (5, 5, ())
    assert [(item.condition.value, item.done, item.wanted) for item in ready.items] == [
        ("members", 5, 5),
        ("dutch", 5, 3),
        ("agreements", 5, 5),
        ("vog", 5, 5),
        ("training", 5, 5),
        ("visit", 1, 1),
    ]


def test_dutch_is_advice_and_blocks_nothing(town):
    group = factories.group(town, members=5)
    group.members.update(dutch="not_yet")
    ready = of(group)
    assert ready.complete
    assert not ready.item(Condition.DUTCH).met


def test_invited_people_do_not_count(town):
    group = factories.group(town, members=4)
    factories.member(group, status=MemberStatus.INVITED)
    ready = of(group)
    assert (ready.present, ready.invited, ready.small, ready.missing) == (4, 1, True, (Condition.MEMBERS,))
    assert ready.complete_but_size
    assert not ready.complete


def test_two_are_too_few_even_with_a_reason(town):
    ready = of(factories.group(town, members=2))
    assert not ready.small
    assert not ready.complete_but_size


def test_the_policy_decides_what_is_asked(town):
    town.policy.vog_required = False
    town.policy.training_required = False
    town.policy.group_size = 3
    town.policy.save()
    group = factories.group(town, members=3, ready=False)
    assert of(group).missing == (Condition.AGREEMENTS,)


def test_an_old_vog_and_an_old_text_do_not_count(town):
    group = factories.group(town, members=5)
    first, second = group.members.all()[:2]
    Screening.objects.filter(member=first).update(renew_after=timezone.localdate() - timedelta(days=1))
    Agreement.objects.filter(member=second, kind=AgreementKind.STATEMENT).update(version="2020-1")
    ready = of(group)
    assert ready.missing == (Condition.AGREEMENTS, Condition.VOG)
    assert {one.member.pk: one.missing for one in ready.members if not one.complete} == {
        first.pk: (Condition.VOG,),
        second.pk: (Condition.AGREEMENTS,),
    }


def test_a_visit_counts_when_it_has_been(town):
    group = factories.group(town, visit_at=timezone.now() + timedelta(hours=1))
    assert of(group).missing == (Condition.VISIT,)
    assert of(group).own_part_done


@pytest.mark.parametrize("number", [1, 3])
def test_many_cost_as_much_as_one(town, django_assert_num_queries, number):
    groups = [factories.group(town) for _n in range(number)]
    with django_assert_num_queries(2):
        found = readiness_of_many(groups)
    assert all(found[group.pk].complete for group in groups)


@pytest.mark.parametrize("number", [1, 3])
def test_cards_cost_as_much_as_one(town, django_assert_num_queries, number):
    for _n in range(number):
        factories.group(town)
    with django_assert_num_queries(2):
        cards = [group_card(group) for group in approved_groups(town)]
    assert [card.size for card in cards] == [5] * number
    assert cards[0].languages == (("nld", "fluent"), ("eng", "intermediate"))
    assert cards[0].availability == ("wed_evening", "sat_morning")
    assert (cards[0].interests, cards[0].dutch_speakers) == (("cooking", "walking"), 5)


class TestAgreements:
    def test_signature_keeps_version_hash_and_language(self, town):
        member = factories.group(town, members=1, ready=False).members.get()
        version = current_version(AgreementKind.STATEMENT)
        first = sign(member=member, kind=AgreementKind.STATEMENT, version=version, language="en")
        assert sign(member=member, kind=AgreementKind.STATEMENT, version=version, language="nl") == first
        assert first.text_sha256 == text(AgreementKind.STATEMENT, version, "en").sha256
        assert first.language == "en"

    def test_an_old_version_is_not_signed(self, town):
        member = factories.group(town, members=1, ready=False).members.get()
        with pytest.raises(DomainError, match="renewed"):
            sign(member=member, kind=AgreementKind.STATEMENT, version="2020-1", language="nl")

    def test_an_invited_person_cannot_sign_yet(self, town):
        member = factories.member(factories.group(town, members=1), status=MemberStatus.INVITED)
        version = current_version(AgreementKind.STATEMENT)
        with pytest.raises(DomainError):
            sign(member=member, kind=AgreementKind.STATEMENT, version=version, language="nl")

    def test_every_text_exists_in_both_languages(self):
        for kind in AgreementKind:
            for version in versions(kind):
                for language in ("nl", "en"):
                    assert text(kind, version, language).language == language
        assert text(AgreementKind.STATEMENT, "2026-1", "ar").language == "nl"
        assert text(AgreementKind.STATEMENT, "2026-1", "../x").language == "nl"


class TestScreening:
    def test_seen_on_by_until(self, town):
        member = factories.group(town, members=1, ready=False).members.get()
        coordinator = factories.staff("coordinator", town)
        today = timezone.localdate()
        screening = record_vog_seen(member=member, seen_on=today, actor=coordinator)
        assert (screening.status, screening.seen_on, screening.seen_by) == (
            ScreeningStatus.SEEN,
            today,
            coordinator,
        )
        assert screening.renew_after.year == today.year + 3

    def test_tomorrow_and_long_ago_are_refused(self, town):
        member = factories.group(town, members=1, ready=False).members.get()
        today = timezone.localdate()
        for day in (today + timedelta(days=1), today - timedelta(days=4 * 366)):
            with pytest.raises(DomainError):
                record_vog_seen(member=member, seen_on=day, actor=factories.user())

    def test_a_refusal_has_no_place(self):
        assert set(ScreeningStatus.values) == {"requested", "seen"}
        assert {field.name for field in Screening._meta.get_fields()} == {
            "id",
            "created_at",
            "municipality",
            "member",
            "status",
            "seen_on",
            "seen_by",
            "renew_after",
        }


def test_status_forming_needs_no_readiness(town):
    ready = of(factories.group(town, members=1, ready=False, status=GroupStatus.FORMING))
    assert ready.item(Condition.MEMBERS).state == "busy"
    assert ready.item(Condition.VOG).state == "todo"
