"""A coordinator chooses a pair that no run proposed: with a reason, and knowing the price. Both are kept."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.impartial import refuse_own_group
from groups.models import SponsorGroup
from matches.enums import MatchStatus
from matches.models import Match
from newcomers.models import Household
from newcomers.rules import check_text
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError

from .locking import lock_pair
from .obstacles import obstacles
from .prices import Cost
from .pricing import Asked, asked, still_true
from .proposing import reasons_to_store
from .states import MATCH


@dataclass(frozen=True)
class Choice:
    """One pair as it stands now: what forbids it, or how it fits, what it costs, and which proposals it replaces.

    `replaces` holds the undecided proposals of either side; `proposed` is the one of exactly these two.
    """

    household: Household
    group: SponsorGroup
    asked: Asked
    replaces: list[Match]

    @property
    def cost(self) -> Cost | None:
        """What choosing it costs others; None when it is impossible, or not computed yet."""
        return self.asked.prices.cost if self.asked.prices is not None else None

    @property
    def proposed(self) -> Match | None:
        """The undecided proposal of exactly these two."""
        return next(
            (
                one
                for one in self.replaces
                if (one.household_id, one.group_id) == (self.household.pk, self.group.pk)
            ),
            None,
        )

    @property
    def possible(self) -> bool:
        """Whether a coordinator may choose it now."""
        return self.cost is not None and not self.asked.broken and self.proposed is None

    @property
    def seen(self) -> str:
        """Stands for what the page showed: a choice counts only while price and proposals are still the same."""
        return _mark(self.cost, (one.pk for one in self.replaces))

    def still_true(self) -> bool:
        """Whether its price is of the data of now. What a worker computed was true a while ago."""
        prices = self.asked.prices
        if prices is None or not self.asked.by_worker:
            return prices is not None
        return still_true(prices, household=self.household, group=self.group)


def look_at(*, household: Household, group: SponsorGroup) -> Choice:
    """The pair with the data of this moment. Writes nothing."""
    return Choice(
        household=household,
        group=group,
        asked=asked(household, group),
        replaces=list(_undecided(household, group)),
    )


def choose(*, household: Household, group: SponsorGroup, reason: str, seen: str, actor: User) -> Match:
    """Propose this pair instead of what stands there for either of them. Nobody is asked before it is approved.

    `reason` is a sentence for colleagues; `seen` the mark of the price that the coordinator saw (`Choice.seen`).
    Raises `DomainError` for a hard rule, and `Conflict` when price or proposals are no longer what was seen.
    """
    reason = reason.strip()
    if not reason:
        raise DomainError(_("Write down why you choose these two. Your colleagues read it later."))
    check_text(reason)
    # Solving holds no locks; what it looked at is compared again under them.
    choice = look_at(household=household, group=group)
    of_now = choice.still_true()
    try:
        with transaction.atomic():
            return _choose(choice, reason, seen if of_now else "", actor)
    except IntegrityError as error:
        raise Conflict(_changed()) from error


def _choose(choice: Choice, reason: str, seen: str, actor: User) -> Match:
    household, group = lock_pair(choice.household.pk, choice.group.pk)
    refuse_own_group(group_id=group.pk, actor=actor)
    if reasons := obstacles(household, group):
        raise DomainError(_("These two cannot be matched now: %(reasons)s") % {"reasons": " ".join(reasons)})
    replaced = list(_undecided(household, group).select_for_update(of=("self",)))
    if choice.proposed is not None:
        raise Conflict(_("These two are proposed to each other already. You can decide about that proposal."))
    fits = choice.asked.fits
    if choice.cost is None or fits is None or _mark(choice.cost, (one.pk for one in replaced)) != seen:
        raise Conflict(_changed())
    own = [one for one in replaced if one.household_id == household.pk]
    now = timezone.now()
    # The own town goes first with its groups: what neighbours only proposed makes way.
    elsewhere = Match.objects.filter(
        group=group, group_municipality=household.municipality_id, status=MatchStatus.PROPOSED
    )
    gone = [*replaced, *elsewhere.order_by("pk").select_for_update()]
    for one in gone:
        MATCH.check(one.status, MatchStatus.WITHDRAWN)
        one.status = MatchStatus.WITHDRAWN
        one.closed_at = now
        one.save(update_fields=["status", "closed_at"])
    match = Match.objects.create(
        municipality_id=household.municipality_id,
        household=household,
        group=group,
        group_municipality_id=group.municipality_id
        if group.municipality_id != household.municipality_id
        else None,
        score=fits.score,
        reasons=reasons_to_store(fits, choice.asked.part_names),
        overrides=own[0] if own else None,
        override_reason=reason,
        override_price=choice.cost.to_json(),
    )
    for one in gone:
        audit.record("match.replaced", actor=actor, subject=one, by=str(match.pk))
    audit.record(
        "match.chosen",
        actor=actor,
        subject=match,
        reason=reason,
        price=match.override_price,
        replaced=[str(one.pk) for one in replaced],
    )
    return match


def _undecided(household: Household, group: SponsorGroup) -> QuerySet[Match]:
    """Of the household's own town: what another one proposed with this group is no business of this one."""
    return (
        Match.objects.filter(
            Q(household=household) | Q(group=group),
            municipality=household.municipality_id,
            status=MatchStatus.PROPOSED,
        )
        .select_related("household", "group")
        .order_by("pk")
    )


def _mark(cost: Cost | None, replaced: Iterable[UUID]) -> str:
    text = json.dumps([cost and cost.to_json(), sorted(map(str, replaced))], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _changed() -> str:
    return _("Something changed since you looked: the price or the proposals. Look again, then choose.")
