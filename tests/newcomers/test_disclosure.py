"""Who may open the sealed part, and what is written down when they do."""

import ast
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.utils import timezone

from municipalities.enums import StaffRole
from municipalities.models import StaffMembership
from newcomers.domain.disclosure import NotDisclosed, close_grants, open_grants, reveal
from newcomers.domain.intake import withdraw
from newcomers.enums import HouseholdStatus
from newcomers.models import DisclosureGrant
from newcomers.models.identity import HouseholdIdentity
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def household(town):
    return factories.household(town)


def readings() -> list[tuple[str, str, list[str]]]:
    rows = AuditEvent.objects.filter(action="household.revealed").order_by("id")
    return [(row.actor_role, row.reason, row.fields) for row in rows]


def test_a_coordinator_of_the_municipality_may_read_with_a_reason(household, coordinator):
    identity = reveal(viewer=coordinator, household=household, reason="contact")

    assert identity.calling_name.startswith("CNRY-household")
    assert identity.contact.startswith("CNRY-household")
    assert readings() == [("coordinator", "contact", ["calling_name", "contact"])]
    assert "CNRY" not in repr(identity)
    with pytest.raises(TypeError):
        reveal(viewer=coordinator, household=household, reason="")


def test_the_newcomer_reads_their_own(household):
    assert reveal(viewer=household.user, household=household, reason="own").calling_name
    assert readings()[0][0] == "newcomer"


def everyone_else(town):
    other = factories.municipality()
    ended = factories.staff(StaffRole.COORDINATOR, town)
    StaffMembership.objects.filter(user=ended).update(ended_at="2026-01-01T00:00:00Z")
    gone = factories.staff(StaffRole.COORDINATOR, town)
    gone.is_active = False
    gone.save()
    return {
        "volunteer": factories.user(),
        "coordinator of another town": factories.staff(StaffRole.COORDINATOR, other),
        "builder without a match": factories.staff(StaffRole.BUILDER, town),
        "viewer": factories.staff(StaffRole.VIEWER, town),
        "national coordinator": factories.staff(StaffRole.NATIONAL),
        "operator": factories.staff(StaffRole.OPERATOR),
        "another newcomer": factories.household(town).user,
        "coordinator whose work ended": ended,
        "coordinator whose account is closed": gone,
    }


def test_everyone_else_is_refused(household, town):
    for who, person in everyone_else(town).items():
        with pytest.raises(NotDisclosed):
            reveal(viewer=person, household=household, reason="contact")
        assert readings() == [], who
    assert issubclass(NotDisclosed, Http404)
    assert issubclass(NotDisclosed, DomainError)


def test_a_grant_opens_for_member_and_builder_until_it_closes(household, town, coordinator):
    member, builder = factories.user(), factories.staff(StaffRole.BUILDER, town)
    match_id = uuid4()

    open_grants(household=household, readers=[member, builder], match_id=match_id, actor=coordinator)

    for person in (member, builder):
        assert reveal(viewer=person, household=household, reason="introduced").contact
    assert [role for role, _reason, _fields in readings()] == ["member", "builder"]
    assert close_grants(because="ended", match_id=match_id) == 2
    for person in (member, builder):
        with pytest.raises(NotDisclosed):
            reveal(viewer=person, household=household, reason="introduced")
    assert set(DisclosureGrant.objects.values_list("closed_because", flat=True)) == {"ended"}
    assert AuditEvent.objects.filter(action="household.grants_closed", subject_id=household.pk).count() == 1


def test_a_builder_who_stops_working_here_reads_nothing_more(household, town, coordinator):
    builder = factories.staff(StaffRole.BUILDER, town)
    open_grants(household=household, readers=[builder], match_id=uuid4(), actor=coordinator)

    StaffMembership.objects.filter(user=builder).update(ended_at=timezone.now())

    with pytest.raises(NotDisclosed):
        reveal(viewer=builder, household=household, reason="contact")


def test_opening_twice_gives_one_grant_and_a_new_match_replaces_an_old_grant(household, coordinator):
    member, match_id, later = factories.user(), uuid4(), uuid4()
    for _ in range(2):
        open_grants(household=household, readers=[member, member], match_id=match_id, actor=coordinator)
    assert DisclosureGrant.objects.count() == 1

    open_grants(household=household, readers=[member], match_id=later, actor=coordinator)

    assert [(grant.match_id) for grant in DisclosureGrant.objects.open()] == [later]
    assert DisclosureGrant.objects.count() == 2


def test_a_member_who_leaves_loses_only_the_own_grant(household, coordinator):
    leaving, staying = factories.user(), factories.user()
    open_grants(household=household, readers=[leaving, staying], match_id=uuid4(), actor=coordinator)

    assert close_grants(because="left", reader=leaving) == 1

    with pytest.raises(NotDisclosed):
        reveal(viewer=leaving, household=household, reason="introduced")
    assert reveal(viewer=staying, household=household, reason="introduced")


def test_closing_needs_something_to_close(household):
    with pytest.raises(TypeError):
        close_grants(because="ended")
    assert close_grants(because="ended", household=household) == 0


@pytest.mark.parametrize(
    "status", [HouseholdStatus.REGISTERED, HouseholdStatus.WITHDRAWN, HouseholdStatus.CLOSED]
)
def test_no_grant_without_taking_part(town, coordinator, status):
    household = factories.household(town, status=status)
    with pytest.raises(DomainError):
        open_grants(household=household, readers=[factories.user()], match_id=uuid4(), actor=coordinator)


def test_withdrawing_closes_at_once(household, coordinator):
    member = factories.user()
    open_grants(household=household, readers=[member], match_id=uuid4(), actor=coordinator)

    withdraw(household=household, actor=household.user)

    with pytest.raises(NotDisclosed):
        reveal(viewer=member, household=household, reason="introduced")


def test_when_the_trail_cannot_be_written_nothing_is_revealed(household, coordinator):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent ADD CONSTRAINT trail_is_full CHECK (false) NOT VALID")
    with pytest.raises(DatabaseError, match="trail_is_full"), transaction.atomic():
        reveal(viewer=coordinator, household=household, reason="contact")


def test_no_list_reads_sealed_rows(household, coordinator):
    assert not HouseholdIdentity.objects.visible_to(coordinator).exists()


ROOT = Path(__file__).parents[2]
SEALED = {"HouseholdIdentity", "HouseholdKey"}


def imports_of_identity(source: Path) -> bool:
    """Whether a module imports the sealed models, in any way of writing it."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            module = node.module or ""
            if module.endswith("identity") or names & SEALED:
                return True
            if module.endswith("newcomers.models") and "identity" in names:
                return True
        if isinstance(node, ast.Import) and any(a.name.endswith("models.identity") for a in node.names):
            return True
        if isinstance(node, ast.Constant) and node.value in {*SEALED, "newcomers.HouseholdIdentity"}:
            return True
        if isinstance(node, ast.Attribute) and node.attr in SEALED:
            return True
    return False


def test_only_disclosure_knows_the_sealed_models():
    apps = ["samenhier", "municipalities", "groups", "newcomers", "matches", "reports"]
    sources = [p for app in apps for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]
    assert len(sources) > 60
    knowing = {str(p.relative_to(ROOT)) for p in sources if imports_of_identity(p)}
    assert knowing == {"newcomers/domain/disclosure.py", "newcomers/models/identity.py"}
