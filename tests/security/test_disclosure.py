"""Who learns what of the other side: names, answers, pauses. Each hole has a twin that is allowed."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from matches.domain import lifecycle
from matches.enums import AnswerValue, MatchStatus, Side
from matches.models import Answer
from municipalities.domain import staff
from municipalities.enums import StaffRole
from newcomers.domain import disclosure, intake
from newcomers.domain import lifecycle as household_lifecycle
from newcomers.enums import Channel, RevealReason
from newcomers.models import DisclosureGrant
from samenhier.audit.models import AuditEvent
from tests import factories as make
from tests.matches.world import world

pytestmark = pytest.mark.django_db

NAME, NUMBER = "CNRY-sealed-name", "0612345678"


def signed_in(person) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(person)
    return client


def own(match) -> str:
    return reverse("matches:own", kwargs={"match": match.pk})


def answer(client, match, value, **more):
    return client.post(
        reverse("matches:answer", kwargs={"match": match.pk}), {"value": value, **more}, follow=True
    )


def known_name(w) -> None:
    """A name and number that a test can look for."""
    intake.update_identity(
        household=w.household, actor=w.coordinator, calling_name=NAME, channel=Channel.PHONE, contact=NUMBER
    )


def opens(client, match) -> bool:
    response = client.post(own(match))
    return response.status_code == 200 and NAME in response.content.decode()


# -- grants ------------------------------------------------------------------------------------------------


def test_a_builder_who_stopped_before_the_introduction_gets_no_grant():
    w = world()
    builder = make.staff(StaffRole.BUILDER, w.town)
    working = make.staff(StaffRole.BUILDER, w.town)
    w.approve()
    lifecycle.choose_builder(match=w.match, actor=w.coordinator, builder=builder)
    staff.end_membership(membership=builder.memberships.get(), actor=w.coordinator)
    w.both_say_yes()
    assert w.fresh().status == MatchStatus.INTRODUCED
    assert not DisclosureGrant.objects.open().filter(reader=builder).exists()
    with pytest.raises(disclosure.NotDisclosed):
        disclosure.reveal(viewer=builder, household=w.household, reason=RevealReason.CONTACT)
    # One who works here does.
    lifecycle.choose_builder(match=w.fresh(), actor=w.coordinator, builder=working)
    assert disclosure.reveal(viewer=working, household=w.household, reason=RevealReason.CONTACT).calling_name


def test_names_open_to_who_was_there_and_close_to_who_goes():
    w = world()
    known_name(w)
    w.approve()
    w.both_say_yes()
    late = make.member(w.group)
    there, leaving = w.members()[1], w.members()[2]
    assert opens(signed_in(there.user), w.match)
    assert not opens(signed_in(late.user), w.match)
    client = signed_in(leaving.user)
    assert opens(client, w.match)
    client.post(reverse("groups:leave", kwargs={"group": w.group.pk}))
    assert not opens(client, w.match)
    assert AuditEvent.objects.filter(action="household.revealed", actor_role="member").count() == 2


@pytest.mark.parametrize("how", ["withdraw", "end"])
def test_names_close_to_everybody_at_the_same_moment(how):
    w = world()
    known_name(w)
    w.approve()
    w.both_say_yes()
    clients = [signed_in(member.user) for member in w.members()]
    assert opens(clients[0], w.match)
    if how == "withdraw":
        household_lifecycle.withdraw(household=w.household, actor=w.newcomer)
    else:
        lifecycle.end(
            match=w.fresh(),
            actor=w.coordinator,
            kind="early",
            reason="moved",
            ended_on=w.fresh().introduced_at.date(),
        )
    assert not any(opens(client, w.match) for client in clients)
    assert not DisclosureGrant.objects.open().exists()
    page = clients[0].get(own(w.match)).content.decode()
    assert NAME not in page
    assert NUMBER not in page


# -- what the other side did ---------------------------------------------------------------------------------


def test_a_yes_of_the_group_is_kept_and_says_nothing_of_a_pause_of_the_household():
    w = world()
    w.approve()
    w.answer(Side.HOUSEHOLD, AnswerValue.YES)
    household_lifecycle.pause(household=w.household, actor=w.newcomer)
    page = answer(signed_in(w.contact), w.match, "yes").content.decode()
    assert "paused" not in page
    assert "consent" not in page
    assert Answer.objects.get(side=Side.GROUP).value == AnswerValue.YES
    assert w.fresh().status == MatchStatus.AGREED  # a coordinator reads "both said yes" and talks with them
    assert not DisclosureGrant.objects.exists()
    # After the pause the coordinator introduces them; before it, the coordinator reads why not.
    coordinator = signed_in(w.colleague())
    introduce = reverse("matches:introduce", kwargs={"slug": w.town.slug, "match": w.match.pk})
    assert "paused" in coordinator.post(introduce, follow=True).content.decode()
    household_lifecycle.resume(household=w.household, actor=w.newcomer)
    coordinator.post(introduce)
    assert w.fresh().status == MatchStatus.INTRODUCED


def test_a_yes_of_the_household_says_nothing_of_a_group_on_hold():
    w = world()
    w.approve()
    w.answer(Side.GROUP, AnswerValue.YES)
    w.group.status = "on_hold"
    w.group.save()
    page = answer(signed_in(w.newcomer), w.match, "yes").content.decode()
    assert "not approved" not in page
    assert w.fresh().status == MatchStatus.AGREED
    assert not DisclosureGrant.objects.exists()


@pytest.mark.parametrize("side", list(Side))
def test_nobody_can_find_out_whether_the_other_side_said_yes(side):
    """The same presses get the same pages, whatever the other side answered."""
    seen = []
    for other_said_yes in (False, True):
        w = world(policy={"second_approver": True})
        w.approve()
        if other_said_yes:
            w.answer(Side.HOUSEHOLD if side == Side.GROUP else Side.GROUP, AnswerValue.YES)
        client = signed_in(w.contact if side == Side.GROUP else w.newcomer)
        pages = [
            answer(client, w.match, value).content.decode() for value in ("yes", "talk", "yes", "nonsense")
        ]
        pages += [
            client.get(own(w.match)).content.decode(),
            client.get(reverse("matches:home"), follow=True).content.decode(),
        ]
        pages.append(str(Answer.objects.get(match=w.match, side=side).value))
        seen.append([_without_ids(page, w) for page in pages])
    assert seen[0] == seen[1]


def _without_ids(page: str, w) -> str:
    import re

    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace("<wbr>", "")
    for text in (
        str(w.match.pk),
        str(w.group.pk),
        w.group.name,
        w.town.name,
        w.household.code_name,
        w.town.slug,
        w.town.partner_organisation,
        w.town.contact_email,
        *(m.name for m in w.members()),
        w.contact.name,
        w.newcomer.name,
    ):
        if text:
            page = page.replace(text, "…")
    return page


@pytest.mark.parametrize("ending", ["declined", "lapsed", "taken back"])
def test_the_download_does_not_tell_that_the_group_said_no(ending):
    w = world()
    w.approve()
    w.answer(Side.HOUSEHOLD, AnswerValue.YES)
    if ending == "declined":
        w.answer(Side.GROUP, AnswerValue.NO)
    elif ending == "lapsed":
        from datetime import timedelta

        from matches.domain.answering import sweep_answers

        sweep_answers(w.fresh().answer_due + timedelta(hours=1))
    else:
        from matches.domain.approval import set_aside

        set_aside(match=w.fresh(), actor=w.coordinator)
    client = signed_in(w.newcomer)
    got = json.loads(client.get(reverse("newcomers:own_download")).content)["matches"]
    assert [(one["status"], one["own_answer"]) for one in got["matches"]] == [("not_now", "yes")]
    assert not any(word in json.dumps(got) for word in ("declined", "lapsed", "withdrawn"))


# -- wearing two hats ----------------------------------------------------------------------------------------


def test_a_builder_who_is_a_member_guides_only_what_they_guide():
    """As a member they see their own side; the builder's page of that match is not theirs."""
    w = world(MatchStatus.ACTIVE)
    member = w.members()[1]
    make.with_second_factor(member.user)
    staff_row = member.user.memberships.create(role=StaffRole.BUILDER, municipality=w.town)
    client = signed_in(member.user)
    page = reverse("matches:guided_match", kwargs={"slug": w.town.slug, "match": w.match.pk})
    assert client.get(page).status_code == 404
    assert client.post(page).status_code == 404
    assert client.get(own(w.match)).status_code == 200
    lifecycle.choose_builder(match=w.match, actor=w.coordinator, builder=member.user)
    assert client.get(page).status_code == 200
    assert staff_row.pk


