"""The pages of both sides: what each may see, what a press does, in every language a newcomer may read."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matches.domain import checkins, contact
from matches.enums import AnswerValue, MatchStatus, Side
from matches.models import Answer, CheckIn, CheckInReport, ContactRequest
from municipalities.enums import StaffRole
from newcomers.domain import disclosure, erasure
from newcomers.own_page import blocks, data
from samenhier.audit.models import AuditEvent
from tests import factories

from .world import world

pytestmark = pytest.mark.django_db
LANGUAGES = ["nl", "en", "ar"]


def signed_in(person, language="en") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(person)
    return client


def text_of(client, address, status=200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode().replace("<wbr>", "")  # as a mail address may break


def own(w):
    return reverse("matches:own", kwargs={"match": w.match.pk})


def answer_url(w):
    return reverse("matches:answer", kwargs={"match": w.match.pk})


# -- the way to one's own place --------------------------------------------------------------------------


def test_everybody_goes_where_they_belong():
    w = world()
    home = reverse("matches:home")
    assert signed_in(w.newcomer).get(home).url == reverse("newcomers:own")
    assert signed_in(w.coordinator).get(home).url == reverse("municipalities:mine")
    assert w.group.name in text_of(signed_in(w.contact), home)
    assert "Start a group" in text_of(signed_in(factories.user()), home)
    assert Client().get(home).status_code == 302


def test_a_member_finds_what_is_asked_of_them():
    w = world()
    w.approve()
    contact_page = text_of(signed_in(w.contact), reverse("matches:home"))
    assert own(w) in contact_page
    assert "A household for you?" in contact_page
    # Another member sees the proposal, but is not asked to answer.
    assert "A household for you?" not in text_of(signed_in(w.members()[1].user), reverse("matches:home"))


def test_a_member_who_is_staff_too_finds_both():
    w = world()
    person = factories.staff(StaffRole.COORDINATOR, w.town)
    factories.member(w.group, user=person)
    assert reverse("municipalities:mine") in text_of(signed_in(person), reverse("matches:home"))


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_members_home(rows, django_assert_num_queries):
    person = factories.user()
    for _ in range(rows):
        w = world("active")
        factories.member(w.group, user=person)
        CheckIn.objects.create(
            municipality=w.town, match=w.match, side=Side.GROUP, moment="W2", due_on=timezone.localdate()
        )
    client = signed_in(person)
    client.get(reverse("matches:home"))
    with django_assert_num_queries(11):
        assert text_of(client, reverse("matches:home")).count("Two short questions") == rows


# -- the question ----------------------------------------------------------------------------------------


def test_a_proposal_that_nobody_approved_does_not_exist_for_the_sides():
    w = world()
    for person in (w.contact, w.newcomer):
        text_of(signed_in(person), own(w), status=404)


def test_strangers_and_staff_meet_a_page_that_does_not_exist():
    w, elsewhere = world(), world()
    w.approve()
    left = w.members()[4]
    person = left.user
    left.status = "left"
    left.save()
    for stranger in (factories.user(), w.coordinator, elsewhere.contact, elsewhere.newcomer, person):
        client = signed_in(stranger)
        missing = client.get(reverse("matches:own", kwargs={"match": uuid4()}))
        for method in (client.get, client.post):
            response = method(own(w))
            assert response.status_code == 404
            assert without_tokens(response.content.decode()) == without_tokens(missing.content.decode())
        assert client.post(answer_url(w), {"value": "yes"}).status_code == 404
    assert not Answer.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_newcomer_reads_about_the_group_and_presses_one_of_three(language):
    w = world()
    w.approve()
    client = signed_in(w.newcomer, language)
    page = text_of(client, own(w))
    assert w.group.name in page
    assert f'lang="{language}"' in page
    assert page.count('name="value"') == 3
    for member in w.members():
        assert member.name in page  # first names
        assert member.email not in page
        assert member.phone not in page
    client.post(answer_url(w), {"value": "talk"})
    assert Answer.objects.get().value == AnswerValue.TALK
    client.post(answer_url(w), {"value": "yes"})
    assert Answer.objects.get().value == AnswerValue.YES
    assert text_of(client, own(w)).count('name="value"') == 1  # only no is left


def test_the_group_reads_a_card_without_a_name():
    w = world()
    w.approve()
    for member in w.members():
        page = text_of(signed_in(member.user), own(w))
        assert "CNRY-household" not in page
        assert w.household.code_name not in page
        assert w.newcomer.name not in page
        assert ('name="value"' in page) == member.is_contact


def test_a_no_is_asked_once_more():
    w = world()
    w.approve()
    client = signed_in(w.newcomer)
    sure = client.post(answer_url(w), {"value": "no"})
    assert "Are you sure?" in sure.content.decode()
    assert w.fresh().status == MatchStatus.ASKING
    after = client.post(answer_url(w), {"value": "no", "sure": "yes"}, follow=True)
    assert w.fresh().status == MatchStatus.DECLINED
    assert "We look for another group" in after.content.decode()
    assert "does not go on" in text_of(signed_in(w.contact), own(w))


@pytest.mark.parametrize("value", ["", "maybe", "JA", "نعم", "<script>", "x" * 5000, "yes\x00"])
def test_any_other_answer_is_refused_kindly(value):
    w = world()
    w.approve()
    response = signed_in(w.newcomer).post(answer_url(w), {"value": value}, follow=True)
    assert "Choose one of the three answers." in response.content.decode()
    assert not Answer.objects.exists()


def test_an_ordinary_member_cannot_answer_by_hand():
    w = world()
    w.approve()
    response = signed_in(w.members()[1].user).post(answer_url(w), {"value": "yes"}, follow=True)
    assert "contact person answers" in response.content.decode()
    assert not Answer.objects.exists()


@pytest.mark.parametrize(("first", "second"), [(Side.GROUP, "newcomer"), (Side.HOUSEHOLD, "contact")])
def test_neither_page_tells_what_the_other_side_said(first, second):
    w = world(policy={"second_approver": True})
    w.approve()
    client = signed_in(getattr(w, second))
    client.get(own(w))  # the session is there
    before = text_of(client, own(w))
    w.answer(first, AnswerValue.YES)
    assert without_tokens(text_of(client, own(w))) == without_tokens(before)
    w.answer(Side.HOUSEHOLD if first == Side.GROUP else Side.GROUP, AnswerValue.TALK)
    w.answer(Side.HOUSEHOLD if first == Side.GROUP else Side.GROUP, AnswerValue.YES)
    assert w.fresh().status == MatchStatus.AGREED
    # An agreement looks like an answer that was given: whoever takes it back stays unknown.
    assert "You said yes. You get a message when there is news." in text_of(client, own(w))


def without_tokens(page: str) -> str:
    """Without what differs at each visit: tokens, and the address of the page itself."""
    page = re.sub(r'name="next" value="[^"]*"', "", page)
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


# -- after two yeses -------------------------------------------------------------------------------------


def introduced():
    w = world(policy={"second_approver": False})
    w.approve()
    w.both_say_yes()
    assert w.fresh().status == MatchStatus.INTRODUCED
    return w


def test_a_member_opens_name_and_contact_with_a_press_and_leaves_a_trace():
    w = introduced()
    member = w.members()[3]
    client = signed_in(member.user)
    assert "CNRY-household" not in text_of(client, own(w))
    assert not AuditEvent.objects.filter(action="household.revealed").exists()
    response = client.post(own(w))
    page = response.content.decode()
    assert "CNRY-household" in page
    assert "no-store" in response["Cache-Control"]
    event = AuditEvent.objects.get(action="household.revealed")
    assert (event.actor_id, event.subject_id) == (member.user_id, w.household.pk)


def test_without_a_grant_the_press_meets_a_page_that_does_not_exist():
    w = introduced()
    disclosure.close_grants(because="test", match_id=w.match.pk)
    assert signed_in(w.contact).post(own(w)).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_newcomer_sees_the_people_and_how_to_reach_them(language):
    w = introduced()
    page = text_of(signed_in(w.newcomer, language), own(w))
    contact_person = w.members()[0]
    assert contact_person.phone in page
    for member in w.members():
        assert member.name in page
        assert member.email not in page
    assert all(member.phone not in page for member in w.members()[1:])


@pytest.mark.parametrize("status", ["ended", "declined", "lapsed"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_over_says_so_to_both(status, language):
    w = world(status)
    for person in (w.contact, w.newcomer):
        page = text_of(signed_in(person, language), own(w))
        assert 'name="value"' not in page
        assert "CNRY-household" not in page


# -- check-ins -------------------------------------------------------------------------------------------


def check_in(w, side, days=0):
    row = CheckIn.objects.create(
        municipality=w.town,
        match=w.match,
        side=side,
        moment="W2",
        due_on=timezone.localdate() + timedelta(days=days),
    )
    return row, reverse("matches:check_in", kwargs={"check_in": row.pk})


GOOD = {"wellbeing": "4", "meetings": "2", "note": "Wij gingen wandelen. شكرا", "wants_contact": ""}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_newcomer_answers_and_the_group_sees_nothing(language):
    w = world("active")
    row, address = check_in(w, Side.HOUSEHOLD)
    client = signed_in(w.newcomer, language)
    assert 'name="wellbeing"' in text_of(client, address)
    response = client.post(address, GOOD | {"wants_contact": "on"})
    assert response.url == reverse("newcomers:own")
    report = CheckInReport.objects.get()
    assert (report.check_in, report.wellbeing, report.wants_contact) == (row, 4, True)
    assert ContactRequest.objects.get().household == w.household
    for person in (w.contact, w.members()[1].user):
        text_of(signed_in(person), address, status=404)
        assert "wandelen" not in text_of(signed_in(person), own(w))
    assert 'name="wellbeing"' not in text_of(client, address)


def test_a_member_answers_for_the_group_and_the_newcomer_sees_nothing():
    w = world("active")
    _row, address = check_in(w, Side.GROUP)
    assert "one minute" in text_of(signed_in(w.contact), own(w))
    response = signed_in(w.members()[2].user).post(address, GOOD)
    assert response.url == own(w)
    assert not ContactRequest.objects.exists()
    text_of(signed_in(w.newcomer), address, status=404)
    # A second member is too late, and reads it kindly.
    late = signed_in(w.members()[3].user).post(address, GOOD, follow=True).content.decode()
    assert "has been answered already" in late


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"wellbeing": ""}, True),
        ({"wellbeing": "6"}, True),
        ({"wellbeing": "٤"}, True),
        ({"meetings": "-1"}, True),
        ({"meetings": "1; drop table"}, True),
        ({"note": "x" * 501}, False),
        ({"note": "een \x00 nul"}, False),
        ({"note": "mijn BSN is 111222333"}, False),
        ({"note": "\u202eomgekeerd"}, False),
    ],
)
def test_a_form_that_does_not_fit_keeps_what_was_typed(changes, kept):
    w = world("active")
    row, address = check_in(w, Side.HOUSEHOLD)
    response = signed_in(w.newcomer).post(address, GOOD | changes)
    page = response.content.decode()
    assert response.status_code == 200
    assert "<title>Error:" in page
    assert ("Wij gingen wandelen. شكرا" in page) == kept
    row.refresh_from_db()
    assert row.status == "planned"


def test_a_note_that_looks_like_code_is_kept_as_words():
    w = world("active")
    _row, address = check_in(w, Side.HOUSEHOLD)
    signed_in(w.newcomer).post(address, GOOD | {"note": "<script>alert(1)</script>"})
    assert CheckInReport.objects.get().note is not None


def test_too_early_says_when():
    w = world("active")
    _row, address = check_in(w, Side.GROUP, days=20)
    page = text_of(signed_in(w.contact), address)
    assert "It is too early for this question" in page
    assert 'name="wellbeing"' not in page
    assert signed_in(w.contact).post(address, GOOD).status_code == 302
    assert not CheckInReport.objects.exists()


# -- the quiet line --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["newcomer", "contact"])
def test_the_quiet_line_is_one_press(who):
    w = world("active")
    client = signed_in(getattr(w, who))
    response = client.post(reverse("matches:ask_contact"), follow=True)
    assert "Only the coordinator knows that you asked" in response.content.decode()
    assert "You asked us to contact you" in text_of(client, own(w))
    other = w.contact if who == "newcomer" else w.newcomer
    assert "You asked us to contact you" not in text_of(signed_in(other), own(w))
    assert mail.outbox == []


def test_whoever_belongs_nowhere_hears_what_is_possible():
    response = signed_in(factories.user()).post(reverse("matches:ask_contact"), follow=True)
    assert "You are not in a group yet" in response.content.decode()


# -- what this room adds to the newcomer's own page ------------------------------------------------------


def test_two_check_ins_say_which_is_which():
    w = world(MatchStatus.ACTIVE)
    for moment in ("W2", "M1"):
        for side in Side:
            CheckIn.objects.create(
                municipality=w.town, match=w.match, side=side, moment=moment, due_on=timezone.localdate()
            )
    for person, home in ((w.newcomer, "newcomers:own"), (w.contact, "matches:home")):
        page = text_of(signed_in(person), reverse(home))
        assert "After 2 weeks" in page
        assert "After 1 month" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_own_page_shows_the_question_the_group_and_the_check_in(language):
    w = world()
    w.approve()
    client = signed_in(w.newcomer, language)
    home = reverse("newcomers:own")
    assert own(w) in text_of(client, home)
    w.both_say_yes()
    assert own(w) in text_of(client, home)
    assert reverse("matches:ask_contact") in text_of(client, home)
    w2 = world("active", language=language)
    _row, address = check_in(w2, Side.HOUSEHOLD)
    assert address in text_of(signed_in(w2.newcomer, language), home)


def test_without_a_match_only_the_quiet_line_is_added():
    w = world()
    assert [block.template for block in blocks(w.household)] == ["matches/own/block_contact.html"]


def test_the_download_holds_the_own_words_and_nothing_of_the_other_side():
    w = world(policy={"second_approver": True})
    w.approve()
    w.both_say_yes()
    found = data(w.household)["matches"]
    assert found["matches"][0]["status"] == "asking"
    assert found["matches"][0]["own_answer"] == "yes"
    w2 = world("active")
    row, _address = check_in(w2, Side.HOUSEHOLD)
    group_row, _address = check_in(w2, Side.GROUP)
    checkins.answer_check_in(check_in=row, actor=w2.newcomer, wellbeing=5, meetings=3, note="goed")
    checkins.answer_check_in(check_in=group_row, actor=w2.contact, wellbeing=1, meetings=0, note="geheim")
    contact.ask_for_contact(user=w2.newcomer)
    found = data(w2.household)["matches"]
    assert [one["note"] for one in found["check_ins"]] == ["goed"]
    assert len(found["contact_requests"]) == 1
    assert "geheim" not in str(found)
    assert factories.CANARY not in str(found)


def test_erasing_removes_the_words_and_keeps_the_numbers():
    w = world("active")
    row, _address = check_in(w, Side.HOUSEHOLD)
    checkins.answer_check_in(check_in=row, actor=w.newcomer, wellbeing=5, meetings=3, note="mijn woorden")
    erasure.erase(household=w.household, actor=w.newcomer)
    report = CheckInReport.objects.get()
    assert (report.note, report.answered_by, report.wellbeing) == (None, None, 5)
    assert w.fresh().status == MatchStatus.ENDED


def test_a_meeting_that_lies_ahead_stays_on_both_pages_after_the_beginning():
    w = world(MatchStatus.ACTIVE)
    for days, shown in ((2, True), (-2, False)):
        w.match.first_meeting_at = timezone.now() + timedelta(days=days)
        w.match.save()
        for person in (w.contact, w.newcomer):
            assert ("You meet on" in text_of(signed_in(person), own(w))) == shown
        assert ("You meet on" in text_of(signed_in(w.newcomer), reverse("newcomers:own"))) == shown
