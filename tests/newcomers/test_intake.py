"""Registering a household, its consent, its card, and setting it ready."""

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from newcomers import code_names
from newcomers.domain import intake
from newcomers.domain.disclosure import reveal
from newcomers.enums import Channel, ConsentHow, HouseholdStatus, Urgency
from newcomers.models import Consent, Household
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict, DomainError, TransitionRefused
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.newcomers.conftest import CARD

pytestmark = pytest.mark.django_db


def actions(household: Household) -> list[str]:
    return list(
        AuditEvent.objects.filter(subject_id=household.pk).order_by("id").values_list("action", flat=True)
    )


def test_a_household_is_registered_under_a_code_name(register, coordinator, town):
    household = register()

    word, _dash, number = household.code_name.rpartition("-")
    assert word in code_names.WORDS
    assert number.isdecimal()
    assert household.status == HouseholdStatus.REGISTERED
    assert household.municipality == town
    assert household.goals == ["dutch", "school"]
    assert household.user is None
    assert actions(household) == ["household.registered"]
    assert not OutgoingMessage.objects.exists()


def test_name_and_contact_are_nowhere_in_the_clear(register):
    register()
    tables = [
        "newcomers_household",
        "newcomers_householdidentity",
        "audit_auditevent",
        "newcomers_householdkey",
    ]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            dump = cursor.fetchone()[0]
            assert "CNRY" not in dump, table
            assert "612345678" not in dump, table


def test_code_names_are_unique_in_a_municipality_only(register):
    register(code_name="Linde-7")
    with pytest.raises(Conflict):
        register(code_name="Linde-7")
    elsewhere = factories.municipality()
    assert register(code_name="Linde-7", municipality=elsewhere).code_name == "Linde-7"


def test_an_address_makes_an_account_and_a_mail_in_the_own_language(register):
    household = register(email=" Amina@Voorbeeld.example ", language="ar")

    assert household.user is not None
    assert household.user.email == "amina@voorbeeld.example"
    assert household.user.language == "ar"
    assert household.user.name == ""
    assert not household.user.has_usable_password()
    message = OutgoingMessage.objects.get()
    assert (message.kind, message.language, message.recipient) == ("newcomers.welcome", "ar", household.user)


@pytest.mark.parametrize("role", ["coordinator", "volunteer", "newcomer"])
def test_an_existing_account_is_never_taken_over(register, town, role):
    if role == "coordinator":
        person = factories.staff("coordinator", town)
    elif role == "volunteer":
        person = factories.user()
    else:
        person = factories.household(town).user
    before = Household.objects.count()

    with pytest.raises(Conflict, match="e-mail"), transaction.atomic():
        register(email=person.email.upper())

    assert Household.objects.count() == before
    assert not Household.objects.filter(user=person).exclude(code_name__startswith="Linde").exists()


@pytest.mark.parametrize("proved", [True, False])
def test_a_second_address_of_somebody_is_an_account_once_it_is_proved(register, proved):
    person = factories.user()
    EmailAddress.objects.create(user=person, email="tweede@voorbeeld.example", verified=proved)
    if proved:
        with pytest.raises(Conflict, match="e-mail"), transaction.atomic():
            register(email="tweede@voorbeeld.example")
        assert not Household.objects.exists()
    else:
        assert register(email="tweede@voorbeeld.example").user not in (person, None)


