"""Retention as a policy: terms that are checked, a page with numbers, a sweep that really runs."""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from municipalities import retention, sweeps
from municipalities.domain.retention import count, sweep
from municipalities.models import Policy, Removal
from municipalities.tasks import sweep_retention
from samenhier.audit.models import AuditEvent
from samenhier.notifications.models import Heartbeat
from samenhier.notifications.sweeps import UPKEEP, run
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def town():
    return make.municipality()


def old_group(town, *, days=40):
    return make.group(town, members=2, status="declined", stopped_at=timezone.now() - days * DAY)


def page(client, town):
    return client.get(reverse("municipalities:retention", kwargs={"slug": town.slug}))


def row(client, town, code):
    """(due soon, removed) of one rule, as the page shows them."""
    return {one.rule.code: (due, removed) for one, due, removed in page(client, town).context["rows"]}[code]


# -- terms --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [
        ("declined_group_weeks", 1, 26),
        ("never_matched_months", 1, 24),
        ("closed_match_months", 3, 36),
        ("vog_after_leaving_months", 1, 12),
    ],
)
def test_the_national_coordinator_sets_the_terms_within_bounds(client, town, field, least, most):
    client.force_login(make.staff("national"))
    where = reverse("municipalities:edit_policy", kwargs={"slug": town.slug})
    form = client.get(where).context["form"]
    assert form.fields[field].help_text
    values = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in form.initial.items()
        if value is not False
    }
    for wrong in (least - 1, most + 1, "", "lang"):
        assert client.post(where, {**values, field: wrong}).status_code == 200
    for right in (least, most):
        assert client.post(where, {**values, field: right}).status_code == 302
        assert getattr(Policy.objects.get(municipality=town), field) == right
    assert AuditEvent.objects.filter(action="policy.changed").count() == 2


def test_every_term_has_a_rule_that_uses_it():
    unused = set(retention.TERMS) - {rule.term for rule in retention.rules()}
    assert unused == {"draft_months"}  # that one lives in groups.domain.upkeep
    for name in retention.TERMS:
        Policy._meta.get_field(name)


def test_a_changed_term_holds_from_the_next_night(town):
    old_group(town, days=20)
    assert sweep(timezone.now()) == 0
    Policy.objects.filter(municipality=town).update(declined_group_weeks=2)
    assert sweep(timezone.now()) == 1


# -- the page -----------------------------------------------------------------------------------------


def test_the_page_counts_what_is_due_and_what_went(client, town):
    client.force_login(make.staff("coordinator", town))
    assert row(client, town, "stopped_group") == ("0", "0")
    old_group(town)
    make.group(town, members=1, status="declined", stopped_at=timezone.now())  # due within thirty days
    make.group(town, members=1, status="declined", stopped_at=timezone.now() + 5 * DAY)
    old_group(make.municipality())
    assert row(client, town, "stopped_group") == ("2", "0")
    run("retention")
    assert row(client, town, "stopped_group") == ("1", "1")
    seen = page(client, town)
    assert seen.context["last"]
    assert "CNRY-member" not in seen.content.decode()


def test_small_numbers_are_masked_for_the_national_coordinator(client, town):
    count(municipality_id=town.pk, rule="stopped_group", number=4)
    count(municipality_id=town.pk, rule="vog", number=5)
    client.force_login(make.staff("national"))
    assert row(client, town, "stopped_group") == ("0", "< 5")
    assert row(client, town, "vog") == ("0", "5")
    client.force_login(make.staff("coordinator", town))
    assert row(client, town, "stopped_group") == ("0", "4")


@pytest.mark.parametrize("role", ["viewer", "builder"])
def test_others_do_not_see_it(client, town, role):
    client.force_login(make.staff(role, town))
    assert page(client, town).status_code == 403
    client.force_login(make.staff("coordinator", make.municipality()))
    assert page(client, town).status_code == 404


def test_looking_changes_nothing_and_costs_the_same(client, town, django_assert_num_queries):
    client.force_login(make.staff("coordinator", town))
    page(client, town)
    for _ in range(2):
        with django_assert_num_queries(15):
            assert page(client, town).status_code == 200
        for _n in range(3):
            old_group(town)
    assert not Removal.objects.exists()


def test_public_pages_say_the_terms_of_all_towns(client, town):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "6 months after the last contact" in client.get("/privacy/").content.decode()
    make.municipality(policy={"never_matched_months": 9})
    assert "6 to 9 months after the last contact" in client.get("/privacy/").content.decode()
    Policy.objects.all().delete()
    with translation.override("en"):
        assert retention.everywhere("declined_group_weeks") == {"declined_group_weeks": "4 weeks"}


# -- the sweep ----------------------------------------------------------------------------------------


def test_it_runs_once_a_day_and_upkeep_catches_up(town):
    old_group(town)
    now = timezone.now()
    assert sweeps.catch_up(now) == 1  # it never ran
    old_group(town)
    assert sweeps.catch_up(now) == 0  # it ran today
    Heartbeat.objects.filter(name="retention").update(last_success=now - timedelta(hours=26))
    assert run(UPKEEP, now) >= 1
    assert sweeps.catch_up(now) == 0


def test_a_rule_that_fails_does_not_stop_the_others(town, monkeypatch):
    def broken(now):
        raise ValueError

    group = old_group(town)
    rule = retention.Rule(
        code="broken", order=1, what="", then="", term="draft_months", due=broken, remove=broken
    )
    monkeypatch.setitem(retention._rules, "broken", rule)
    with pytest.raises(ValueError):
        run("retention")
    group.refresh_from_db()
    assert group.erased_at
    assert Heartbeat.objects.get(name="retention").last_success is None
    with pytest.raises(ValueError):
        retention.add(rule)


def test_a_batch_is_all_or_nothing(town, monkeypatch):
    """What fails half way leaves no row half emptied, no trail and no count."""
    from groups.domain import erasure

    def broken(group):
        raise RuntimeError

    group = old_group(town)
    monkeypatch.setattr(erasure, "after_erasing", [broken])
    with pytest.raises(RuntimeError):
        sweep(timezone.now())
    group.refresh_from_db()
    assert group.erased_at is None
    assert group.members.filter(status="accepted").count() == 2
    assert not AuditEvent.objects.filter(action="group.erased").exists()
    assert not Removal.objects.exists()


def test_more_rows_than_one_batch(town, monkeypatch):
    monkeypatch.setattr("municipalities.domain.retention.BATCH", 2)
    for _ in range(5):
        old_group(town)
    assert sweep(timezone.now()) == 5
    assert Removal.objects.get(rule="stopped_group").number == 5


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_worker_does_it_when_beat_says_so(town, celery_worker):
    group = old_group(town)
    household = make.household(
        town,
        status="closed",
        stopped_at=timezone.now() - 200 * DAY,
        last_contact_at=timezone.now() - 200 * DAY,
    )
    young = make.group(town, members=2, status="declined", stopped_at=timezone.now())

    sweep_retention.apply_async(ignore_result=True)

    deadline = time.monotonic() + 40
    while not Heartbeat.objects.filter(name="retention", last_success__isnull=False).exists():
        assert time.monotonic() < deadline, celery_worker.output()[-2000:]
        time.sleep(0.2)
    for one in (group, household, young):
        one.refresh_from_db()
    assert group.erased_at
    assert household.erased_at
    assert young.erased_at is None
    assert Heartbeat.objects.get(name="retention").handled == 2
