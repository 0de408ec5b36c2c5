"""What counts in matching: the national coordinator's numbers, their bounds, and the way back."""

from dataclasses import asdict

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from matches.domain.pool import policy_weights
from matches.engine.scoring import MAX_WAITING_CAP, MAX_WEIGHT, Weights
from municipalities import weights
from municipalities.domain.onboarding import change_policy
from municipalities.models import Policy
from samenhier.audit.models import AuditEvent
from samenhier.core.reference import CRITERIA
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return factories.municipality()


@pytest.fixture
def national(client):
    person = factories.staff("national")
    client.cookies["django_language"] = "en"
    client.force_login(person)
    return person


def address(town, name="edit_weights"):
    return reverse(f"municipalities:{name}", kwargs={"slug": town.slug})


def stored(town) -> dict[str, int]:
    return Policy.objects.get(municipality=town).weights


DEFAULTS = {code: str(value) for code, value in weights.DEFAULTS.items()}


def test_the_defaults_and_bounds_are_those_of_the_engine():
    assert asdict(Weights()) == weights.DEFAULTS
    assert set(weights.HIGHEST) == set(weights.DEFAULTS)
    assert {weights.HIGHEST[code] for code in CRITERIA.codes()} == {MAX_WEIGHT}
    assert weights.HIGHEST["waiting_cap"] == MAX_WAITING_CAP
    Weights(**weights.HIGHEST)
    for code, highest in weights.HIGHEST.items():
        with pytest.raises(ValueError, match=code):
            Weights(**{code: highest + 1})


def test_a_municipality_counts_otherwise_and_goes_back(client, national, town):
    assert client.post(address(town), {**DEFAULTS, "languages": "10", "waiting_cap": "0"}).url == address(
        town, "policy"
    )
    assert stored(town) == {"languages": 10, "waiting_cap": 0}
    used = policy_weights(Policy.objects.get(municipality=town))
    assert used == Weights(languages=10, waiting_cap=0)
    page = client.get(address(town, "policy")).content.decode()
    assert "10 (default 3)" in page
    assert "0 (default 150)" in page
    client.post(address(town), {"defaults": "1"})
    assert stored(town) == {}
    first, second = AuditEvent.objects.filter(action="policy.changed").order_by("id")
    assert (first.actor_id, first.fields) == (national.pk, ["weights"])
    changes = [(one.detail["before"], one.detail["after"]) for one in (first, second)]
    own = {"weights": {"languages": 10, "waiting_cap": 0}}
    assert changes == [({"weights": {}}, own), (own, {"weights": {}})]


def test_the_defaults_are_shown_and_saving_them_changes_nothing(client, national, town):
    page = client.get(address(town)).content.decode()
    assert 'name="goals" value="4"' in page
    assert "Default: 4." in page
    client.post(address(town), DEFAULTS)
    assert stored(town) == {}
    assert not AuditEvent.objects.filter(action="policy.changed").exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"languages": "11"}, "Fill in a number of 10 or less."),
        ({"languages": "-1"}, "Fill in a number of 0 or more."),
        ({"languages": "2.5"}, "Fill in a whole number"),
        ({"languages": ""}, "Fill in a number"),
        ({"languages": "veel"}, "Fill in a whole number"),
        ({"waiting_per_week": "51"}, "Fill in a number of 50 or less."),
        ({"waiting_cap": "501"}, "Fill in a number of 500 or less."),
        (dict.fromkeys(CRITERIA.codes(), "0"), "Let at least one thing count"),
    ],
)
def test_what_the_engine_would_not_take_is_refused_and_stays_on_the_page(client, national, town, typed, said):
    response = client.post(address(town), {**DEFAULTS, **typed, "goals": typed.get("goals", "7")})
    page = response.content.decode()
    assert response.status_code == 200
    assert said in page
    assert f'name="goals" value="{typed.get("goals", "7")}"' in page
    assert stored(town) == {}


def test_one_criterion_alone_is_enough(client, national, town):
    alone = {**DEFAULTS, **dict.fromkeys(CRITERIA.codes(), "0"), "goals": "1"}
    assert client.post(address(town), alone).status_code == 302
    assert policy_weights(Policy.objects.get(municipality=town)).of_criteria().tolist() == [
        int(code == "goals") for code in CRITERIA.codes()
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        {"languages": 11},
        {"languages": True},
        {"languages": "3"},
        {"languages": 2.0},
        {"religion": 3},
        dict.fromkeys(CRITERIA.codes(), 0),
        [],
        "x",
    ],
)
def test_the_domain_has_the_last_word(town, hostile):
    policy = Policy.objects.get(municipality=town)
    with pytest.raises(ValidationError):
        change_policy(policy=policy, actor=factories.staff("national"), weights=hostile)
    assert stored(town) == {}


@pytest.mark.parametrize("role", ["coordinator", "viewer", "builder"])
def test_only_the_national_coordinator_changes_it(client, town, role):
    client.force_login(factories.staff(role, town))
    assert client.post(address(town), {**DEFAULTS, "languages": "9"}).status_code == 403
    assert stored(town) == {}
