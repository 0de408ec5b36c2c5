"""The main line in one run: ten steps, each by its own person, from a first click to a municipality's figures.

Without JavaScript, with a real worker, real mail, and codes and links taken from the mail.
"""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from groups.enums import GroupStatus
from matches.enums import Side
from municipalities.enums import StaffRole
from tests import factories as make

from . import acts
from .people import Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]


@pytest.fixture
def child_environment(child_environment, live_server):
    """The worker writes mails that lead to this test's server."""
    return {**child_environment, "SITE_URL": live_server.url}


@pytest.fixture
def town():
    """A town where a group of three is complete. It had a group before, so last month has figures."""
    cache.clear()  # how often this machine did what in earlier tests
    town = make.municipality("Lindestad", policy={"group_size": 3, "group_size_min": 2})
    make.group(town, members=0, status=GroupStatus.CLOSED, created_at=timezone.now() - timedelta(days=70))
    return town


@pytest.fixture
def people(visit, smtp_inbox):
    """Make a person: an address to get mail at, or somebody of the staff, who is signed in."""

    def person(address="", *, staff=None, language="nl"):
        context = visit(user=staff, language=language, javascript=False)
        return Person(context, smtp_inbox, staff.email if staff else address)

    return person


@pytest.mark.first
@pytest.mark.timeout(400)
def test_from_the_first_click_to_the_figures(town, people, celery_worker):
    marieke = people("marieke@voorbeeld.example")
    bram, layla, tom = (people(f"{name}@voorbeeld.example") for name in ("bram", "layla", "tom"))
    coordinator = people(staff=make.staff(StaffRole.COORDINATOR, town, name="Hanna"))
    newcomer = people("rayhana@voorbeeld.example", language="ar")
    viewer = people(staff=make.staff(StaffRole.VIEWER, town, name="Ineke"))

    # 1. A visitor registers a group; halfway she goes on in another browser.
    acts.begins_to_register(marieke, town)
    marieke_at_home = people(marieke.address)
    group = acts.goes_on_registering(marieke_at_home, others={"Bram": bram, "Layla": layla, "Tom": tom})

    # 2. Each member answers the own invitation and signs.
    for member, languages in ((marieke, []), (bram, [("eng", "fluent")]), (layla, [("arb", "fluent")])):
        acts.says_yes_to_the_group(member, languages)
        acts.signs(member, group)
    acts.says_no_to_the_group(tom)
    assert group.members.present().count() == 3

    # 3. The coordinator records what she saw, and approves.
    acts.sees_each_vog(coordinator, town, group)
    acts.writes_down_who_came(coordinator, town, group)
    acts.asks_for_approval(marieke, group)
    acts.visits_and_approves(coordinator, town, group)

    # 4. A household: card and sealed name apart, consent, wishes, ready.
    household = acts.registers_household(coordinator, town, newcomer)
    acts.records_consent_and_wishes(coordinator, town, household)
    acts.looks_at_own_page(newcomer)

    # 5. and 6. A proposal by the worker; both sides say yes; only then the name opens.
    match = acts.proposes(coordinator, town)
    acts.approves_proposal(coordinator, town, match)
    marieke_later = people(marieke.address)
    acts.answers_for_the_group(marieke_later, match)
    acts.answers_for_the_household(newcomer, match)
    members = [marieke, marieke_at_home, marieke_later, bram, layla, tom]
    assert not any(
        one.saw(secret) for one in [*members, viewer] for secret in (acts.CALLING_NAME, acts.PHONE)
    )
    for member in (marieke_later, bram):
        acts.opens_the_name(member, match)

    # 7. and 8. The year begins; a check-in is due; one reminder each; both answer.
    acts.begins_the_year(coordinator, town, match)
    acts.make_check_ins_due(match)
    acts.remind_twice_over()
    check_in = acts.check_in_of(match, Side.GROUP)
    acts.answers_check_in(marieke_later, check_in)
    acts.asks_quietly_for_contact(
        newcomer, acts.check_in_of(match, Side.HOUSEHOLD), group=marieke_later, match=match
    )
    acts.sees_the_request(coordinator, town, household)

    # 9. The match ends; the name closes.
    acts.ends(coordinator, town, match)
    marieke_later.open("matches:own", match=match.pk)
    assert acts.CALLING_NAME not in marieke_later.page.content()

    # 10. The municipality sees figures, and no person.
    acts.reads_the_figures(viewer, town)
    acts.gets_the_report(viewer, town)
    for page, who in (
        ("newcomers:detail", {"household": household.pk}),
        ("groups:review", {"group": group.pk}),
    ):
        assert viewer.status_of(page, slug=town.slug, **who) in (403, 404)
    assert not viewer.saw(acts.CALLING_NAME)
    assert not any(viewer.saw(name) for name in ("Marieke", "Bram", "Layla", household.code_name))

    assert len(marieke_later.mails(str(check_in.pk))) == 1, "one reminder, whatever rang"
    assert not any(newcomer.saw(member.address) for member in members)
    assert "Traceback" not in celery_worker.output()
