"""Trying out beside the runs: what would happen with other choices. Nothing here makes a proposal, and nothing can.

Each act returns the row as it stands afterwards. A change throws the outcome away, so that what one reads always belongs
to the choices beside it.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from groups.models import SponsorGroup
from matches.enums import WhatIfStatus
from matches.models import MatchingRun, WhatIf
from matches.tasks import enqueue_what_if
from municipalities.models import Municipality
from newcomers.models import Household
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError, TransitionRefused

from . import queue
from .imaginary import ImaginaryGroup
from .obstacles import obstacles
from .prices import last_run
from .reach import reach_of
from .trying import BAN, PIN, Choices, Trial, try_out

#: The newest of a municipality; an older one goes when a new one comes.
KEPT = 20
MOST_PAIRS = 20
MOST_GROUPS = 5
_LISTS = {PIN: "pins", BAN: "bans"}


@transaction.atomic
def create(*, municipality: Municipality, actor: User | None, title: str, **settings: Any) -> WhatIf:
    """A new what-if with its settings: `note`, `weights`, `floor`. Beyond the newest twenty, the oldest go."""
    what_if = WhatIf.objects.create(
        municipality=municipality, created_by=actor, title=title, **_settings(settings)
    )
    audit.record("what_if.created", actor=actor, subject=what_if)
    others = WhatIf.objects.filter(municipality=municipality).exclude(pk=what_if.pk)
    too_many = max(0, others.count() + 1 - KEPT)
    idle = [row for row in others.order_by("created_at", "pk") if not row.busy]
    for row in idle[:too_many]:
        _delete(row, actor=actor)
    return what_if


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(given) - {"title", "note", "weights", "floor"}
    assert not unknown, f"no settings of a what-if: {sorted(unknown)}"
    return dict(given)


@transaction.atomic
def change(*, what_if: WhatIf, actor: User, **settings: Any) -> WhatIf:
    """Change `title`, `note`, `weights` or `floor`. Title and note leave an outcome as it is."""
    row = _locked(what_if)
    changed = [name for name, value in _settings(settings).items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, settings[name])
    if changed:
        _keep(row, actor, changed, again=bool({"weights", "floor"} & set(changed)))
    return row


@transaction.atomic
def add_pair(
    *, what_if: WhatIf, actor: User, kind: str, household: Household, group: SponsorGroup, reason: str
) -> WhatIf:
    """Pin or ban one pair, with the reason. A pair that a rule forbids is refused with the sentence of that rule."""
    row = _locked(what_if)
    assert household.municipality_id == row.municipality_id
    if group.municipality_id not in reach_of(row.municipality_id).policies:
        raise DomainError(_("This group is not free now. Choose one from the list."))
    pairs = [*row.pins, *row.bans]
    same = {"household": str(household.pk), "group": str(group.pk)}
    if any(one["household"] == same["household"] and one["group"] == same["group"] for one in pairs):
        raise DomainError(_("These two stand in the list already. Remove that line first."))
    if len(pairs) >= MOST_PAIRS:
        raise DomainError(
            _("%(most)s pairs is the most for one try. Remove one first.") % {"most": MOST_PAIRS}
        )
    if kind == PIN:
        _may_be_pinned(row, household, group)
    getattr(row, _LISTS[kind]).append({**same, "reason": reason})
    return _keep(row, actor, [_LISTS[kind]])


def _may_be_pinned(row: WhatIf, household: Household, group: SponsorGroup) -> None:
    for one in row.pins:
        if one["household"] == str(household.pk):
            raise DomainError(
                _("%(household)s is pinned to another group already. One household gets one group.")
                % {"household": household.code_name}
            )
        if one["group"] == str(group.pk):
            raise DomainError(
                _("%(group)s is pinned to another household already. One group supports one household.")
                % {"group": group.name}
            )
    if why := obstacles(household, group):
        raise DomainError(
            _("%(household)s and %(group)s cannot be put together. %(why)s")
            % {"household": household.code_name, "group": group.name, "why": " ".join(map(_sentence, why))}
        )


def _sentence(text: str) -> str:
    return f"{capfirst(text.rstrip('.'))}."


@transaction.atomic
def save(
    *,
    municipality: Municipality,
    what_if: WhatIf | None,
    actor: User,
    settings: Mapping[str, Any],
    pair: Mapping[str, Any] | None = None,
) -> WhatIf:
    """All that stood on the page, at once: the settings of a new or known what-if, and one more pair if there is one.

    When the pair is refused, nothing is saved.
    """
    if what_if is None:
        what_if = create(municipality=municipality, actor=actor, **settings)
    else:
        what_if = change(what_if=what_if, actor=actor, **settings)
    return what_if if pair is None else add_pair(what_if=what_if, actor=actor, **pair)


@transaction.atomic
def remove_pair(*, what_if: WhatIf, actor: User, kind: str, household: str, group: str) -> WhatIf:
    """Take a pin or ban off the list; nothing happens when it is gone already."""
    row = _locked(what_if)
    left = [
        one for one in getattr(row, _LISTS[kind]) if (one["household"], one["group"]) != (household, group)
    ]
    if len(left) == len(getattr(row, _LISTS[kind])):
        return row
    setattr(row, _LISTS[kind], left)
    return _keep(row, actor, [_LISTS[kind]])


@transaction.atomic
def add_group(*, what_if: WhatIf, actor: User, group: ImaginaryGroup) -> WhatIf:
    """One more group that does not exist."""
    row = _locked(what_if)
    if len(row.imaginary) >= MOST_GROUPS:
        raise DomainError(
            _("%(most)s imaginary groups is the most for one try. Remove one first.") % {"most": MOST_GROUPS}
        )
    row.imaginary.append(group.to_json())
    return _keep(row, actor, ["imaginary"])


@transaction.atomic
def remove_group(*, what_if: WhatIf, actor: User, place: int) -> WhatIf:
    """Take an imaginary group out; nothing happens when there is none at that place."""
    row = _locked(what_if)
    if not 0 <= place < len(row.imaginary):
        return row
    del row.imaginary[place]
    return _keep(row, actor, ["imaginary"])


def _locked(what_if: WhatIf) -> WhatIf:
    row = WhatIf.objects.select_for_update().filter(pk=what_if.pk).first()
    if row is None:
        raise TransitionRefused(_("This try was removed in the meantime."))
    if row.busy:
        raise TransitionRefused(_("It is being computed now. You can change it in a moment."))
    return row


def _keep(row: WhatIf, actor: User, fields: list[str], *, again: bool = True) -> WhatIf:
    """Save what changed. The outcome belonged to the earlier choices and goes, when `again`."""
    if again:
        row.status = WhatIfStatus.DRAFT
        row.result = row.comparison = row.finished_at = None
        row.error = ""
    row.save()
    audit.record("what_if.changed", actor=actor, subject=row, fields=fields)
    return row


def start(*, what_if: WhatIf, actor: User | None) -> WhatIf:
    """Queue it and ring a worker after the commit.

    Raises `Conflict` while another what-if of this municipality waits or is being computed.
    """
    try:
        with transaction.atomic():
            row = _locked(what_if)
            row.status = WhatIfStatus.QUEUED
            # The sweep counts from here, not from the day it was made.
            row.claimed_at = timezone.now()
            row.result = row.comparison = row.finished_at = None
            row.error = ""
            row.save()
            audit.record("what_if.started", actor=actor, subject=row)
            transaction.on_commit(partial(enqueue_what_if, row.pk))
            return row
    except IntegrityError as error:
        raise Conflict(
            _("Another try is being computed for your municipality. Start this one again in a moment.")
        ) from error


@transaction.atomic
def start_plain(*, municipality: Municipality, actor: User, title: str) -> WhatIf:
    """What a run would place now: a what-if without choices, in the queue at once."""
    return start(what_if=create(municipality=municipality, actor=actor, title=title), actor=actor)


def compute(what_if_id: UUID) -> WhatIf | None:
    """Compute a queued what-if; None when there is nothing to do. The lots are those of the last run: same data, same
    choices, same outcome."""
    claimed = queue.claim(WhatIf, what_if_id)
    if claimed is None:
        return None
    try:
        run = last_run(claimed.municipality_id)
        trial = try_out(claimed.municipality_id, Choices.of(claimed), seed=run.seed if run is not None else 0)
        return _conclude(claimed, run, trial)
    except Exception as error:
        queue.fail(claimed, error)
        raise


def _conclude(claimed: WhatIf, run: MatchingRun | None, trial: Trial) -> WhatIf | None:
    result, comparison, input_hash = trial.result(), trial.comparison(), trial.input_hash()
    comparison["same_as_run"] = run is not None and run.input_hash == input_hash
    with transaction.atomic():
        row = queue.held(claimed)
        if row is None:
            return None
        row.run = run
        row.seed = trial.seed
        row.input_hash = input_hash
        row.result, row.comparison = result, comparison
        row.status = WhatIfStatus.DONE
        row.finished_at = timezone.now()
        row.save()
        audit.record("what_if.finished", actor=None, subject=row, placed=result["placed"])
        return row


@transaction.atomic
def delete(*, what_if: WhatIf, actor: User | None) -> None:
    """Remove it, also while a worker computes: that worker finds nothing to write to."""
    row = WhatIf.objects.select_for_update().filter(pk=what_if.pk).first()
    if row is not None:
        _delete(row, actor=actor)


def _delete(row: WhatIf, *, actor: User | None) -> None:
    audit.record("what_if.deleted", actor=actor, subject=row)
    row.delete()


def forget(*, household: Household) -> int:
    """Remove every what-if that names this household, with the reasons written there. Part of erasing; in its transaction."""
    named, pk = [{"household": str(household.pk)}], str(household.pk)
    rows = WhatIf.objects.filter(municipality=household.municipality_id).filter(
        Q(pins__contains=named)
        | Q(bans__contains=named)
        | Q(result__pairs__contains=[[pk]])
        | Q(comparison__cost__moves__contains=[[pk]])
    )
    for row in (found := list(rows)):
        _delete(row, actor=None)
    return len(found)


def sweep_stuck(now: datetime) -> int:
    """Queue again what got stuck."""
    return queue.requeue_stuck(WhatIf, now, ring=enqueue_what_if)
