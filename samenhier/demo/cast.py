"""The ten steps of the main line, each with the person who takes it and the page where it happens."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.enums import GroupStatus, MemberRole
from groups.models import GroupMember
from matches.enums import CheckInStatus, MatchStatus, Side
from matches.models import CheckIn, Match, OutcomeSurvey
from municipalities.enums import StaffRole
from municipalities.models import Municipality, StaffMembership
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from samenhier.accounts.models import User

from .towns import TOWNS


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: what to do, who does it (None: a visitor) and where."""

    title: str | Promise
    what: str | Promise
    person: User | None
    role: str | Promise
    url: str
    #: How the person is called here; a newcomer has a code name only.
    called: str = ""
    #: Nobody is left who can take it: it was taken already.
    done: bool = False

    @property
    def name(self) -> str:
        return self.called or (self.person.name if self.person else "")


def _staff(role: StaffRole, slug: str | None = None) -> User | None:
    membership = (
        StaffMembership.objects.active()
        .filter(role=role, municipality__slug=slug)
        .select_related("user")
        .order_by("created_at")
        .first()
    )
    return membership.user if membership else None


def _contact_of(status: GroupStatus, town: Municipality) -> GroupMember | None:
    return (
        GroupMember.objects.present()
        .filter(group__status=status, group__municipality=town, role=MemberRole.CONTACT)
        .select_related("user", "group")
        .order_by("created_at")
        .first()
    )


def _asked(side: Side, town: Municipality) -> Match | None:
    """A match where this side has not answered yet, with somebody to sign in as; of this town while there is one."""
    found = Match.objects.filter(status=MatchStatus.ASKING).exclude(answers__side=side)
    if side == Side.HOUSEHOLD:
        found = found.filter(household__user__isnull=False).select_related("household__user")
    return _first_of(found.order_by("-created_at"), town)


def _first_of(rows: QuerySet[Any], town: Municipality) -> Any:
    """The first of this town, else of another one."""
    return rows.filter(municipality=town).first() or rows.first()


def steps() -> list[Step]:
    """The main line as it stands now; a step that nobody can take any more says so."""
    slug = TOWNS[0].slug
    town = Municipality.objects.filter(slug=slug).first()
    if town is None:
        return []
    coordinator, viewer = _staff(StaffRole.COORDINATOR, slug), _staff(StaffRole.VIEWER, slug)
    here = {"slug": slug}
    return [
        Step(
            title=_("Register a group"),
            what=_("One question per page. Use any address: the mail stays on this machine."),
            person=None,
            role=_("visitor"),
            url=reverse("groups:register_start"),
        ),
        _own_group(town),
        Step(
            title=_("Review a group"),
            what=_("The work list shows what waits. Open a new group, then approve it or ask a question."),
            person=coordinator,
            role=_("coordinator"),
            url=reverse("municipalities:worklist", kwargs=here),
        ),
        Step(
            title=_("Record a household"),
            what=_("A card without names; name and contact are sealed apart."),
            person=coordinator,
            role=_("coordinator"),
            url=reverse("newcomers:register", kwargs=here),
        ),
        _newcomer(town),
        Step(
            title=_("Look for matches"),
            what=_("Start a run, read why two fit, approve a proposal."),
            person=coordinator,
            role=_("coordinator"),
            url=reverse("matches:workbench", kwargs=here),
        ),
        *_answers(town),
        _check_in(town),
        _outcome(town),
        Step(
            title=_("Follow a match"),
            what=_("Answers, check-ins and what happened, until the ending."),
            person=coordinator,
            role=_("coordinator"),
            url=reverse("matches:list", kwargs=here),
        ),
        Step(
            title=_("See the figures"),
            what=_("A municipality sees numbers, never a person. Small numbers are masked."),
            person=viewer,
            role=_("municipality staff"),
            url=reverse("reports:dashboard", kwargs=here),
        ),
    ]


