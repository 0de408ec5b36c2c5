"""What a coordinator sees and does, through the pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from municipalities import worklist
from municipalities.enums import StaffRole
from newcomers.domain.disclosure import open_grants, reveal
from newcomers.enums import HouseholdStatus
from newcomers.models import Consent, Household
from samenhier.audit.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db

NEW = {
    "calling_name": "CNRY-name ተስፋይ",
    "channel": "phone",
    "contact": "06 1234 5678",
    "language": "ar",
    "adults": "2",
    "children_4_11": "2",
    "spoken_1": "tir",
    "level_1": "fluent",
    "part_of_town": "Assendorp",
}
CARD = {
    **{
        name: NEW[name]
        for name in ("language", "adults", "children_4_11", "spoken_1", "level_1", "part_of_town")
    },
    "goals": ["dutch"],
    "interests": ["football"],
    "wishes": ["no_pets"],
    "availability": ["wed_evening"],
}


@pytest.fixture
def signed_in(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def household(town):
    return factories.household(town, urgency=1, urgency_reason="school")


def page(name: str, household: Household) -> str:
    return reverse(f"newcomers:{name}", kwargs={"slug": "zwolle", "household": household.pk})


LIST = "/gemeente/zwolle/nieuwkomers/"


def queries_of(client, url: str, town) -> int:
    """How many queries a page costs, without those of the number in the menu (every room adds one there)."""
    client.get(url)
    with CaptureQueriesContext(connection) as menu:
        worklist.pressing(town)
    with CaptureQueriesContext(connection) as whole:
        assert client.get(url).status_code == 200
    return len(whole) - len(menu)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_has_no_names_and_a_fixed_number_of_queries(signed_in, town, number):
    for _ in range(number):
        factories.household(town)
    text = signed_in.get(LIST).content.decode()
    assert text.count("Linde-") == number
    assert "CNRY-household" not in text
    # session, user, roles, second factor; count, rows
    assert queries_of(signed_in, LIST, town) == 6


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_a_household_has_a_fixed_number_of_queries(
    signed_in, coordinator, town, household, number
):
    for _ in range(number):
        reveal(viewer=coordinator, household=household, reason="contact")
    # session, user, roles, second factor; household, consents, group, cards alike, sealed, events, names
    assert queries_of(signed_in, page("detail", household), town) == 11


def test_a_card_that_gives_a_family_away_says_so_until_enough_are_alike(signed_in, town):
    household = factories.household(town, adults=2, children={"0-3": 1})
    factories.household(town, adults=2, children={"0-3": 2})
    factories.household(factories.municipality(), adults=2, children={"0-3": 1})

    def says():
        return " ".join(signed_in.get(page("detail", household)).content.decode().split())

    assert f"Geen ander huishouden in {town.name} heeft dezelfde mensen en talen" in says()
    for others in range(1, 4):
        factories.household(town, adults=2, children={"0-3": 1}, status="closed")
        assert f"{others} ander" in says()
    factories.household(town, adults=2, children={"0-3": 1})
    assert "kan hen herkennen" not in says()


def test_a_household_with_a_group_is_not_warned_any_more(signed_in, town):
    household, alone = factories.household(town), factories.household(town, adults=7)
    group = factories.group(town)
    match = factories.match(group, household, status="active")
    open_grants(household=household, readers=[group.members.first().user], match_id=match.pk, actor=None)
    assert "kan hen herkennen" not in signed_in.get(page("detail", household)).content.decode()
    assert "kan hen herkennen" in signed_in.get(page("detail", alone)).content.decode()


def test_the_list_filters_on_status_and_ignores_nonsense(signed_in, town):
    factories.household(town, status="registered", code_name="Els-1")
    factories.household(town, code_name="Els-2")
    assert "Els-2" not in signed_in.get(LIST + "?status=registered").content.decode()
    for nonsense in ("x", "%00", "' OR 1=1", "<script>"):
        response = signed_in.get(LIST, {"status": nonsense, "page": nonsense})
        assert response.status_code == 200
        assert "Els-1" in response.content.decode()


def test_an_empty_list_says_what_happens_next(signed_in, town):
    assert reverse("newcomers:register", kwargs={"slug": "zwolle"}) in signed_in.get(LIST).content.decode()


def test_from_registering_to_ready(signed_in, town, coordinator):
    response = signed_in.post(LIST + "nieuw/", {**NEW, "email": "tsegay@voorbeeld.example"})
    household = Household.objects.get()
    assert response.url == page("consent", household)
    assert (household.code_name in signed_in.get(response.url).content.decode()) is True
    assert household.children == {"4-11": 2}

    response = signed_in.post(
        page("consent", household),
        {"how": "interpreter", "said_yes": "on", "language": "ar", "version": "2026-1"},
    )
    assert response.url == page("card", household)
    consent = Consent.objects.get()
    assert (consent.language, consent.how, consent.recorded_by) == ("ar", "interpreter", coordinator)

    response = signed_in.post(page("card", household), CARD)
    assert response.url == page("detail", household)

    signed_in.post(page("ready", household))
    household.refresh_from_db()
    assert household.status == HouseholdStatus.READY
    assert household.goals == ["dutch"]


def test_the_page_never_shows_the_name_until_it_is_asked_for(signed_in, household):
    for name in (
        "detail",
        "card",
        "reveal",
        "identity",
        "urgency",
        "consent",
        "pause",
        "withdraw",
        "close",
        "erase",
    ):
        text = signed_in.get(page(name, household)).content.decode()
        assert "CNRY-household" not in text, name
    assert not AuditEvent.objects.filter(action="household.revealed").exists()


def test_name_and_contact_are_shown_for_one_view_and_written_down(signed_in, household, coordinator):
    response = signed_in.post(page("reveal", household), {"reason": "contact"})

    assert "CNRY-household" in response.content.decode()
    assert response["Cache-Control"] == "no-store, private"
    event = AuditEvent.objects.get(action="household.revealed")
    assert (event.actor_id, event.actor_role, event.reason) == (coordinator.pk, "coordinator", "contact")
    assert "CNRY-household" not in signed_in.get(page("reveal", household)).content.decode()
    # Who looked is on the page of the household.
    assert "Samira" in signed_in.get(page("detail", household)).content.decode()


@pytest.mark.parametrize("reason", ["", "curious", "own", "introduced", "\x00", "<script>"])
def test_no_reason_no_name(signed_in, household, reason):
    response = signed_in.post(page("reveal", household), {"reason": reason})
    assert response.status_code == 200
    assert "CNRY-household" not in response.content.decode()
    assert not AuditEvent.objects.filter(action="household.revealed").exists()


def test_a_new_name_replaces_the_old_one_unseen(signed_in, household, coordinator):
    signed_in.post(
        page("identity", household),
        {"calling_name": "Mina", "channel": "email", "contact": "m@voorbeeld.example"},
    )
    assert reveal(viewer=coordinator, household=household, reason="correct").calling_name == "Mina"
    assert AuditEvent.objects.filter(action="household.identity_changed").count() == 1


@pytest.mark.parametrize(
    ("step", "status"),
    [("pause", "paused"), ("withdraw", "withdrawn"), ("close", "closed"), ("erase", "closed")],
)
def test_a_step_is_asked_first_and_done_on_yes(signed_in, household, step, status):
    assert signed_in.get(page(step, household)).status_code == 200
    household.refresh_from_db()
    assert household.status == HouseholdStatus.READY

    response = signed_in.post(page(step, household), follow=True)

    household.refresh_from_db()
    assert household.status == status
    assert response.status_code == 200


def test_a_refused_step_says_why(signed_in, household):
    signed_in.post(page("pause", household))
    response = signed_in.post(page("pause", household), follow=True)
    assert "notice--error" in response.content.decode()
    signed_in.post(page("resume", household))
    household.refresh_from_db()
    assert household.status == HouseholdStatus.READY


def test_an_erased_household_offers_nothing_more(signed_in, household):
    signed_in.post(page("erase", household))
    text = signed_in.get(page("detail", household)).content.decode()
    assert page("reveal", household) not in text
    assert page("card", household) not in text
    assert signed_in.get(page("reveal", household)).status_code == 302


def test_a_household_elsewhere_does_not_exist(signed_in):
    foreign = factories.household(factories.municipality())
    for name in ("detail", "card", "reveal", "identity", "urgency", "consent", "pause", "withdraw", "erase"):
        assert signed_in.get(page(name, foreign)).status_code == 404
        assert signed_in.post(page(name, foreign), {"reason": "contact"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.status == HouseholdStatus.READY


@pytest.mark.parametrize("role", [StaffRole.BUILDER, StaffRole.VIEWER])
def test_other_staff_may_not_enter(client, town, role, household):
    client.force_login(factories.staff(role, town))
    assert client.get(LIST).status_code == 403
    assert client.post(page("reveal", household), {"reason": "contact"}).status_code == 403


# -- what people type -----------------------------------------------------------------------------------

HOSTILE = [
    "",
    "   ",
    "x" * 5000,
    "<script>alert(1)</script>",
    "\"'; DROP TABLE newcomers_household; --",
    "a\x00b",
    "a\u202eb",
    "{{ 7*7 }}{% debug %}",
    "111222333",
    "آمينة بنت محمد",
    "ተስፋይ ገብረመስቀል",
    "😀" * 90,
    "%s%(x)s%n",
]


@pytest.mark.no_cover
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["calling_name", "part_of_town"])
def test_registering_with_strange_input_blames_that_field_only(signed_in, town, field, text):
    typed = {**NEW, field: text}
    response = signed_in.post(LIST + "nieuw/", typed)
    assert response.status_code in (200, 302)
    if response.status_code == 302:
        assert signed_in.get(page("detail", Household.objects.get())).status_code == 200
        return
    assert not Household.objects.exists()
    assert set(response.context["form"].errors) == {field}


@pytest.mark.parametrize("field", ["calling_name", "channel", "contact", "language", "adults"])
def test_what_is_needed_has_its_own_message(signed_in, town, field):
    form = signed_in.post(LIST + "nieuw/", {**NEW, field: ""}).context["form"]
    assert set(form.errors) == {field}


@pytest.mark.parametrize(
    ("field", "value"),
    [("part_of_town", "111222333"), ("calling_name", "111 222 333"), ("referred_by", "bsn 111.222.333")],
)
def test_a_bsn_is_refused(signed_in, town, field, value):
    response = signed_in.post(LIST + "nieuw/", {**NEW, field: value})
    assert field in response.context["form"].errors
    assert "BSN" in str(response.context["form"].errors[field])


def test_a_language_needs_a_level_and_comes_once(signed_in, town):
    response = signed_in.post(
        LIST + "nieuw/", {**NEW, "spoken_2": "eng", "spoken_3": "tir", "level_3": "basic"}
    )
    assert set(response.context["form"].errors) == {"level_2", "spoken_3"}


def test_an_address_with_an_account_is_refused_at_its_field(signed_in, town):
    volunteer = factories.user()
    response = signed_in.post(LIST + "nieuw/", {**NEW, "email": volunteer.email})
    assert set(response.context["form"].errors) == {"email"}
    assert not Household.objects.exists()


def test_consent_needs_a_yes_and_the_text_that_was_shown(signed_in, town):
    household = factories.household(town, status="registered")
    good = {"how": "phone", "said_yes": "on", "language": "nl", "version": "2026-1"}
    for change in ({"said_yes": ""}, {"version": "2025-1"}, {"how": "online"}, {"language": "xx"}):
        response = signed_in.post(page("consent", household), {**good, **change})
        assert response.status_code == 200
        assert response.context["form"].errors
    assert not Consent.objects.exists()


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_the_text_is_shown_in_the_chosen_language(signed_in, household, language):
    html = signed_in.get(page("consent", household) + f"?taal={language}").content.decode()
    direction = "rtl" if language == "ar" else "ltr"
    assert f'lang="{language}" dir="{direction}"' in html


def test_urgency_is_saved_with_a_reason(signed_in, household):
    response = signed_in.post(page("urgency", household), {"urgency": "3", "reason": ""})
    assert "reason" in response.context["form"].errors
    signed_in.post(page("urgency", household), {"urgency": "3", "reason": "huis komt snel vrij"})
    household.refresh_from_db()
    assert (household.urgency, household.urgency_reason) == (3, "huis komt snel vrij")


def test_a_household_is_found_by_a_part_of_its_code_name(signed_in, town):
    factories.household(town, code_name="Linde-7", status="closed")
    factories.household(town, code_name="Eik-9")
    found = signed_in.get(LIST, {"q": "linde", "status": "ready"}).content.decode()
    assert "Linde-7" in found
    assert "Eik-9" not in found
    for nobody in ("%", "'; --"):
        assert "Eik-9" not in signed_in.get(LIST, {"q": nobody}).content.decode()
    # What no name can hold is no question.
    for nothing in ("", "x" * 61, "\x00"):
        everybody = signed_in.get(LIST, {"q": nothing}).content.decode()
        assert "Linde-7" in everybody
        assert "Eik-9" in everybody
