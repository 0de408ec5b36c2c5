"""Pages of several rooms, whole: as many queries for one row as for three."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from groups.models import Attendance, TrainingSession
from municipalities.enums import StaffRole
from newcomers.domain.disclosure import open_grants
from tests import factories
from tests.notifications.test_operations import State, message

pytestmark = pytest.mark.django_db


def public_list(town, rows):
    for _row in range(rows):
        factories.municipality()
    return None, reverse("public:municipalities")


def national_list(town, rows):
    for _row in range(rows):
        factories.municipality()
    return factories.staff(StaffRole.NATIONAL), reverse("municipalities:list")


def team(town, rows):
    for _row in range(rows):
        factories.staff(StaffRole.BUILDER, town)
    return factories.staff(StaffRole.COORDINATOR, town), here("municipalities:team", town)


def work_list(town, rows):
    for _row in range(rows):
        factories.group(town, status="submitted")
        factories.household(town, status="registered")
        factories.household(town, status="consented")
        factories.match(factories.group(town), factories.household(town), status="agreed")
    return factories.staff(StaffRole.COORDINATOR, town), here("municipalities:worklist", town)


def trainings_of_a_member(town, rows):
    for row in range(rows):
        TrainingSession.objects.create(
            municipality=town,
            title="Avond",
            starts_at=timezone.now() + timedelta(days=row + 1),
            place="De Enk",
        )
    group = factories.group(town, members=1, ready=False, status="forming")
    return group.members.get().user, reverse("groups:training", kwargs={"group": group.pk})


def mail_in_doubt(town, rows):
    for row in range(rows):
        message(State.UNCERTAIN, town, f"mail {row}", recipient=factories.user())
    return factories.staff(StaffRole.COORDINATOR, town), here("operations:mail", town)


def operations(town, rows):
    for row in range(rows):
        message(State.UNCERTAIN, town, f"mail {row}", recipient=factories.user())
    return factories.staff(StaffRole.OPERATOR), reverse("operations:home")


def own_readers(town, rows):
    household = factories.household(town)
    readers = [factories.user() for _row in range(rows)]
    open_grants(household=household, readers=readers, match_id=uuid4(), actor=None)
    return household.user, reverse("newcomers:own_readers")


def groups(town, rows):
    for _row in range(rows):
        factories.group(town)
    return factories.staff(StaffRole.COORDINATOR, town), here("groups:list", town)


def one_group(town, rows):
    group = factories.group(town, members=rows, status="submitted")
    return factories.staff(StaffRole.COORDINATOR, town), reverse(
        "groups:review", kwargs={"slug": town.slug, "group": group.pk}
    )


def our_group(town, rows):
    group = factories.group(town, members=rows, status="forming")
    return group.members.first().user, reverse("groups:own", kwargs={"group": group.pk})


def trainings(town, rows):
    trainings_of_a_member(town, rows)
    return factories.staff(StaffRole.COORDINATOR, town), here("groups:sessions", town)


def one_training(town, rows):
    """Who signed up, and as many others who may have come along."""
    session = TrainingSession.objects.create(
        municipality=town, title="Avond", starts_at=timezone.now() - timedelta(hours=2), place="De Enk"
    )
    for status in ("forming", "approved"):
        for _row in range(rows):
            group = factories.group(town, members=2, ready=False, status=status)
            Attendance.objects.create(municipality=town, session=session, member=group.members.first())
    return factories.staff(StaffRole.COORDINATOR, town), reverse(
        "groups:session", kwargs={"slug": town.slug, "session": session.pk}
    )


def here(name, town):
    return reverse(name, kwargs={"slug": town.slug})


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("page", "number"),
    [
        (public_list, 1),
        (national_list, 5),
        (team, 7),
        (work_list, 25),
        (groups, 8),
        (one_group, 11),
        (our_group, 8),
        (trainings, 6),
        (one_training, 8),
        (trainings_of_a_member, 6),
        (mail_in_doubt, 8),
        (operations, 10),
        (own_readers, 7),
    ],
)
def test_a_page_asks_as_often_for_one_row_as_for_three(client, page, number, rows):
    user, address = page(factories.municipality(), rows)
    if user is not None:
        client.force_login(user)
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len(asked) == number, "\n".join(query["sql"] for query in asked.captured_queries)