def test_the_phone_of_a_member_goes_to_nobody_who_was_not_named():
    """The contact person's number is shown to the household after both yeses: the form says so."""
    from groups.forms.answers import PhoneForm

    w = world()
    w.approve()
    client = signed_in(w.newcomer)
    contact = w.group.members.get(role="contact")
    assert contact.phone not in client.get(own(w.match)).content.decode()
    w.both_say_yes()
    page = client.get(own(w.match)).content.decode()
    assert contact.phone in page
    assert not any(member.phone in page for member in w.members() if member.pk != contact.pk)
    from django.utils import translation

    with translation.override("en"):
        assert "household" in str(PhoneForm().fields["phone"].help_text)


# -- check-ins and quiet requests ------------------------------------------------------------------------------


@pytest.mark.parametrize("side", list(Side))
def test_a_check_in_of_one_side_is_nowhere_on_the_other(side):
    from django.utils import timezone

    from matches.models import CheckIn
    from samenhier.notifications.models import OutgoingMessage

    w = world(MatchStatus.ACTIVE)
    builder = make.staff(StaffRole.BUILDER, w.town)
    lifecycle.choose_builder(match=w.match, actor=w.coordinator, builder=builder)
    rows = {
        one: CheckIn.objects.create(
            municipality=w.town, match=w.match, side=one, moment="W2", due_on=timezone.localdate()
        )
        for one in Side
    }
    author = w.contact if side == Side.GROUP else w.newcomer
    page = reverse("matches:check_in", kwargs={"check_in": rows[side].pk})
    answered = signed_in(author).post(
        page, {"wellbeing": "2", "meetings": "0", "note": "CNRY-private-note", "wants_contact": "on"}
    )
    assert answered.status_code == 302
    assert (
        not OutgoingMessage.objects.exclude(recipient=author).exclude(kind__startswith="accounts.").exists()
    )

    others = [w.newcomer] if side == Side.GROUP else [member.user for member in w.members()[:2]]
    for other in others:
        client = signed_in(other)
        assert client.get(page).status_code == 404
        assert client.post(page, {"wellbeing": "5", "meetings": "1"}).status_code == 404
        seen = "".join(
            client.get(address, follow=True).content.decode()
            for address in (
                reverse("matches:home"),
                own(w.match),
                reverse("groups:own", kwargs={"group": w.group.pk}),
                reverse("newcomers:own_download"),
                reverse("newcomers:own"),
                reverse("newcomers:own_readers"),
            )
        )
        for told in ("CNRY-private-note", "Not so well", "You asked us to contact you", '"wellbeing": 2'):
            assert told not in seen

    note = reverse("matches:note", kwargs={"slug": w.town.slug, "check_in": rows[side].pk})
    for role in (StaffRole.VIEWER, StaffRole.NATIONAL, StaffRole.OPERATOR):
        assert signed_in(make.staff(role, w.town)).post(note).status_code in (403, 404)
    assert signed_in(make.staff(StaffRole.BUILDER, w.town)).post(note).status_code == 404
    assert signed_in(make.staff(StaffRole.COORDINATOR, make.municipality())).post(note).status_code == 404
    for reader in (w.coordinator, builder):
        assert "CNRY-private-note" in signed_in(reader).post(note).content.decode()
    assert AuditEvent.objects.filter(action="check_in.note_read").count() == 2


