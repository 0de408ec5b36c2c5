"""What no municipality may choose: to show small numbers, and members who are not of age."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from municipalities.enums import StaffRole
from municipalities.models import Policy
from tests import factories

pytestmark = pytest.mark.django_db


def post(town, **changed):
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(factories.staff(StaffRole.NATIONAL))
    page = reverse("municipalities:edit_policy", kwargs={"slug": town.slug})
    form = client.get(page).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    moments = {
        name: ", ".join(value) if isinstance(value, list) else value
        for name, value in ((name, typed[name]) for name in ("check_in_moments", "outcome_moments"))
    }
    reminders = typed["reminder_days"]
    days = ", ".join(map(str, reminders)) if isinstance(reminders, list) else reminders
    return client.post(page, typed | moments | {"reminder_days": days} | changed)


@pytest.mark.parametrize(
    ("field", "wrong", "right"),
    [("masking_below", (4, 21), (5, 20)), ("minimum_age", (17, 26), (18, 25))],
)
def test_the_form_keeps_within_the_bounds(field, wrong, right):
    town = factories.municipality()
    before = getattr(town.policy, field)
    for number in wrong:
        response = post(town, **{field: number})
        assert list(response.context["form"].errors) == [field]
        assert getattr(Policy.objects.get(municipality=town), field) == before
    for number in right:
        assert post(town, **{field: number}).status_code == 302
        assert getattr(Policy.objects.get(municipality=town), field) == number


@pytest.mark.parametrize(("field", "lowest"), [("masking_below", 5), ("minimum_age", 18)])
def test_the_database_has_the_last_word(field, lowest):
    town = factories.municipality()
    here = Policy.objects.filter(municipality=town)
    assert here.update(**{field: lowest}) == 1
    with pytest.raises(IntegrityError, match="policy_"), transaction.atomic():
        here.update(**{field: lowest - 1})


def test_a_lower_bound_of_before_was_raised():
    low, high = factories.municipality(), factories.municipality(policy={"masking_below": 9})
    connection.check_constraints()  # what waits until the end would hold up the change of the table
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE municipalities_policy DROP CONSTRAINT policy_masks_small_numbers")
    Policy.objects.filter(municipality=low).update(masking_below=3)
    import_module("municipalities.migrations.0009_age_texts_and_masking").raise_lower_bounds(apps, None)
    bounds = dict(Policy.objects.values_list("municipality", "masking_below"))
    assert (bounds[low.pk], bounds[high.pk]) == (5, 9)
