"""Groups in every state, with the members that fit it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from groups.domain.invitations import known_languages
from groups.enums import (
    STOPPED,
    AgreementKind,
    Decision,
    DutchLevel,
    GroupKind,
    GroupStatus,
    MemberRole,
    MemberStatus,
    ScreeningStatus,
)
from groups.models import (
    Agreement,
    Attendance,
    GroupMember,
    GroupReview,
    Screening,
    SponsorGroup,
    TrainingSession,
)
from municipalities.models import Municipality
from samenhier.accounts.models import User
from samenhier.core import reference
from samenhier.core.moments import local_date, local_moment

from . import history, names
from .towns import address, person

VISITING_TIME = time(19, 30)
#: From the request for approval to the decision, and the statuses that follow from one.
DECIDED_AFTER = timedelta(days=4)
DECIDED = (GroupStatus.APPROVED, GroupStatus.ON_HOLD, GroupStatus.RETURNED, *STOPPED)
#: A group asks for approval within these days.
LONGEST_FORMING = timedelta(days=25)

#: The stages of a town's first groups, the large town's reach furthest; the rest is approved.
STAGES = [
    GroupStatus.SUBMITTED,
    GroupStatus.FORMING,
    GroupStatus.RETURNED,
    GroupStatus.DECLINED,
    GroupStatus.WITHDRAWN,
    GroupStatus.ON_HOLD,
    GroupStatus.SUBMITTED,
]
#: What matters most, what is asked and the members' own children, in turn; most groups say little.
EMPHASIS: list[dict[str, int]] = [
    {},
    {"goals": 4, "availability": 4, "interests": 2},
    {},
    {},
    {"children": 5, "place": 3},
]
OWN_CHILDREN = [["4-11"], [], ["0-3", "4-11"], ["12-17"], [], []]
WISHES = [[], [], [], ["evenings_only"], []]
WOULD_LIKE = [["near"], [], ["near", "evenings_only"], [], []]
SPOKEN = ["eng", "deu", "fra", "arb", "tur", "tir", "spa", "som", "ukr", "pes"]


def build_groups(
    *, town: Municipality, parts: Sequence[str], count: int, first: int, coordinator: User, random: Random
) -> list[SponsorGroup]:
    """`count` groups for a town. `first` keeps names apart between towns."""
    trainings = trainings_of(town)
    unfinished = max(2, round(count * 0.4)) if count else 0
    made = []
    for number in range(count):
        status = STAGES[number % len(STAGES)] if number < unfinished else GroupStatus.APPROVED
        made.append(
            build_group(
                town,
                parts,
                names.GROUP_NAMES[(first + number) % len(names.GROUP_NAMES)],
                status,
                coordinator,
                trainings,
                random,
            )
        )
    for number, group in enumerate(made):
        group.emphasis = EMPHASIS[number % len(EMPHASIS)]
        group.own_child_bands = OWN_CHILDREN[number % len(OWN_CHILDREN)]
        group.wishes = WISHES[number % len(WISHES)]
        group.would_like = WOULD_LIKE[number % len(WOULD_LIKE)]
        group.save(update_fields=["emphasis", "own_child_bands", "wishes", "would_like"])
    if made:
        _changed_trainings(town, trainings[-1], coordinator)
    return made


def joined_later(group: SponsorGroup) -> None:
    """Somebody said yes to a group that was approved before, and still shows a VOG and follows a training."""
    at = timezone.now() - timedelta(days=3)
    taken = set(group.members.values_list("name", flat=True))
    name = next(name for name in names.GROUP_MEMBERS if name not in taken)
    mail = address(name, f"{group.pk.hex[:5]}.{group.municipality.slug}")
    member = GroupMember.objects.create(
        created_at=at - timedelta(days=2),
        municipality=group.municipality,
        group=group,
        user=person(mail, name),
        status=MemberStatus.ACCEPTED,
        name=name,
        email=mail,
        dutch=DutchLevel.YES,
        languages=known_languages([], DutchLevel.YES),
        is_adult=True,
        invited_at=at - timedelta(days=2),
        invitation_expires_at=at + timedelta(days=12),
        responded_at=at,
    )
    for kind in AgreementKind.values:
        Agreement.objects.create(
            created_at=at,
            municipality=group.municipality,
            member=member,
            kind=kind,
            version="2026-1",
            text_sha256="0" * 64,
            language="nl",
        )
    group.last_yes_at = at
    group.save(update_fields=["last_yes_at"])


def _changed_trainings(town: Municipality, coming: TrainingSession, coordinator: User) -> None:
    """One training does not take place; who had signed up has a place at the next one, of which the room changed."""
    cancelled_at = timezone.now() - timedelta(days=2)
    cancelled = TrainingSession.objects.create(
        municipality=town,
        title="Starttraining",
        starts_at=coming.starts_at - timedelta(days=6),
        place="Bibliotheek",
        cancelled_at=cancelled_at,
        cancel_reason="De trainer is ziek. Op de andere avond is er nog plaats.",
    )
    history.tell(
        "training.called_off", subject=cancelled, at=cancelled_at, actor=coordinator, role="coordinator"
    )
    moved = coming.attendances.filter(member__responded_at__lt=cancelled_at)
    Attendance.objects.bulk_create(
        Attendance(municipality=town, session=cancelled, member_id=member)
        for member in moved.order_by("member__group__name", "member__name").values_list("member", flat=True)[
            :3
        ]
    )
    coming.place = "Buurthuis De Kern, grote zaal"
    coming.revision = 1
    coming.save(update_fields=["place", "revision"])
    at = cancelled_at + timedelta(hours=1)
    history.tell(
        "training.changed", subject=coming, at=at, actor=coordinator, role="coordinator", fields=["place"]
    )


def trainings_of(town: Municipality) -> list[TrainingSession]:
    """Two trainings of the past and, last, one to come; made the first time."""
    planned = TrainingSession.objects.filter(municipality=town, cancelled_at=None)
    if made := list(planned.order_by("starts_at")):
        return made
    now = timezone.now().replace(hour=18, minute=30, second=0, microsecond=0)
    return [
        TrainingSession.objects.create(
            municipality=town, title=title, starts_at=now + timedelta(days=days), place=place
        )
        for title, days, place in [
            ("Starttraining", -150, "Buurthuis De Kern"),
            ("Starttraining", -30, "Bibliotheek"),
            ("Starttraining", 14, "Buurthuis De Kern"),
        ]
    ]


def fill_training(town: Municipality) -> None:
    """The training to come has no place left: the coordinator plans another one."""
    coming = trainings_of(town)[-1]
    coming.seats = coming.attendances.count()
    coming.save(update_fields=["seats"])


def drop_empty_trainings() -> None:
    """Evenings of groups that were erased since: nobody is left who was there, and they only lengthen the list."""
    TrainingSession.objects.filter(starts_at__lt=timezone.now(), cancelled_at=None, attendances=None).delete()


def build_group(
    town: Municipality,
    parts: Sequence[str],
    name: str,
    status: GroupStatus,
    coordinator: User,
    trainings: list[TrainingSession],
    random: Random,
) -> SponsorGroup:
    old = status in (GroupStatus.APPROVED, GroupStatus.WITHDRAWN, GroupStatus.DECLINED)
    age = random.randint(40, 420) if old else random.randint(2, 30)
    if status in STOPPED:
        # Not so long ago that retention removes it at once.
        age = min(age, 34)
    elif status in DECIDED:
        age = max(age, 5 + DECIDED_AFTER.days)
    elif status == GroupStatus.SUBMITTED:
        age = max(age, 6)
    born = timezone.now() - timedelta(days=age, hours=random.randint(0, 9))
    decided = DECIDED_AFTER.days if status in DECIDED else 0
    sent = born + timedelta(days=min(age - 1 - decided, random.randint(5, 25)))
    submitted = status not in (GroupStatus.FORMING, GroupStatus.WITHDRAWN)
    group = SponsorGroup.objects.create(
        created_at=born,
        municipality=town,
        name=name,
        kind=random.choice([GroupKind.WELCOME, GroupKind.WELCOME, GroupKind.SPONSOR]),
        status=status,
        motivation="Wij kennen elkaar al jaren en willen onze buurt delen met iemand die hier nieuw is.",
        part_of_town=random.choice(parts),
        offers=sorted(random.sample(reference.GOALS.codes(), k=random.randint(4, 8))),
        promises=sorted(random.sample(reference.WISHES.codes()[1:], k=random.randint(1, 4))),
        max_household=random.choice([3, 4, 5, 6, 8]),
        child_bands=list(reference.CHILD_BANDS.codes()) if random.random() < 0.7 else ["4-11"],
        submitted_at=sent if submitted else None,
        approved_at=sent + DECIDED_AFTER if status in (GroupStatus.APPROVED, GroupStatus.ON_HOLD) else None,
        stopped_at=sent + DECIDED_AFTER if status in STOPPED else None,
        visit_at=local_moment(local_date(sent) + timedelta(days=2), VISITING_TIME) if submitted else None,
    )
    complete = status not in (GroupStatus.FORMING, GroupStatus.RETURNED)
    until = timezone.now() if status == GroupStatus.FORMING else sent
    _members(group, born, until, trainings, complete=complete, random=random)
    if complete:
        _train(group, until)
    _reviews(group, coordinator, sent)
    if status == GroupStatus.ON_HOLD:
        _became_too_small(group)
    history.tell("group.registered", subject=group, at=born)
    if group.submitted_at:
        history.tell("group.submitted", subject=group, at=sent)
    return group


def _became_too_small(group: SponsorGroup) -> None:
    """Two left since the approval, so that too few are left."""
    assert group.approved_at
    at = group.approved_at + (timezone.now() - group.approved_at) / 2
    present = group.members.filter(status=MemberStatus.ACCEPTED).order_by("responded_at", "name")
    for member in present[group.municipality.policy.group_size - 2 :]:
        GroupMember.objects.filter(pk=member.pk).update(status=MemberStatus.LEFT, left_at=at)
        history.tell("member.left", subject=member, at=at)
    history.tell("group.put_on_hold", subject=group, at=at)


def put_back(group: SponsorGroup, by: timedelta) -> None:
    """Everything about a group happened so much earlier."""
    moved = ("created_at", "submitted_at", "approved_at", "stopped_at", "visit_at")
    _move(SponsorGroup.objects.filter(pk=group.pk), by, *moved)
    members = GroupMember.objects.filter(group=group)
    _move(members, by, "created_at", "invited_at", "invitation_expires_at", "responded_at", "left_at")
    of_members = {"member__group": group}
    _move(Agreement.objects.filter(**of_members), by, "created_at")
    _move(Screening.objects.filter(**of_members), by, "created_at", "seen_on", "renew_after")
    _move(GroupReview.objects.filter(group=group), by, "created_at")
    history.put_back(group.pk, by)
    group.refresh_from_db(fields=moved)
    trained = Attendance.objects.filter(attended=True, **of_members)
    if trained.exists():
        trained.delete()
        _train(group, group.submitted_at or group.created_at + LONGEST_FORMING)


def _move(rows: QuerySet[Any], by: timedelta, *fields: str) -> None:
    rows.update(**{field: F(field) - by for field in fields})


def _train(group: SponsorGroup, until: datetime) -> None:
    """All members came to one training, between the last one's yes and this moment."""
    members = list(group.members.filter(status=MemberStatus.ACCEPTED))
    since = max(member.responded_at or group.created_at for member in members)
    evening = (until - timedelta(days=1)).replace(hour=18, minute=30, second=0, microsecond=0)
    session, _made = TrainingSession.objects.get_or_create(
        municipality=group.municipality,
        starts_at=max(since + timedelta(hours=1), evening),
        defaults={"title": "Starttraining", "place": "Bibliotheek"},
    )
    Attendance.objects.bulk_create(
        Attendance(municipality=group.municipality, session=session, member=member, attended=True)
        for member in members
    )


