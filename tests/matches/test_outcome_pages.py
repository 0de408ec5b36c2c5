"""The pages of the outcome questions: each person their own, nothing for anybody else, in every language."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matches.domain.outcomes import plan_outcomes
from matches.enums import MatchStatus, OutcomeStatus, Side
from matches.models import OutcomeSurvey
from matches.statements import statements_for
from municipalities.enums import StaffRole
from newcomers.own_page import data
from tests import factories

from .world import world

pytestmark = pytest.mark.django_db
LANGUAGES = ["nl", "en", "ar"]


def asked(**fields):
    w = world(MatchStatus.ACTIVE, policy={"outcome_moments": ["S"]}, **fields)
    plan_outcomes(match=w.match)
    return w


def signed_in(person, language="en") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(person)
    return client


def address(w):
    return reverse("matches:outcome", kwargs={"match": w.match.pk})


def text_of(client, url) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def all_agree(side) -> dict[str, str]:
    return {"moment": "S", **{one.code: "4" for one in statements_for(side)}}


def of(person) -> OutcomeSurvey:
    return OutcomeSurvey.objects.visible_to(person).get()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_side_reads_its_own_statements_and_nothing_is_chosen_beforehand(language):
    w = asked(language=language)
    for person, side in ((w.newcomer, Side.HOUSEHOLD), (w.contact, Side.GROUP)):
        page = text_of(signed_in(person, language), address(w))
        assert page.count('type="radio"') == 6 * len(statements_for(side))
        assert page.count('value="skip"') == len(statements_for(side))
        assert not re.search(r'type="radio"[^>]*checked', page)
        names = set(re.findall(r'type="radio" name="(\w+)"', page))
        assert names == {one.code for one in statements_for(side)}


def test_a_newcomer_answers_and_goes_back_to_their_page():
    w = asked()
    client = signed_in(w.newcomer)
    assert address(w) in text_of(client, reverse("newcomers:own"))
    response = client.post(address(w), {"moment": "S", "at_home": "5", "company": "skip", "practical": "1"})
    assert response.url == reverse("newcomers:own")
    assert (of(w.newcomer).status, of(w.newcomer).answers) == ("answered", {"at_home": 5, "practical": 1})
    assert address(w) not in text_of(client, reverse("newcomers:own"))
    assert 'type="radio"' not in text_of(client, address(w))
    assert data(w.household)["matches"]["outcome_questions"] == [
        {
            "due_on": timezone.localdate(),
            "answered_on": timezone.localdate(),
            "answers": {"at_home": 5, "practical": 1},
        }
    ]


def test_each_member_answers_for_themself():
    w = asked()
    first, second = (signed_in(member.user) for member in w.members()[:2])
    assert address(w) in text_of(first, reverse("matches:home"))
    assert first.post(address(w), all_agree(Side.GROUP)).url == reverse(
        "matches:own", kwargs={"match": w.match.pk}
    )
    assert address(w) not in text_of(first, reverse("matches:home"))
    assert address(w) in text_of(second, reverse("matches:home"))
    assert OutcomeSurvey.objects.filter(status=OutcomeStatus.ANSWERED).count() == 1


def test_nothing_chosen_is_a_mistake_and_rather_not_is_an_answer():
    w = asked()
    response = signed_in(w.contact).post(address(w), {"moment": "S"})
    assert "at least one answer" in response.content.decode()
    assert of(w.contact).status == OutcomeStatus.PLANNED
    signed_in(w.contact).post(address(w), {"moment": "S", "enriching": "skip"})
    assert (of(w.contact).status, of(w.contact).answers) == ("answered", {})


@pytest.mark.parametrize(
    "wrong", [{"enriching": "6"}, {"enriching": "<b>"}, {"moment": ""}, {"moment": "x" * 9}]
)
def test_what_is_not_on_the_list_is_refused_kindly(wrong):
    w = asked()
    response = signed_in(w.contact).post(address(w), {**all_agree(Side.GROUP), **wrong})
    assert response.status_code == 200
    assert of(w.contact).status == OutcomeStatus.PLANNED


@pytest.mark.parametrize("why", ["answered", "closed", "another moment"])
def test_what_is_over_says_so_and_changes_nothing(why):
    w = asked()
    client = signed_in(w.contact)
    sent = all_agree(Side.GROUP)
    if why == "answered":
        client.post(address(w), {"moment": "S", "enriching": "1"})
    elif why == "closed":
        OutcomeSurvey.objects.update(closes_on=timezone.localdate() - timedelta(days=1))
    else:
        sent["moment"] = "M6"
    response = client.post(address(w), sent, follow=True)
    page = response.content.decode()
    assert 'class="' in page
    assert "have answered" in page if why == "answered" else "is over" in page
    assert of(w.contact).answers == ({"enriching": 1} if why == "answered" else {})


def test_everybody_else_meets_a_page_that_does_not_exist():
    w, elsewhere = asked(), asked()
    builder = factories.staff(StaffRole.BUILDER, w.town)
    w.match.builder = builder
    w.match.save()
    left = w.members()[4]
    left.status = "left"
    left.save()
    for person in (
        w.coordinator,
        builder,
        factories.user(),
        elsewhere.contact,
        elsewhere.newcomer,
        left.user,
    ):
        client = signed_in(person)
        assert client.get(address(w)).status_code == 404
        assert client.post(address(w), all_agree(Side.GROUP)).status_code == 404
    assert not OutcomeSurvey.objects.filter(status=OutcomeStatus.ANSWERED).exists()


def without_tokens(page: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]+"', "", page)


def test_no_page_of_anybody_else_changes_when_somebody_answers():
    """The canary of answers that are numbers: what others see is the same to the letter, before and after."""
    w = asked()
    builder = factories.staff(StaffRole.BUILDER, w.town)
    w.match.builder = builder
    w.match.save()
    here = {"slug": w.town.slug}
    seen_by = [
        (w.coordinator, reverse("matches:detail", kwargs={**here, "match": w.match.pk})),
        (w.coordinator, reverse("matches:check_ins", kwargs=here)),
        (w.coordinator, reverse("municipalities:worklist", kwargs=here)),
        (w.coordinator, reverse("reports:dashboard", kwargs=here) + f"?maand={timezone.localdate():%Y-%m}"),
        (builder, reverse("matches:guided_match", kwargs={**here, "match": w.match.pk})),
        (w.members()[1].user, reverse("matches:own", kwargs={"match": w.match.pk})),
        (w.members()[1].user, address(w)),
        (w.newcomer, reverse("newcomers:own")),
    ]
    before = [without_tokens(text_of(signed_in(person), page)) for person, page in seen_by]
    signed_in(w.contact).post(address(w), all_agree(Side.GROUP))
    assert before == [without_tokens(text_of(signed_in(person), page)) for person, page in seen_by]
    # The control: the same look does change for the one who answered.
    assert "There are no questions" in text_of(signed_in(w.contact), address(w))


@pytest.mark.parametrize("moments", [1, 3])
def test_queries_of_the_page(moments, django_assert_num_queries):
    w = world(MatchStatus.ACTIVE, policy={"outcome_moments": ["S", "W1", "W2"][:moments]})
    plan_outcomes(match=w.match)
    OutcomeSurvey.objects.update(due_on=timezone.localdate())
    client = signed_in(w.contact)
    client.get(address(w))
    with django_assert_num_queries(6):
        assert text_of(client, address(w)).count('type="radio"') == 24
