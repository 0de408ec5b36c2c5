"""How long we know what happened in a match: after that, only what the figures count."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Expression, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import SponsorGroup
from matches.enums import OPEN_STATUSES, UNDECIDED_STATUSES, MatchStatus, Side
from matches.models import (
    Answer,
    CheckInReport,
    ContactRequest,
    Match,
    MatchingRun,
    PairPrice,
    RunInput,
    SafetyFlag,
    TrialChoice,
    WhatIf,
)
from municipalities.retention import AHEAD, Rule, before
from newcomers.domain.erasure import erase as erase_household
from newcomers.domain.retention import out_of_touch
from newcomers.enums import HouseholdStatus
from newcomers.mails import ERASED_SOON
from newcomers.models import Household
from samenhier import audit
from samenhier.notifications.outbox import notify

CLOSED_MATCH = "closed_match"
SILENT_AFTER_MATCH = "silent_after_match"
OLD_RUN = "old_run"
OLD_WHAT_IF = "old_what_if"

TERM = "closed_match_months"
#: Over, in whatever way.
CLOSED = [MatchStatus.ENDED, MatchStatus.DECLINED, MatchStatus.LAPSED, MatchStatus.WITHDRAWN]


def _closed_before(moment: Expression) -> Q:
    """Closed before the moment. An import may know the last day only."""
    return Q(closed_at__lt=moment) | Q(closed_at=None, ended_on__lt=moment)


def _kept(now: datetime) -> QuerySet[Match]:
    """Matches of which we still have to know who is in them."""
    met = Q(introduced_at__isnull=False) & ~_closed_before(before(now, TERM))
    return Match.objects.filter(Q(status__in=OPEN_STATUSES) | met)


def needs_household(now: datetime) -> Exists:
    """Whether a match needs the household of the outer query. Registered with newcomers."""
    return Exists(_kept(now).filter(household=OuterRef("pk"), municipality=OuterRef("municipality")))


def needs_group(now: datetime) -> Exists:
    """Whether a match needs the group of the outer query. Registered with groups."""
    # Also when the household belongs to a neighbour municipality, whose term holds for the match.
    here = Q(municipality=OuterRef("municipality")) | Q(group_municipality=OuterRef("municipality"))
    return Exists(_kept(now).filter(here, group=OuterRef("pk")))


def closed_matches(now: datetime) -> QuerySet[Match]:
    """Matches that were closed longer ago than their town keeps them."""
    return Match.objects.filter(_closed_before(before(now, TERM)), status__in=CLOSED, anonymised_at=None)


def silent_after_match(now: datetime) -> QuerySet[Household]:
    """Who paused when the year with a group ended, of whom nobody has heard since, and who was told a month ago.

    Until then the work list asked the coordinator to call.
    """
    return _silent(now).filter(warned_at__lt=now - AHEAD)


def warn_silent(now: datetime) -> None:
    """Tell those whose data go in a month, so that they can say that they want to stay. Once for each silence."""
    with transaction.atomic():
        rows = _silent(now + AHEAD).filter(warned_at=None).select_for_update(skip_locked=True, of=("self",))
        for household in rows.select_related("user"):
            household.warned_at = now
            household.save(update_fields=["warned_at"])
            audit.record("household.warned", actor=None, subject=household, rule=SILENT_AFTER_MATCH)
            if household.user is not None:
                notify(
                    kind=ERASED_SOON.code,
                    recipient=household.user,
                    language=household.language,
                    dedupe_key=f"{ERASED_SOON.code}:{household.pk}:{now.isoformat()}",
                    municipality_id=household.municipality_id,
                    context={"household_id": str(household.pk), "warned_at": now.isoformat()},
                )


def _silent(now: datetime) -> QuerySet[Household]:
    met = Match.objects.filter(household=OuterRef("pk"), introduced_at__isnull=False)
    return Household.objects.filter(
        out_of_touch(before(now, TERM)), Exists(met), status=HouseholdStatus.PAUSED, erased_at=None
    ).exclude(needs_household(now))


def old_runs(now: datetime) -> QuerySet[MatchingRun]:
    """Runs older than the term that still hold what went in, or who was left over and why."""
    return MatchingRun.objects.filter(
        ~Q(leftovers=[]) | Exists(RunInput.objects.filter(run=OuterRef("pk"))),
        created_at__lt=before(now, TERM),
        finished_at__isnull=False,
    )


def old_what_ifs(now: datetime) -> QuerySet[WhatIf]:
    """Tries beside the runs, older than the term: they name pairs, and why."""
    return WhatIf.objects.filter(created_at__lt=before(now, TERM))


@transaction.atomic
def anonymise(*, match: Match, rule: str = "") -> Match:
    """Keep of a closed match its dates and how it ended. Nobody of staff is in it any more either. Repeating is harmless."""
    row = Match.objects.select_for_update().get(pk=match.pk)
    if row.anonymised_at is not None:
        return row
    for side in Side:
        forget_side(match=row, side=side)
    ContactRequest.objects.filter(match=row).delete()
    _forget_reasons(row)
    row.builder = row.approved_by = row.introduced_by = row.offered_by = row.agreed_by = None
    row.first_meeting_at = None
    row.anonymised_at = timezone.now()
    row.save()
    audit.record("match.anonymised", actor=None, subject=row, rule=rule)
    return row


def forget_side(*, match: Match, side: Side) -> None:
    """What one side said: its answer, its choice after the trial, its check-ins, its outcome questions. In the caller's transaction.

    That a check-in was answered, and when, stays: it is counted.
    """
    from .outcomes import forget_respondents

    Answer.objects.filter(match=match, side=side).delete()
    TrialChoice.objects.filter(match=match, side=side).delete()
    CheckInReport.objects.filter(check_in__match=match, check_in__side=side).delete()
    forget_respondents(match=match, side=side)


def forget_household(household: Household) -> None:
    """What matches and their runs hold of a household that is erased; numbers stay for the figures.

    In the caller's transaction. Registered with newcomers.
    """
    from . import pricing
    from .outcomes import forget_respondents  # here: the engine is not loaded at each start
    from .sandbox import forget
    from .snapshot import forget_input

    forget_input(household=household)
    forget(household=household)
    pricing.forget(household=household)
    CheckInReport.objects.filter(check_in__match__household=household, check_in__side=Side.HOUSEHOLD).update(
        note=None, answered_by=None
    )
    for match in Match.objects.select_for_update().filter(household=household).order_by("pk"):
        forget_respondents(match=match, side=Side.HOUSEHOLD)
        Answer.objects.filter(match=match, side=Side.HOUSEHOLD).delete()
        TrialChoice.objects.filter(match=match, side=Side.HOUSEHOLD).delete()
        if match.override_reason:
            _forget_ended_choice(match)
        _forget_reasons(match)
        match.save()
    ContactRequest.objects.filter(household=household).delete()
    _forget_leftover(household)


def forget_group(group: SponsorGroup) -> None:
    """What matches hold of a group that is erased. Registered with groups."""
    for match in Match.objects.select_for_update().filter(group=group).order_by("pk"):
        if match.status in UNDECIDED_STATUSES:
            match.status, match.closed_at = MatchStatus.WITHDRAWN, timezone.now()
            audit.record("match.set_aside", actor=None, subject=match, reason="")
        forget_side(match=match, side=Side.GROUP)
        _forget_reasons(match)
        match.save()
    SafetyFlag.objects.filter(group=group).delete()
    PairPrice.objects.filter(municipality=group.municipality_id).delete()


def _forget_reasons(match: Match) -> None:
    """Why these two, and why a coordinator chose them: it tells of both. The caller saves."""
    match.reasons = []
    match.overrides, match.override_reason, match.override_price = None, "", None


def _forget_ended_choice(match: Match) -> None:
    """Why a run set this choice by hand aside: it may tell what the household needs."""
    key = str(match.pk)
    runs = MatchingRun.objects.filter(
        municipality_id=match.municipality_id, ended_choices__contains=[{"match": key}]
    )
    for run in runs.only("ended_choices").select_for_update():
        run.ended_choices = [one for one in run.ended_choices if one["match"] != key]
        run.save(update_fields=["ended_choices"])


def _forget_leftover(household: Household) -> None:
    """Why a run found no group for this household."""
    key = str(household.pk)
    runs = MatchingRun.objects.filter(
        municipality_id=household.municipality_id, leftovers__contains=[{"household": key}]
    )
    for run in runs.only("leftovers").select_for_update():
        run.leftovers = [one for one in run.leftovers if one.get("household") != key]
        run.save(update_fields=["leftovers"])


@transaction.atomic
def forget_run(run: MatchingRun) -> None:
    """Keep of an old run that it was made and what it counted: its proof and hash stay, what went in goes."""
    RunInput.objects.filter(run=run).delete()
    MatchingRun.objects.filter(pk=run.pk).update(leftovers=[], ended_choices=[])
    audit.record("run.forgotten", actor=None, subject=run, rule=OLD_RUN)


@transaction.atomic
def forget_what_if(what_if: WhatIf) -> None:
    """Remove an old try."""
    audit.record("what_if.deleted", actor=None, subject=what_if, rule=OLD_WHAT_IF)
    what_if.delete()


RULES = (
    Rule(
        code=CLOSED_MATCH,
        order=10,
        what=_("Matches that are over"),
        then=_(
            "Answers, words of check-ins, requests for contact and reasons go; dates stay for the figures."
        ),
        term=TERM,
        due=closed_matches,
        remove=lambda match: anonymise(match=match, rule=CLOSED_MATCH),
    ),
    Rule(
        code=SILENT_AFTER_MATCH,
        order=15,
        what=_("Newcomers who had a group and were not heard of since"),
        then=_("Name, contact, card and account go; the number of adults and children stays."),
        term=TERM,
        due=silent_after_match,
        remove=lambda household: erase_household(household=household, actor=None, rule=SILENT_AFTER_MATCH),
        first=warn_silent,
    ),
    Rule(
        code=OLD_RUN,
        order=60,
        what=_("Old matching runs"),
        then=_("The cards that went in go, and who was left over; the proof and the counts stay."),
        term=TERM,
        due=old_runs,
        remove=forget_run,
    ),
    Rule(
        code=OLD_WHAT_IF,
        order=70,
        what=_("Old tries beside the matching runs"),
        then=_("They go, with what was tried and why."),
        term=TERM,
        due=old_what_ifs,
        remove=forget_what_if,
    ),
)