def _members(
    group: SponsorGroup,
    born: datetime,
    until: datetime,
    trainings: list[TrainingSession],
    *,
    complete: bool,
    random: Random,
) -> None:
    """All that they did lies between the group's first day and `until`."""
    wanted = group.municipality.policy.group_size + random.choice([0, 0, 0, 1])
    size = wanted if complete else random.randint(3, wanted)
    for index, name in enumerate(random.sample(names.GROUP_MEMBERS, k=size)):
        waits = not complete and index >= size - random.choice([0, 1, 2])
        status = MemberStatus.INVITED if waits and index else MemberStatus.ACCEPTED
        mail = address(name, f"{group.pk.hex[:5]}.{group.municipality.slug}")
        others = random.sample(SPOKEN, k=random.randint(1, 2))
        answered = born + min(timedelta(days=random.randint(0, 4), hours=index), (until - born) / 2)
        dutch = DutchLevel.YES if index < 3 else random.choice(DutchLevel.values)
        member = GroupMember.objects.create(
            created_at=born,
            municipality=group.municipality,
            group=group,
            user=person(mail, name) if status == MemberStatus.ACCEPTED else None,
            role=MemberRole.CONTACT if index == 0 else MemberRole.MEMBER,
            status=status,
            name=name,
            email=mail,
            dutch=dutch,
            languages=known_languages(
                [{"code": code, "level": random.choice(["intermediate", "fluent"])} for code in others], dutch
            ),
            interests=sorted(random.sample(reference.INTERESTS.codes(), k=4)),
            availability=sorted(random.sample(reference.SLOTS, k=5)),
            is_adult=status == MemberStatus.ACCEPTED,
            invited_at=born,
            invitation_expires_at=born + timedelta(days=40),
            responded_at=answered if status == MemberStatus.ACCEPTED else None,
        )
        if status == MemberStatus.ACCEPTED:
            _conditions(member, answered, until, trainings, complete=complete, random=random)