@pytest.mark.parametrize(
    ("channel", "typed", "kept"),
    [
        (Channel.PHONE, "06 - 1234 5678", "0612345678"),
        (Channel.WHATSAPP, "+٣١ ٦ ١٢٣٤٥٦٧٨", "+31612345678"),
        (Channel.EMAIL, " amina@voorbeeld.example ", "amina@voorbeeld.example"),
    ],
)
def test_contacts_are_tidied(register, coordinator, channel, typed, kept):
    household = register(channel=channel, contact=typed)
    assert reveal(viewer=coordinator, household=household, reason="contact").contact == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"contact": "bel maar"},
        {"contact": ""},
        {"channel": Channel.EMAIL, "contact": "0612345678"},
        {"calling_name": "   "},
        {"calling_name": "x" * 81},
        {"calling_name": "Amina\x00"},
        {"calling_name": "Amina\u202egnp"},
        {"part_of_town": "BSN 111222333"},
        {"referred_by": "BSN 111.222.333"},
        {"adults": 0},
        {"languages": [{"code": "arb", "level": "fluent"}] * 2},
        {"email": "geen adres"},
    ],
)
def test_what_does_not_fit_is_refused_in_words(register, changes):
    with pytest.raises(DomainError), transaction.atomic():
        register(**changes)
    assert not Household.objects.exists()
    assert not User.objects.filter(household__isnull=False).exists()


@pytest.mark.parametrize("name", ["Tsegay ተስፋይ", "Amina آمينة", 'O\'Brien "x" <script>', "مریم‌سادات", "Ó"])
def test_names_of_any_script_come_back_as_given(register, coordinator, name):
    household = register(calling_name=name)
    assert reveal(viewer=coordinator, household=household, reason="contact").calling_name == name


# -- consent --------------------------------------------------------------------------------------------


def test_consent_is_recorded_with_text_language_and_way(register, coordinator):
    household = register(email="amina@voorbeeld.example")

    consent = intake.record_consent(
        household=household, actor=coordinator, how=ConsentHow.INTERPRETER, language="ar"
    )

    household.refresh_from_db()
    assert household.status == HouseholdStatus.CONSENTED
    assert (consent.version, consent.language, consent.how) == ("2026-1", "ar", "interpreter")
    assert consent.recorded_by == coordinator
    assert len(consent.text_sha256) == 64
    # The newcomer hears of a yes that somebody else wrote down.
    assert (
        OutgoingMessage.objects.filter(kind="newcomers.consent_recorded", recipient=household.user).count()
        == 1
    )


def test_the_same_yes_twice_is_one(register, coordinator):
    household = register()
    first = intake.record_consent(household=household, actor=coordinator, how="phone", language="nl")
    second = intake.record_consent(household=household, actor=coordinator, how="in_person", language="ar")
    assert first == second
    assert Consent.objects.count() == 1


def test_only_the_newcomer_says_yes_online(register, coordinator):
    household = register(email="amina@voorbeeld.example")
    with pytest.raises(DomainError):
        intake.record_consent(household=household, actor=coordinator, how="online", language="nl")
    with pytest.raises(DomainError):
        intake.record_consent(household=household, actor=household.user, how="phone", language="nl")

    intake.record_consent(household=household, actor=household.user, how="online", language="nl")

    assert not OutgoingMessage.objects.filter(kind="newcomers.consent_recorded").exists()


def test_a_newer_text_replaces_the_older_yes(town, coordinator):
    household = factories.household(town, status=HouseholdStatus.REGISTERED)
    Household.objects.filter(pk=household.pk).update(status="ready", ready_since=timezone.now())
    older = Consent.objects.create(
        municipality=town,
        household=household,
        purpose="participation",
        version="2025-1",
        text_sha256="0" * 64,
        language="nl",
        how="phone",
    )

    newer = intake.record_consent(household=household, actor=coordinator, how="phone", language="nl")

    older.refresh_from_db()
    household.refresh_from_db()
    assert older.withdrawn_at is not None
    assert list(Consent.objects.in_force()) == [newer]
    assert household.status == HouseholdStatus.READY


