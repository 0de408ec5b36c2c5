"""Two towns with one of everybody and one of everything, so that each URL can be asked for by each role."""

from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from groups.models import TrainingSession
from matches.domain import safety
from matches.domain.outcomes import plan_outcomes
from matches.enums import MatchStatus, RunStatus, Side
from matches.models import CheckIn, ContactRequest, MatchingRun, Trial
from municipalities.enums import StaffRole
from municipalities.models import Municipality, PartOfTown
from newcomers.domain import disclosure
from newcomers.models import DisclosureGrant
from reports.models import ReportRun
from samenhier.accounts.models import User
from samenhier.core.access import Role
from samenhier.notifications.models import OutgoingMessage
from samenhier.services.inbox import Inbox
from tests import factories as make


@dataclass
class Town:
    """One town: its people by role, its rows by the name they have in URLs, and every personal token in it."""

    people: dict[Role, User] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, set[str]] = field(default_factory=dict)


def build(here: Municipality | None = None) -> Town:
    """A town in mid-life: an active match, a proposal, a household and a group that are free.

    With `here` all of that once more in a town that was built before.
    """
    town, first = Town(), here is None
    here = here or make.municipality()
    people, rows = town.people, town.rows
    people[Role.COORDINATOR] = make.staff(StaffRole.COORDINATOR, here)
    people[Role.BUILDER] = make.staff(StaffRole.BUILDER, here)
    people[Role.VIEWER] = make.staff(StaffRole.VIEWER, here)
    group, household = make.group(here), make.household(here)
    contact, member, *_others = group.members.order_by("created_at")
    people[Role.CONTACT], people[Role.MEMBER], people[Role.NEWCOMER] = (
        contact.user,
        member.user,
        household.user,
    )
    match = make.match(group, household, status=MatchStatus.ACTIVE, builder=people[Role.BUILDER])
    disclosure.open_grants(
        household=household,
        readers=[m.user for m in group.members.all()] + [people[Role.BUILDER]],
        match_id=match.pk,
        actor=people[Role.COORDINATOR],
    )
    plan_outcomes(match=match)
    # Both sides can choose whether they go on.
    Trial.objects.create(
        municipality=here,
        match=match,
        ends_on=timezone.localdate(),
        asked_at=timezone.now(),
        choose_by=timezone.now() + timedelta(days=7),
    )
    if first:
        make.insight(here)
    free_group, free_household = make.group(here), make.household(here)
    proposal = make.match(free_group, free_household)
    run = MatchingRun.objects.create(
        municipality=here, status=RunStatus.DONE, check_passed=True, finished_at=timezone.now()
    )
    check_ins = {
        side: CheckIn.objects.create(
            municipality=here, match=match, side=side, moment="W2", due_on=timezone.localdate()
        )
        for side in Side.values
    }
    today = timezone.localdate()
    rows |= {
        "slug": here.slug,
        "group": group.pk,
        "member": member.pk,
        "household": household.pk,
        "match": match.pk,
        "run": run.pk,
        "proposal": proposal.pk,
        "what_if": make.what_if(here).pk,
        "session": TrainingSession.objects.filter(municipality=here).first().pk,
        "membership": people[Role.VIEWER].memberships.get().pk,
        "check_in": check_ins[Side.GROUP].pk,
        "household_check_in": check_ins[Side.HOUSEHOLD].pk,
        "flag": safety.raise_flag(
            household=free_household,
            group=group,
            actor=people[Role.COORDINATOR],
            reason="vroegere buren",
        ).pk,
        "contact_request": ContactRequest.objects.create(
            municipality=here, asked_by=household.user, side=Side.HOUSEHOLD, household=household, match=match
        ).pk,
        "report": ReportRun.objects.create(
            municipality=here,
            # Each period once.
            first_day=today - timedelta(days=30 + ReportRun.objects.filter(municipality=here).count()),
            last_day=today,
            language="nl",
            status="done",
            pdf=b"%PDF-1.7",
            finished_at=timezone.now(),
        ).pk,
        "message": OutgoingMessage.objects.create(
            kind="municipalities.staff_invitation",
            municipality_id=here.pk,
            language="nl",
            dedupe_key=f"uncertain:{uuid4()}",
            message_id=f"<{uuid4()}@samenhier.example>",
            due_at=timezone.now() - timedelta(days=1),
            state="uncertain",
            finished_at=timezone.now(),
        ).pk,
    }
    # The practice world's inbox: one page for each caught mail.
    letter = EmailMessage()
    letter["Subject"], letter["Date"] = "Welkom", "Tue, 24 Nov 2026 09:00:00 +0100"
    letter.set_content("Er staat iets voor je klaar.")
    rows["key"] = Inbox(Path(settings.DEMO_INBOX_DIR)).add(
        bytes(letter), sender="", recipients=["noor@oefen.example"]
    )
    _collect_tokens(town, group, household, free_group, free_household)
    _open_to_a_neighbour(town, here)
    return town


def _open_to_a_neighbour(town: Town, here: Municipality) -> None:
    """A third town: a group of ours supports a household there, and one of theirs a household here.

    Of that town nobody here meets a person: not its staff, its members, or who is behind the household's card.
    """
    there = make.municipality()
    coordinator = make.staff(StaffRole.COORDINATOR, there)
    ours, theirs = make.group(here), make.group(there)
    newcomers = make.household(there)
    visit = make.match(ours, newcomers, status=MatchStatus.ACTIVE, agreed_by=town.people[Role.COORDINATOR])
    for side in Side.values:
        CheckIn.objects.create(
            municipality=there, match=visit, side=side, moment="W2", due_on=timezone.localdate()
        )
    make.match(theirs, make.household(here), status=MatchStatus.OFFERED)
    opening = make.opened(there, here)
    part = f"Wijk {opening.pk.hex[:6]}"
    town.rows["part"] = PartOfTown.objects.create(municipality=here, name=part, meant=part.lower()).pk
    town.rows |= {"visit": visit.pk, "opening": opening.pk}
    identity = disclosure.reveal(
        viewer=coordinator, household=newcomers, reason="tokens of the access matrix"
    )
    town.tokens["neighbour"] = {
        *(coordinator.name, coordinator.email, newcomers.user.name, newcomers.user.email),
        *(identity.calling_name, identity.contact),
        *(theirs.motivation, *(text for one in theirs.members.all() for text in (one.name, one.email))),
    }


def _collect_tokens(town: Town, group: Any, household: Any, free_group: Any, free_household: Any) -> None:
    def of_group(row: Any) -> set[str]:
        return {row.motivation} | {m.name for m in row.members.all()}

    def addresses(row: Any) -> set[str]:
        return {m.email for m in row.members.all()} | {m.user.name for m in row.members.all()}

    def sealed(row: Any) -> set[str]:
        identity = disclosure.reveal(
            viewer=town.people[Role.COORDINATOR], household=row, reason="tokens of the access matrix"
        )
        return {identity.calling_name, identity.contact}

    town.tokens = {
        "group": of_group(group),
        "group addresses": addresses(group),
        "household": sealed(household),
        "household account": {household.user.email, household.user.name},
        "free group": of_group(free_group) | addresses(free_group),
        "free household": sealed(free_household) | {free_household.user.email, free_household.user.name},
        "staff": {
            text
            for role in (Role.COORDINATOR, Role.BUILDER, Role.VIEWER)
            for text in (town.people[role].name, town.people[role].email)
        },
    }
    assert DisclosureGrant.objects.filter(household=household).count() == 6