def _conditions(
    member: GroupMember,
    since: datetime,
    until: datetime,
    trainings: list[TrainingSession],
    *,
    complete: bool,
    random: Random,
) -> None:
    shared: dict[str, Any] = {"municipality": member.municipality, "member": member}
    if complete or random.random() < 0.7:
        for kind in AgreementKind.values:
            Agreement.objects.create(
                created_at=since, kind=kind, version="2026-1", text_sha256="0" * 64, language="nl", **shared
            )
    if complete or random.random() < 0.5:
        seen = min(local_date(since) + timedelta(days=1), local_date(until))
        Screening.objects.create(
            created_at=since,
            status=ScreeningStatus.SEEN,
            seen_on=seen,
            renew_after=seen + timedelta(days=1096),
            **shared,
        )
    else:
        Screening.objects.create(created_at=since, **shared)
    if not complete and random.random() < 0.6:
        Attendance.objects.create(session=trainings[-1], **shared)


def _reviews(group: SponsorGroup, coordinator: User, sent: datetime) -> None:
    decision, message = {
        GroupStatus.APPROVED: (Decision.APPROVED, "Wat een fijne groep. Welkom!"),
        GroupStatus.ON_HOLD: (Decision.APPROVED, "Welkom!"),
        GroupStatus.RETURNED: (Decision.RETURNED, "Kunnen jullie nog één lid vinden dat overdag tijd heeft?"),
        GroupStatus.DECLINED: (
            Decision.DECLINED,
            "Nu past het niet. In het voorjaar beginnen we opnieuw: jullie zijn dan welkom.",
        ),
    }.get(group.status, (None, ""))  # type: ignore[call-overload]  # a status is its text
    if decision is None:
        return
    at = sent + DECIDED_AFTER
    GroupReview.objects.create(
        created_at=at,
        municipality=group.municipality,
        group=group,
        decision=decision,
        message=message,
        decided_by=coordinator,
    )
    history.tell(f"group.{decision.value}", subject=group, at=at, actor=coordinator, role="coordinator")