@pytest.mark.parametrize(
    "change", ["version = 'x'", "language = 'en'", "withdrawn_at = now() + interval '1 day'"]
)
def test_the_database_keeps_consents_as_they_were(register, coordinator, change):
    household = register()
    intake.record_consent(household=household, actor=coordinator, how="phone", language="nl")
    intake.withdraw(household=household, actor=coordinator)
    with (
        pytest.raises(DatabaseError, match="only added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE newcomers_consent SET {change}")


def test_the_database_keeps_consents_from_being_removed(register, coordinator):
    household = register()
    intake.record_consent(household=household, actor=coordinator, how="phone", language="nl")
    Consent.objects.all().delete()
    with pytest.raises(DatabaseError, match="only added"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# -- ready, urgency, card -------------------------------------------------------------------------------


def test_a_household_is_ready_with_consent_and_a_full_card(register, coordinator):
    household = register()
    with pytest.raises(TransitionRefused):
        intake.set_ready(household=household, actor=coordinator)
    intake.record_consent(household=household, actor=coordinator, how="in_person", language="ar")

    ready = intake.set_ready(household=household, actor=coordinator)

    assert ready.status == HouseholdStatus.READY
    assert ready.ready_since is not None
    assert actions(household)[-1] == "household.ready"
    with pytest.raises(TransitionRefused):
        intake.set_ready(household=household, actor=coordinator)


@pytest.mark.parametrize("empty", ["languages", "goals", "availability"])
def test_a_card_that_misses_something_is_not_ready(register, coordinator, empty):
    household = register(**{empty: []})
    intake.record_consent(household=household, actor=coordinator, how="in_person", language="ar")
    with pytest.raises(DomainError, match=":"):
        intake.set_ready(household=household, actor=coordinator)


def test_urgency_needs_a_reason(register, coordinator):
    household = register()
    with pytest.raises(DomainError):
        intake.set_urgency(household=household, actor=coordinator, urgency=Urgency.URGENT, reason=" ")
    with pytest.raises(DomainError):
        intake.set_urgency(household=household, actor=coordinator, urgency=1, reason="BSN 111222333")

    household = intake.set_urgency(household=household, actor=coordinator, urgency=2, reason="school begint")
    assert (household.urgency, household.urgency_reason) == (2, "school begint")

    household = intake.set_urgency(household=household, actor=coordinator, urgency=0, reason="school begint")
    assert (household.urgency, household.urgency_reason) == (0, "")


def test_the_trail_keeps_which_fields_changed_not_what_they_held(register, coordinator):
    household = register()

    intake.update_card(
        household=household, actor=coordinator, **{**CARD, "part_of_town": "CNRY-part", "adults": 3}
    )

    event = AuditEvent.objects.get(action="household.card_changed")
    assert sorted(event.fields) == ["adults", "part_of_town"]
    assert "CNRY" not in str(event.detail) + event.reason
    household.refresh_from_db()
    assert (household.adults, household.part_of_town) == (3, "CNRY-part")


def test_an_unchanged_card_leaves_no_trace(register, coordinator):
    household = register()
    intake.update_card(household=household, actor=coordinator, **CARD)
    assert not AuditEvent.objects.filter(action="household.card_changed").exists()


def test_a_waiting_household_keeps_enough_on_its_card(town, coordinator):
    household = factories.household(town)
    with pytest.raises(DomainError):
        intake.update_card(household=household, actor=coordinator, goals=[])
    household.refresh_from_db()
    assert household.goals == ["dutch", "people"]


def test_the_language_of_the_account_follows(register, coordinator):
    household = register(email="amina@voorbeeld.example", language="ar")
    intake.update_card(household=household, actor=coordinator, language="en")
    assert User.objects.get(pk=household.user.pk).language == "en"


def test_unknown_codes_are_a_fault(register, coordinator):
    household = register()
    with pytest.raises(ValueError, match="list of goals"):
        intake.update_card(household=household, actor=coordinator, goals=["religion"])
    with pytest.raises(TypeError):
        intake.update_card(household=household, actor=coordinator, nationality="x")


def test_identity_can_be_corrected(register, coordinator):
    household = register()
    intake.update_identity(
        household=household,
        actor=coordinator,
        calling_name="Mina",
        channel="email",
        contact="m@voorbeeld.example",
    )
    identity = reveal(viewer=coordinator, household=household, reason="correct")
    assert (identity.calling_name, identity.channel) == ("Mina", Channel.EMAIL)
    event = AuditEvent.objects.get(action="household.identity_changed")
    assert "Mina" not in f"{event.detail}{event.fields}{event.reason}"
