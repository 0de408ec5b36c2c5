"""How far a group is: computed from what is known, never stored.

Reads only prefetched rows (`SponsorGroup.objects.with_readiness()`), so a list costs a constant number of queries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils import timezone

from groups.enums import AgreementKind, DutchLevel, MemberStatus
from groups.models import GroupMember, SponsorGroup

from .agreements import asked, current_version


class Condition(StrEnum):
    """What a group needs, in the order in which people meet it."""

    MEMBERS = "members"
    DUTCH = "dutch"
    AGREEMENTS = "agreements"
    VOG = "vog"
    TRAINING = "training"
    VISIT = "visit"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One condition: `done` of `wanted`. Advice does not block."""

    condition: Condition
    done: int
    wanted: int
    advice: bool = False

    @property
    def met(self) -> bool:
        return self.done >= self.wanted

    @property
    def state(self) -> str:
        """done, busy or todo: the words of the checklist component."""
        return "done" if self.met else "busy" if self.done else "todo"


@dataclass(frozen=True, kw_only=True)
class MemberReadiness:
    """What one present member did. Others in the group may only see `complete`."""

    member: GroupMember
    missing: tuple[Condition, ...]

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """The state of a group.

    present: members who said yes; wanted and minimum: numbers of the policy; invited: who still has to answer.
    complete: everything is there, also the visit and the full number. Approval asks this.
    """

    items: tuple[Item, ...]
    members: tuple[MemberReadiness, ...]
    present: int
    wanted: int
    minimum: int
    invited: int

    @property
    def missing(self) -> tuple[Condition, ...]:
        """Conditions that block and are not met."""
        return tuple(item.condition for item in self.items if not item.met and not item.advice)

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def small(self) -> bool:
        """Fewer than the policy asks, but enough with a reason."""
        return self.minimum <= self.present < self.wanted

    @property
    def complete_but_size(self) -> bool:
        """Everything is there, or everything but the number, which a reason may replace."""
        return self.complete or (self.small and set(self.missing) == {Condition.MEMBERS})

    @property
    def own_part_done(self) -> bool:
        """The group did its part and may ask for approval; the visit is the coordinator's part."""
        left = set(self.missing) - {Condition.VISIT}
        return not left or (self.small and left == {Condition.MEMBERS})

    def item(self, condition: Condition) -> Item | None:
        return next((item for item in self.items if item.condition == condition), None)


def readiness(group: SponsorGroup) -> Readiness:
    """The readiness of one group; read it with `with_readiness()` first."""
    policy = group.municipality.policy
    everyone = list(group.members.all())
    present = [member for member in everyone if member.status == MemberStatus.ACCEPTED]
    today = timezone.localdate()
    texts = asked(policy)
    members = tuple(
        MemberReadiness(
            member=member,
            missing=_missing(
                member,
                texts=texts,
                vog=policy.vog_required,
                training=policy.training_required,
                today=today,
            ),
        )
        for member in present
    )
    # A group of three is done when three are; a group of one still needs the others.
    people = max(len(present), policy.group_size_min)

    def having(condition: Condition) -> int:
        return sum(1 for one in members if condition not in one.missing)

    items = [
        Item(condition=Condition.MEMBERS, done=len(present), wanted=policy.group_size),
        Item(
            condition=Condition.DUTCH,
            done=sum(1 for member in present if member.dutch == DutchLevel.YES),
            wanted=policy.dutch_speakers_advised,
            advice=True,
        ),
    ]
    if texts:
        items.append(Item(condition=Condition.AGREEMENTS, done=having(Condition.AGREEMENTS), wanted=people))
    if policy.vog_required:
        items.append(Item(condition=Condition.VOG, done=having(Condition.VOG), wanted=people))
    if policy.training_required:
        items.append(Item(condition=Condition.TRAINING, done=having(Condition.TRAINING), wanted=people))
    visited = group.visit_at is not None and group.visit_at <= timezone.now()
    items.append(Item(condition=Condition.VISIT, done=int(visited), wanted=1))
    return Readiness(
        items=tuple(items),
        members=members,
        present=len(present),
        wanted=policy.group_size,
        minimum=policy.group_size_min,
        invited=sum(1 for member in everyone if member.status == MemberStatus.INVITED),
    )


def readiness_of_many(groups: Iterable[SponsorGroup]) -> dict[UUID, Readiness]:
    """The readiness of each group, by id, with a constant number of queries."""
    ids = [group.pk for group in groups]
    return {group.pk: readiness(group) for group in SponsorGroup.objects.filter(pk__in=ids).with_readiness()}


def fresh_readiness(group: SponsorGroup) -> Readiness:
    """Read again from the database: inside a transaction that holds the group's lock."""
    return readiness(SponsorGroup.objects.with_readiness().get(pk=group.pk))


def _missing(
    member: GroupMember, *, texts: Iterable[AgreementKind], vog: bool, training: bool, today: date
) -> tuple[Condition, ...]:
    missing = []
    if not all(f"{kind.value} {current_version(kind)}" in member.signed for kind in texts):
        missing.append(Condition.AGREEMENTS)
    if vog and not vog_is_valid(member, today=today):
        missing.append(Condition.VOG)
    if training and not member.trained:
        missing.append(Condition.TRAINING)
    return tuple(missing)


def vog_is_valid(member: GroupMember, *, today: date) -> bool:
    """Whether a VOG was seen and need not be shown again yet, or none is needed."""
    return member.vog_until is not None and member.vog_until >= today
