"""The pages for trying out: everything with plain forms, the banner on each, and no way to an approval."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matches.domain import sandbox
from matches.domain.imaginary import ImaginaryGroup
from matches.domain.trying import BAN, PIN
from matches.enums import MatchStatus, WhatIfStatus
from matches.models import Match, WhatIf
from municipalities import worklist
from municipalities.enums import StaffRole
from samenhier.core.reference import CRITERIA
from tests import factories

pytestmark = pytest.mark.django_db

BANNER = "Trying: nothing is approved here"


class World:
    def __init__(self):
        self.town = factories.municipality()
        self.coordinator = factories.staff(StaffRole.COORDINATOR, self.town)
        self.group = factories.group(self.town, name="De Wandelaars")
        self.household = factories.household(self.town, code_name="Wilg-1")
        self.other = factories.household(
            self.town, code_name="Berk-2", languages=[{"code": "tir", "level": "fluent"}]
        )
        self.client = Client(headers={"accept-language": "en"})
        self.client.cookies["django_language"] = "en"
        self.client.force_login(self.coordinator)

    def url(self, name, **kwargs):
        return reverse(f"matches:{name}", kwargs={"slug": self.town.slug, **kwargs})

    def text(self, name, **kwargs):
        response = self.client.get(self.url(name, **kwargs))
        assert response.status_code == 200
        return response.content.decode()

    def what_if(self, **settings):
        return sandbox.create(
            municipality=self.town, actor=self.coordinator, title="Buren bij elkaar", **settings
        )

    def fields(self, **more):
        """All fields of the page as a browser sends them."""
        weights = {"languages": 3, "interests": 3, "goals": 4, "availability": 3}
        return {
            "title": "Wat als",
            "note": "",
            "floor": "",
            **{code: weights.get(code, 2) for code in CRITERIA.codes()},
            "pair-kind": "pin",
            "pair-household": "",
            "pair-group": "",
            "pair-reason": "",
            **more,
        }

    def pair(self, kind, household):
        return {
            "pair-kind": kind,
            "pair-household": str(household.pk),
            "pair-group": str(self.group.pk),
            "pair-reason": "Zij wonen naast elkaar",
        }


@pytest.fixture
def w():
    return World()


def test_from_a_choice_to_its_outcome_without_javascript(w):
    page = w.client.get(
        w.url("new_what_if"), {"zonder": "1", "huishouden": w.household.pk, "groep": w.group.pk}
    ).content.decode()
    assert BANNER in page
    assert re.search(rf'<option value="{w.household.pk}" selected', page)
    assert re.search(rf'<option value="{w.group.pk}" selected', page)
    assert re.search(r'value="ban"[^>]*checked', page)
    assert not WhatIf.objects.exists()
    response = w.client.post(w.url("new_what_if"), w.fields(do="pair", **w.pair(BAN, w.household)))
    what_if = WhatIf.objects.get()
    assert response.url == w.url("change_what_if", what_if=what_if.pk) + "#paren"
    page = w.text("change_what_if", what_if=what_if.pk)
    assert "Zij wonen naast elkaar" in page
    assert BANNER in page
    # Computing keeps what was changed on the page too.
    response = w.client.post(
        w.url("change_what_if", what_if=what_if.pk), w.fields(do="compute", title="Zonder Wilg", goals=9)
    )
    here = w.url("what_if", what_if=what_if.pk)
    assert response.url == here
    busy = w.client.get(here)
    assert "It is being computed" in busy.content.decode()
    assert busy["Refresh"] == "4"
    sandbox.compute(what_if.pk)
    done = w.client.get(here)
    assert "Refresh" not in done
    page = done.content.decode()
    what_if.refresh_from_db()
    assert (what_if.title, what_if.weights) == ("Zonder Wilg", {"goals": 9})
    assert "With these choices 1 household fewer gets a group." in page
    assert "<bdi>Wilg-1</bdi> would lose <bdi>De Wandelaars</bdi> and stay without a group." in page
    assert "Loses its group" in page
    assert BANNER in page
    # Take the pair away again: the outcome goes with it.
    w.client.post(
        w.url("change_what_if", what_if=what_if.pk),
        w.fields(do=f"away-ban:{w.household.pk}:{w.group.pk}", goals=9),
    )
    what_if.refresh_from_db()
    assert (what_if.bans, what_if.status) == ([], WhatIfStatus.DRAFT)
    assert w.client.get(here).url == w.url("change_what_if", what_if=what_if.pk)


def test_a_pair_that_a_rule_forbids_is_refused_on_the_page_and_nothing_is_saved(w):
    response = w.client.post(w.url("new_what_if"), w.fields(do="pair", **w.pair(PIN, w.other)))
    page = response.content.decode()
    assert "Berk-2 and De Wandelaars cannot be put together." in page
    assert "error-summary" in page
    assert not WhatIf.objects.exists()
    w.client.post(w.url("new_what_if"), w.fields(do="pair", **w.pair(PIN, w.household)))
    assert len(WhatIf.objects.get().pins) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 81},
        {"floor": "1001"},
        {"floor": "-1"},
        {"languages": "11"},
        {"languages": ""},
        {"languages": "drie"},
        dict.fromkeys(CRITERIA.codes(), "0"),
        {"pair-reason": "vergeten wie"},
        {"pair-household": "9b8f1b1e-0000-4000-8000-000000000000", "pair-reason": "x"},
        {"note": "111222333"},
    ],
)
def test_mistakes_are_told_and_nothing_is_saved(w, wrong):
    response = w.client.post(w.url("new_what_if"), w.fields(do="keep", **wrong))
    assert response.status_code == 200
    assert "error-summary" in response.content.decode()
    assert "<title>Error:" in response.content.decode()
    assert not WhatIf.objects.exists()
    assert w.client.post(w.url("new_what_if"), w.fields(do="keep")).status_code == 302


@pytest.mark.parametrize("do", ["away-pin:x", "away-group:-1", "away-", "away-run:1:2"])
def test_a_button_that_does_not_exist_changes_nothing(w, do):
    what_if = w.what_if()
    response = w.client.post(w.url("change_what_if", what_if=what_if.pk), w.fields(do=do))
    assert response.status_code == 400
    fine = w.client.post(w.url("change_what_if", what_if=what_if.pk), w.fields(do="away-group:7"))
    assert fine.status_code == 302


def test_imagining_a_group(w):
    response = w.client.post(w.url("new_what_if"), w.fields(do="group"))
    what_if = WhatIf.objects.get()
    form = w.url("imagine_group", what_if=what_if.pk)
    assert response.url == form
    assert BANNER in w.text("imagine_group", what_if=what_if.pk)
    assert "error-summary" in w.client.post(form, {"name": "", "kind": "welcome"}).content.decode()
    response = w.client.post(
        form,
        {
            "name": "Tigrinya op woensdag",
            "languages": ["nld", "tir"],
            "max_household": "5",
            "child_bands": ["4-11"],
            "availability": ["wed_evening"],
            "part_of_town": "",
            "offers": ["dutch"],
            "interests": [],
            "promises": ["no_pets", "step_free"],
            "wishes": ["evenings_only"],
            "kind": "welcome",
        },
    )
    assert response.url == w.url("change_what_if", what_if=what_if.pk)
    page = w.text("change_what_if", what_if=what_if.pk)
    assert "promises: a place to meet without steps, no pets where we meet" in page
    assert "cannot do without: only evenings and weekends" in page
    assert "Tigrinya op woensdag" in page
    assert "at most 5 people" in page
    sandbox.start(what_if=what_if, actor=w.coordinator)
    sandbox.compute(what_if.pk)
    page = w.text("what_if", what_if=what_if.pk)
    assert "<bdi>Berk-2</bdi> would get <bdi>Tigrinya op woensdag</bdi>." in page
    w.client.post(w.url("change_what_if", what_if=what_if.pk), w.fields(do="away-group:0"))
    what_if.refresh_from_db()
    assert what_if.imaginary == []


@pytest.mark.parametrize(("part", "refused"), [("", True), ("Havenkwartier", False)])
def test_an_imagined_group_that_wants_its_own_part_of_town_says_which(w, part, refused):
    what_if = w.what_if()
    fields = {"name": "Buren", "languages": ["nld"], "max_household": "5", "kind": "welcome"}
    response = w.client.post(
        w.url("imagine_group", what_if=what_if.pk), {**fields, "wishes": ["near"], "part_of_town": part}
    )
    assert (response.status_code == 200) is refused
    assert ("Write down which part of town" in response.content.decode()) is refused
    what_if.refresh_from_db()
    assert len(what_if.imaginary) == (0 if refused else 1)
    # What a group cannot ask of a household, an imagined one cannot either.
    more = {**fields, "wishes": ["women_only"]}
    assert w.client.post(w.url("imagine_group", what_if=what_if.pk), more).status_code == 200


def test_what_a_run_would_give_now_from_the_workbench(w):
    assert w.url("now_or_wait") in w.text("workbench")
    assert "What a run would give now was not computed yet." in w.text("now_or_wait")
    response = w.client.post(w.url("try_now"))
    what_if = WhatIf.objects.get()
    assert response.url == w.url("what_if", what_if=what_if.pk)
    again = w.client.post(w.url("try_now"), follow=True)
    assert "Another try is being computed" in again.content.decode()
    assert WhatIf.objects.count() == 1
    sandbox.compute(what_if.pk)
    assert "1 of the 2 households that are ready would get a group." in w.text("what_if", what_if=what_if.pk)
    page = w.text("now_or_wait")
    assert "When it was last computed, 1 of 2 households got a group:" in page
    assert "Match now, or wait a round?" in page
    assert not Match.objects.exists()


def test_nothing_here_leads_to_an_approval(w):
    what_if = w.what_if()
    sandbox.add_pair(
        what_if=what_if, actor=w.coordinator, kind=PIN, household=w.household, group=w.group, reason="x"
    )
    sandbox.start(what_if=what_if, actor=w.coordinator)
    sandbox.compute(what_if.pk)
    before = list(Match.objects.values_list("pk", "status"))
    for name in ("what_ifs", "new_what_if"):
        page = w.text(name)
        assert BANNER in page
        assert "goedkeuren" not in page
    for name in ("what_if", "change_what_if", "imagine_group"):
        page = w.text(name, what_if=what_if.pk)
        assert BANNER in page
        assert "goedkeuren" not in page
    # Its id is no proposal.
    for name in ("approve", "set_aside", "proposal"):
        assert w.client.post(w.url(name, proposal=what_if.pk)).status_code in (404, 405)
    assert list(Match.objects.values_list("pk", "status")) == before
    assert not Match.objects.filter(status=MatchStatus.PROPOSED).exists()


def test_computing_again_and_removing(w):
    what_if = factories.what_if(w.town, status="failed", result=None, comparison=None)
    assert "It could not be computed" in w.text("what_if", what_if=what_if.pk)
    w.client.post(w.url("start_what_if", what_if=what_if.pk))
    sandbox.compute(what_if.pk)
    what_if.refresh_from_db()
    assert what_if.status == WhatIfStatus.DONE
    assert w.client.post(w.url("remove_what_if", what_if=what_if.pk)).url == w.url("what_ifs")
    assert not WhatIf.objects.exists()
    assert "Nothing tried yet" in w.text("what_ifs")


def test_people_of_another_town_are_not_in_the_lists(w):
    elsewhere = factories.municipality()
    stranger = factories.household(elsewhere, code_name="Vreemd-9")
    page = w.text("new_what_if")
    assert "Wilg-1" in page
    assert "Vreemd-9" not in page
    response = w.client.post(w.url("new_what_if"), w.fields(do="pair", **w.pair(BAN, stranger)))
    assert "This household is not free now." in response.content.decode()


def test_groups_of_open_neighbours_are_in_the_list_by_name_and_town_unless_somebody_else_has_them(w):
    there = factories.municipality()
    lent, promised = factories.group(there, name="De Vijvers"), factories.group(there, name="De Slootjes")
    factories.match(promised, factories.household(there))
    assert "De Vijvers" not in w.text("new_what_if")
    factories.opened(w.town, there)
    page = w.text("new_what_if")
    assert f"De Vijvers, {there.name}" in page
    assert "De Slootjes" not in page
    w.group = lent
    w.client.post(w.url("new_what_if"), w.fields(do="pair", **w.pair("pin", w.household)))
    what_if = WhatIf.objects.get()
    assert what_if.pins[0]["group"] == str(lent.pk)
    text = w.text("change_what_if", what_if=what_if.pk)
    assert f"<bdi>De Vijvers</bdi>, <bdi>{there.name}</bdi>" in text


@pytest.fixture
def queries_of(monkeypatch, w):
    """Queries of a page without the number in the menu, which belongs to all rooms together."""
    monkeypatch.setattr(worklist, "_counts", [])

    def count(name, **kwargs):
        w.text(name, **kwargs)  # what is cached for good does not count
        with CaptureQueriesContext(connection) as caught:
            w.text(name, **kwargs)
        return len(caught)

    return count


def test_pages_ask_the_same_number_of_queries_for_one_and_for_three(w, queries_of):
    def filled(number):
        what_if = w.what_if(weights={"goals": 9}, floor=1)
        for place in range(number):
            sandbox.add_pair(
                what_if=what_if,
                actor=w.coordinator,
                kind=BAN,
                household=factories.household(w.town),
                group=factories.group(w.town),
                reason=f"reden {place}",
            )
            sandbox.add_group(
                what_if=what_if, actor=w.coordinator, group=ImaginaryGroup(place=0, name=f"Groep x{place}")
            )
        sandbox.start(what_if=what_if, actor=w.coordinator)
        sandbox.compute(what_if.pk)
        return what_if

    def all_pages(what_if):
        pages = {name: queries_of(name) for name in ("what_ifs", "workbench", "now_or_wait")}
        return pages | {name: queries_of(name, what_if=what_if.pk) for name in ("what_if", "change_what_if")}

    one = all_pages(filled(1))
    filled(2)
    three = all_pages(filled(3))
    assert one == three
    assert one == {"what_ifs": 5, "workbench": 8, "now_or_wait": 13, "what_if": 7, "change_what_if": 10}