def _own_group(town: Municipality) -> Step:
    contact = _contact_of(GroupStatus.FORMING, town)
    return Step(
        title=_("See what a group still needs"),
        what=_("Five dots and a checklist: members, statement, VOG, training."),
        person=contact.user if contact else None,
        role=_("contact person of a group"),
        url=reverse("groups:own", kwargs={"group": contact.group_id})
        if contact
        else reverse("groups:register_start"),
    )


def _newcomer(town: Municipality) -> Step:
    household = (
        Household.objects.filter(municipality=town, language="ar", user__isnull=False)
        .exclude(status__in=[HouseholdStatus.WITHDRAWN, HouseholdStatus.CLOSED])
        .select_related("user")
        .order_by("code_name")
        .first()
    )
    return Step(
        title=_("Be a newcomer, in Arabic"),
        what=_("Who knows what about me? What happens next? Look at it on a narrow screen."),
        person=household.user if household else None,
        role=_("newcomer"),
        url=reverse("newcomers:own"),
        called=household.code_name if household else "",
    )


def _answers(town: Municipality) -> list[Step]:
    made = []
    for side, title, role in (
        (Side.HOUSEHOLD, _("Say yes or no, as a newcomer"), _("newcomer")),
        (Side.GROUP, _("Say yes or no, as a group"), _("contact person of a group")),
    ):
        match = _asked(side, town)
        person = None
        if match and side == Side.HOUSEHOLD:
            person = match.household.user
        elif match:
            contact = (
                match.group.members.present().filter(role=MemberRole.CONTACT).select_related("user").first()
            )
            person = contact.user if contact else None
        made.append(
            Step(
                title=title,
                what=_("A thin card, a private answer. Names open after two yeses."),
                person=person,
                role=role,
                url=reverse("matches:own", kwargs={"match": match.pk}) if match else reverse("matches:home"),
                called=match.household.code_name if match and side == Side.HOUSEHOLD else "",
                done=person is None,
            )
        )
    return made


def _check_in(town: Municipality) -> Step:
    check_in = _first_of(
        CheckIn.objects.filter(
            side=Side.GROUP,
            status=CheckInStatus.PLANNED,
            due_on__lte=timezone.localdate(),
            match__status=MatchStatus.ACTIVE,
        )
        .select_related("match__group")
        .order_by("-due_on"),
        town,
    )
    contact = (
        check_in.match.group.members.present().filter(role=MemberRole.CONTACT).select_related("user").first()
        if check_in
        else None
    )
    return Step(
        title=_("Answer a check-in"),
        what=_("The reminder is in the inbox within a minute. Each side answers by itself."),
        person=contact.user if contact else None,
        role=_("contact person of a group"),
        url=reverse("matches:check_in", kwargs={"check_in": check_in.pk})
        if check_in
        else reverse("matches:home"),
        done=contact is None,
    )


def _outcome(town: Municipality) -> Step:
    today = timezone.localdate()
    survey = _first_of(
        OutcomeSurvey.objects.planned()
        .filter(
            side=Side.HOUSEHOLD,
            due_on__lte=today,
            closes_on__gte=today,
            match__household__user__isnull=False,
        )
        .select_related("match__household__user")
        .order_by("-due_on", "match__household__code_name"),
        town,
    )
    household = survey.match.household if survey and survey.match else None
    return Step(
        title=_("Say what it brings you"),
        what=_("A few statements at the start and later. Voluntary, and only counts are shown to others."),
        person=household.user if household else None,
        role=_("newcomer"),
        url=reverse("matches:outcome", kwargs={"match": survey.match_id})
        if survey
        else reverse("matches:home"),
        called=household.code_name if household else "",
        done=household is None,
    )


def everybody() -> list[tuple[str | Promise, User, str]]:
    """Staff to sign in as: (role, person, first page)."""
    rows = (
        StaffMembership.objects.active()
        .select_related("user", "municipality")
        .order_by("municipality__name", "role", "user__name")
    )
    return [
        (
            f"{row.get_role_display()}, {row.municipality.name}"
            if row.municipality
            else row.get_role_display(),
            row.user,
            reverse("municipalities:mine"),
        )
        for row in rows
    ]
