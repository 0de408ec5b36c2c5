"""The outcome questions with the keyboard alone, without JavaScript, on a narrow screen, in both writing directions."""

import pytest
from django.urls import reverse

from matches.domain.outcomes import plan_outcomes
from matches.enums import MatchStatus, Side
from matches.models import OutcomeSurvey
from matches.statements import statements_for
from tests import factories as make

from .judges import axe, markup, too_wide

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "language"), [(320, "nl"), (320, "ar"), (1280, "nl")])
@pytest.mark.parametrize("side", list(Side))
def test_a_person_answers_with_the_keyboard(visit, side, width, language):
    town = make.municipality(policy={"outcome_moments": ["S"]})
    group, household = make.group(town), make.household(town, language=language)
    match = make.match(group, household, status=MatchStatus.ACTIVE)
    plan_outcomes(match=match)
    person = household.user if side == Side.HOUSEHOLD else group.members.get(role="contact").user
    page = visit(user=person, language=language, width=width, javascript=False).new_page()
    page.goto(reverse("matches:outcome", kwargs={"match": match.pk}))
    assert markup(page.content()) == []
    assert too_wide(page) == []
    for number, statement in enumerate(statements_for(side)):
        row = page.locator(f"input[name='{statement.code}']")
        row.first.focus()
        page.keyboard.press("Space")
        for _step in range(number):
            page.keyboard.press("ArrowDown")
    page.locator("main form button[type=submit]").last.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    row = OutcomeSurvey.objects.visible_to(person).get()
    assert [row.answers.get(one.code) for one in statements_for(side)] == [5, 4, 3, 2, 1][
        : len(statements_for(side))
    ]
    # The judge of accessibility needs a script of its own.
    judged = visit(user=person, language=language, width=width).new_page()
    OutcomeSurvey.objects.update(status="planned", answers={}, answered_on=None)
    judged.goto(reverse("matches:outcome", kwargs={"match": match.pk}))
    assert axe(judged) == []
