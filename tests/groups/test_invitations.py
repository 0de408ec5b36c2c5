"""A yes or a no is personal; links are secret, limited and single."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.utils import timezone

from groups import rules
from groups.domain.invitations import Link, SignInFirst, look_up
from groups.domain.membership import accept_invitation, ask_again, decline_invitation, invite, resend, revoke
from groups.enums import GroupStatus, MemberRole, MemberStatus
from groups.models import GroupMember
from groups.tokens import new_token, removed_address, token_hash
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError
from tests import factories
from tests.parallel import at_once

ADDRESS = "farid@voorbeeld.example"
ANSWERS = {
    "old_enough": True,
    "dutch": "some",
    "languages": [{"code": "pes", "level": "fluent"}, {"code": "xxx", "level": "fluent"}],
    "interests": ["walking", "cooking"],
    "availability": ["sat_morning", "mon_evening"],
    "phone": "0612345678",
}


@pytest.fixture
def group(town):
    return factories.group(town, members=2, status=GroupStatus.FORMING)


@pytest.fixture
def contact(group):
    return group.members.get(role=MemberRole.CONTACT)


@pytest.fixture
def token(group, contact, token_for):
    invite(group=group, name="Farid", email=ADDRESS, actor=contact.user)
    return token_for(ADDRESS)


class TestYes:
    def test_makes_an_account_with_a_verified_address(self, token, mailed, contact):
        member = accept_invitation(token=token, user=None, **ANSWERS)
        assert member.status == MemberStatus.ACCEPTED
        assert (member.user.email, member.user.name) == (ADDRESS, "Farid")
        assert EmailAddress.objects.filter(
            user=member.user, email=ADDRESS, verified=True, primary=True
        ).exists()
        assert member.languages == [{"code": "nld", "level": "basic"}, {"code": "pes", "level": "fluent"}]
        assert member.interests == ["cooking", "walking"]
        assert member.availability == ["mon_evening", "sat_morning"]
        (mail,) = mailed("groups.member_answered")
        assert (mail["to"], mail["member_name"]) == (contact.user.email, "Farid")

    def test_links_an_existing_account(self, token):
        person = factories.user(ADDRESS)
        assert accept_invitation(token=token, user=None, **ANSWERS).user == person
        assert User.objects.filter(email=ADDRESS).count() == 1

    def test_finds_the_account_by_a_proved_second_address(self, token):
        person = factories.user("anders@voorbeeld.example")
        EmailAddress.objects.create(user=person, email=ADDRESS, verified=True, primary=False)
        assert accept_invitation(token=token, user=None, **ANSWERS).user == person
        person.refresh_from_db()
        assert person.email == "anders@voorbeeld.example"

    def test_an_address_that_a_stranger_only_claims_is_not_theirs(self, token):
        stranger = factories.user("anders@voorbeeld.example")
        EmailAddress.objects.create(user=stranger, email=ADDRESS, verified=False)
        person = accept_invitation(token=token, user=None, **ANSWERS).user
        assert (person.email, person == stranger) == (ADDRESS, False)

    def test_twice_is_one_yes(self, token):
        member = accept_invitation(token=token, user=None, **ANSWERS)
        assert accept_invitation(token=token, user=member.user, **ANSWERS) == member
        with pytest.raises(DomainError):
            accept_invitation(token=token, user=None, **ANSWERS)

    def test_somebody_else_signed_in_is_refused(self, token, group):
        with pytest.raises(SignInFirst):
            accept_invitation(token=token, user=factories.user(), **ANSWERS)
        assert GroupMember.objects.get(email=ADDRESS).status == MemberStatus.INVITED

    def test_staff_and_people_with_a_second_step_sign_in_themselves(self, token, town):
        person = factories.staff("coordinator", town, email=ADDRESS)
        with pytest.raises(SignInFirst):
            accept_invitation(token=token, user=None, **ANSWERS)
        assert accept_invitation(token=token, user=person, **ANSWERS).user == person

    def test_under_eighteen_is_refused_with_a_reason(self, token):
        with pytest.raises(DomainError, match="18"):
            accept_invitation(token=token, user=None, **{**ANSWERS, "old_enough": False})

    def test_the_first_yes_becomes_contact_when_nobody_is(self, group, contact, token):
        GroupMember.objects.filter(group=group).exclude(email=ADDRESS).update(status=MemberStatus.LEFT)
        assert accept_invitation(token=token, user=None, **ANSWERS).role == MemberRole.CONTACT


class TestNo:
    def test_forgets_who_it_was_and_tells_without_a_name(self, token, mailed, contact):
        decline_invitation(token=token)
        decline_invitation(token=token)  # twice is one no
        row = GroupMember.objects.get(status=MemberStatus.DECLINED)
        assert (row.name, row.email) == ("", removed_address(ADDRESS))
        assert ADDRESS not in str(GroupMember.objects.values_list())
        (mail,) = mailed("groups.member_answered")
        assert (mail["to"], mail["member_name"]) == (contact.user.email, "")
        assert look_up(token)[1] is Link.DECLINED

    def test_a_no_still_counts_for_the_limit(self, token, group, contact):
        decline_invitation(token=token)
        with pytest.raises(DomainError, match="less than a week"):
            invite(group=group, name="Farid", email=ADDRESS, actor=contact.user)


class TestLimits:
    def test_three_times_a_week_apart_and_never_more(self, group, contact):
        moment = timezone.now()
        with time_machine.travel(moment, tick=False):
            member = invite(group=group, name="Farid", email=ADDRESS, actor=contact.user)
            with pytest.raises(Conflict):
                invite(group=group, name="Farid", email=ADDRESS.upper(), actor=contact.user)
        with (
            time_machine.travel(moment + timedelta(days=6), tick=False),
            pytest.raises(DomainError, match="week"),
        ):
            resend(member=member, actor=contact.user)
        for week in (1, 2):
            with time_machine.travel(moment + timedelta(days=7 * week, minutes=1), tick=False):
                resend(member=member, actor=contact.user)
        with (
            time_machine.travel(moment + timedelta(days=60), tick=False),
            pytest.raises(DomainError, match="3"),
        ):
            resend(member=member, actor=contact.user)

    def test_fifteen_a_day_for_a_group(self, group, contact):
        GroupMember.objects.filter(group=group).update(invited_at=timezone.now() - timedelta(days=3))
        for number in range(rules.INVITATIONS_A_DAY):
            member = invite(
                group=group, name="Iemand", email=f"p{number}@voorbeeld.example", actor=contact.user
            )
            revoke(member=member, actor=contact.user)
        with pytest.raises(DomainError, match="tomorrow"):
            invite(group=group, name="Iemand", email="p99@voorbeeld.example", actor=contact.user)

    def test_a_group_is_never_larger_than_twelve(self, group, contact):
        for number in range(rules.MEMBERS_AT_MOST - 2):
            invite(group=group, name="Iemand", email=f"p{number}@voorbeeld.example", actor=contact.user)
        with pytest.raises(DomainError, match="at most 12"):
            invite(group=group, name="Iemand", email="p99@voorbeeld.example", actor=contact.user)


class TestLinks:
    def test_states_of_a_link(self, group, contact, token, token_for):
        member, link = look_up(token)
        assert (member.email, link) == (ADDRESS, Link.OPEN)
        assert look_up("nonsense") == (None, Link.UNKNOWN)
        with time_machine.travel(timezone.now() + timedelta(days=15)):
            assert look_up(token)[1] is Link.EXPIRED
            with pytest.raises(DomainError):
                accept_invitation(token=token, user=None, **ANSWERS)
            ask_again(token=token)
            fresh = token_for(ADDRESS)
            assert look_up(token)[1] is Link.UNKNOWN
            assert look_up(fresh)[1] is Link.OPEN
        group.status = GroupStatus.DECLINED
        group.save()
        assert look_up(fresh)[1] is Link.CLOSED

    def test_an_open_link_is_not_renewed_by_its_holder(self, token):
        with pytest.raises(DomainError):
            ask_again(token=token)

    def test_a_withdrawn_invitation_closes_the_link(self, group, contact, token):
        revoke(member=GroupMember.objects.get(email=ADDRESS), actor=contact.user)
        assert look_up(token)[1] is Link.CLOSED
        assert ADDRESS not in str(GroupMember.objects.values_list())

    def test_an_answer_cannot_be_withdrawn(self, contact, token):
        member = accept_invitation(token=token, user=None, **ANSWERS)
        with pytest.raises(Conflict):
            revoke(member=member, actor=contact.user)


@pytest.mark.django_db(transaction=True)
def test_a_yes_pressed_twice_at_once_is_one_yes():
    town = factories.municipality()
    group = factories.group(town, members=1, status=GroupStatus.FORMING)
    member = invite(group=group, name="Farid", email=ADDRESS, actor=None)
    secret = new_token()
    GroupMember.objects.filter(pk=member.pk).update(invitation_hash=token_hash(secret))
    results = at_once(*[lambda: accept_invitation(token=secret, user=None, **ANSWERS)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["GroupMember", "InvitationClosed"]
    assert User.objects.filter(email=ADDRESS).count() == 1
    assert EmailAddress.objects.filter(email=ADDRESS).count() == 1
