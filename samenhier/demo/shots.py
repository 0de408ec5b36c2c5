"""The twelve main pages, each with somebody who may see it: for the pictures in docs/screenshots."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from groups.enums import GroupStatus, MemberRole, MemberStatus
from groups.models import GroupMember, SponsorGroup
from matches.enums import MatchStatus, Side
from matches.models import Match
from municipalities.enums import StaffRole
from municipalities.models import Municipality, StaffMembership
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from samenhier.accounts.models import User

from .towns import TOWNS


class NothingToShow(Exception):
    """The practice world has no such person or row at this moment."""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One page: its name as a file, the reader (None: a visitor), the address and the language."""

    name: str
    person: User | None
    path: str
    language: str = "nl"


def shots() -> list[Shot]:
    """All of them, as the practice world stands now. Raises `NothingToShow` when it lacks one."""
    town = Municipality.objects.get(slug=TOWNS[0].slug)
    return [make(town) for make in _MAKERS]


def _first(rows: QuerySet[Any], what: str) -> Any:
    row = rows.first()
    if row is None:
        raise NothingToShow(f"The practice world has no {what} at this moment.")
    return row


def _staff(role: StaffRole, town: Municipality | None) -> User:
    rows = StaffMembership.objects.active().filter(role=role, municipality=town).select_related("user")
    return _first(rows.order_by("created_at"), f"{role.label}").user


def _for_coordinator(name: str, town: Municipality, page: str, **kwargs: object) -> Shot:
    path = reverse(page, kwargs={"slug": town.slug, **kwargs})
    return Shot(name=name, person=_staff(StaffRole.COORDINATOR, town), path=path)


def _home(town: Municipality) -> Shot:
    return Shot(name="home", person=None, path=reverse("public:home"))


def _register(town: Municipality) -> Shot:
    return Shot(
        name="register-a-group", person=None, path=reverse("groups:register", kwargs={"step": "aanbod"})
    )


def _our_group(town: Municipality) -> Shot:
    contacts = GroupMember.objects.present().filter(
        group__municipality=town, group__status=GroupStatus.FORMING, role=MemberRole.CONTACT
    )
    # The group that is furthest: its checklist has something of everything.
    present = Count("group__members", filter=Q(group__members__status=MemberStatus.ACCEPTED))
    ordered = contacts.annotate(present=present).order_by("-present", "created_at")
    contact = _first(ordered.select_related("user"), "forming group")
    path = reverse("groups:own", kwargs={"group": contact.group_id})
    return Shot(name="our-group", person=contact.user, path=path)


def _work_list(town: Municipality) -> Shot:
    return _for_coordinator("work-list", town, "municipalities:worklist")


def _group_review(town: Municipality) -> Shot:
    waiting = SponsorGroup.objects.filter(municipality=town, status=GroupStatus.SUBMITTED)
    group = _first(waiting.order_by("submitted_at", "created_at"), "group that asked for approval")
    return _for_coordinator("group-review", town, "groups:review", group=group.pk)


def _household(town: Municipality) -> Shot:
    ready = Household.objects.filter(municipality=town, status=HouseholdStatus.READY, user__isnull=False)
    free = ready.exclude(pk__in=Match.objects.open().values("household"))
    household = _first(free.order_by("-urgency", "code_name"), "household that waits for a group")
    return _for_coordinator("household", town, "newcomers:detail", household=household.pk)


def _asking(town: Municipality) -> Match:
    """A proposal that an Arabic reader has not answered yet; of somebody else when there is none."""
    asked = Match.objects.filter(status=MatchStatus.ASKING, household__user__isnull=False)
    asked = (
        asked.exclude(answers__side=Side.HOUSEHOLD).select_related("household__user").order_by("created_at")
    )
    arabic = asked.filter(household__language="ar")
    return arabic.first() or _first(asked, "newcomer who is asked for an answer")


def _newcomer(town: Municipality) -> Shot:
    path = reverse("newcomers:own")
    return Shot(name="newcomer", person=_asking(town).household.user, path=path, language="ar")


def _proposal(town: Municipality) -> Shot:
    proposed = Match.objects.filter(municipality=town, status=MatchStatus.PROPOSED)
    match = _first(proposed.order_by("-score", "pk"), "proposal")
    return _for_coordinator("proposal", town, "matches:proposal", proposal=match.pk)


def _newcomer_answer(town: Municipality) -> Shot:
    match = _asking(town)
    path = reverse("matches:own", kwargs={"match": match.pk})
    return Shot(name="newcomer-answer", person=match.household.user, path=path, language="ar")


def _match_life(town: Municipality) -> Shot:
    active = Match.objects.filter(municipality=town, status=MatchStatus.ACTIVE)
    halfway = active.filter(started_on__lte=timezone.localdate() - timedelta(days=120)).order_by(
        "-started_on", "pk"
    )
    match = halfway.first() or _first(active, "active match")
    return _for_coordinator("match", town, "matches:detail", match=match.pk)


def _dashboard(town: Municipality) -> Shot:
    path = reverse("reports:dashboard", kwargs={"slug": town.slug})
    return Shot(name="dashboard", person=_staff(StaffRole.VIEWER, town), path=path)


def _national(town: Municipality) -> Shot:
    return Shot(name="national", person=_staff(StaffRole.NATIONAL, None), path=reverse("reports:national"))


_MAKERS: list[Callable[[Municipality], Shot]] = [
    _home,
    _register,
    _our_group,
    _work_list,
    _group_review,
    _household,
    _newcomer,
    _proposal,
    _newcomer_answer,
    _match_life,
    _dashboard,
    _national,
]