def test_a_message_of_the_outbox_holds_nothing_of_the_other_side():
    """Everything that the life of a match mails, read as it would leave."""
    from samenhier.core.crypto import unseal_json
    from samenhier.notifications import kinds
    from samenhier.notifications.models import OutgoingMessage
    from samenhier.notifications.rendering import render

    w = world()
    known_name(w)
    w.approve()
    w.both_say_yes()
    lifecycle.end(
        match=w.fresh(),
        actor=w.coordinator,
        kind="early",
        reason="no_click",
        ended_on=w.fresh().introduced_at.date(),
    )
    people_of_group = {member.user_id for member in w.members()}
    mails = list(OutgoingMessage.objects.select_related("recipient"))
    assert {mail.kind for mail in mails} >= {"matches.proposal", "matches.introduced", "matches.ended"}
    for mail in mails:
        written = render(kinds.get(mail.kind), mail.language, unseal_json(mail.sealed)["context"], "")
        text = written.subject + written.text + written.html
        hidden = [NAME, NUMBER, w.household.code_name, "no_click", w.newcomer.email]
        hidden += (
            [w.group.name, *(member.name for member in w.members())]
            if mail.recipient_id not in people_of_group
            else []
        )
        assert not [word for word in hidden if word in text], mail.kind
    # In the row itself nothing can be read either.
    raw = b"".join(bytes(mail.sealed) for mail in mails)
    assert NAME.encode() not in raw
