"""Outcome questions: planned for each person by itself, asked once with one reminder, answered in private.

Voluntary all the way: whoever does not answer is left alone after three weeks, and nobody hears of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.enums import MemberStatus
from groups.models import GroupMember
from matches.enums import OutcomeStatus, Side
from matches.models import Match, OutcomeRespondent, OutcomeSurvey
from matches.models.outcome import OutcomeSurveyQuerySet
from matches.statements import SCALE, statements_for
from municipalities.models import Policy
from newcomers.models import Household
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError
from samenhier.core.moments import local_date
from samenhier.notifications.outbox import Notice, notify_many

from .batches import BATCH, due_at, until_done
from .checkins import due_date
from .sides import Voice
from .states import OUTCOME

#: So long a questionnaire waits for an answer.
ANSWER_WITHIN = timedelta(days=21)
#: One gentle reminder, so many days after it was asked.
REMIND_AFTER_DAYS = 7

_VALUES = {value for value, _label in SCALE}


@transaction.atomic
def plan_outcomes(*, match: Match, policy: Policy | None = None, not_before: date | None = None) -> int:
    """Plan the policy's moments for the household and for each present member. Returns how many are planned.

    Moments before `not_before` are left out, as with check-ins; only a start that lies less than the time to answer
    back is asked on that day. What is planned already stays as it is, so this may be repeated for a new member.
    """
    assert match.started_on is not None, "outcome questions count from the start"
    policy = policy or Policy.objects.get(municipality=match.municipality_id)
    days = {
        moment: day
        for moment in policy.outcome_moments
        for day in [_day_of(moment, match.started_on, not_before)]
        if day is not None and (match.planned_end is None or day <= match.planned_end)
    }
    if not days:
        return 0
    planned = [
        OutcomeSurvey(
            municipality_id=match.municipality_id,
            match=match,
            side=respondent.side,
            respondent=respondent.pk,
            moment=moment,
            due_on=day,
            closes_on=day + ANSWER_WITHIN,
            next_mail_at=due_at(day),
        )
        for respondent in _respondents(match)
        for moment, day in days.items()
    ]
    OutcomeSurvey.objects.bulk_create(planned, ignore_conflicts=True)
    return len(planned)


def _day_of(moment: str, started_on: date, not_before: date | None) -> date | None:
    day = started_on if moment == "S" else due_date(started_on, moment)
    if not_before is None or day >= not_before:
        return day
    return not_before if moment == "S" and not_before < day + ANSWER_WITHIN else None


def _respondents(match: Match) -> list[OutcomeRespondent]:
    """A key for the household and for each present member; keys that exist are kept."""
    members = list(GroupMember.objects.present().filter(group=match.group_id).values_list("pk", flat=True))
    shared = {"municipality_id": match.municipality_id, "match": match}
    OutcomeRespondent.objects.bulk_create(
        [
            OutcomeRespondent(side=Side.HOUSEHOLD, **shared),
            *(OutcomeRespondent(side=Side.GROUP, member_id=member, **shared) for member in members),
        ],
        ignore_conflicts=True,
    )
    mine = OutcomeRespondent.objects.filter(match=match)
    return [one for one in mine if one.side == Side.HOUSEHOLD or one.member_id in members]


@dataclass(frozen=True)
class Swept:
    """What one sweep did: questionnaires asked or reminded of, and questionnaires whose time was over."""

    mailed: int
    closed: int


def sweep_outcomes(now: datetime) -> Swept:
    """Close what nobody answered in time, and write to who is due at `now`. Safe to repeat and to run twice."""
    closed = until_done(lambda: _close_late(now))
    return Swept(mailed=until_done(lambda: _claim_and_mail(now)), closed=closed)


@transaction.atomic
def _close_late(now: datetime) -> tuple[int, int]:
    late = (
        OutcomeSurvey.objects.planned()
        .select_for_update(skip_locked=True)
        .filter(closes_on__lt=local_date(now))
        .order_by("closes_on")
        .values_list("pk", flat=True)[:BATCH]
    )
    closed = _close(OutcomeSurvey.objects.filter(pk__in=list(late)))
    return closed, closed


class _Due(NamedTuple):
    """A claimed questionnaire with what its message needs."""

    pk: UUID
    match_id: UUID
    match__group_municipality_id: UUID | None
    municipality_id: UUID
    respondent: UUID
    side: str
    moment: str
    due_on: date
    mails_sent: int


@transaction.atomic
def _claim_and_mail(now: datetime) -> tuple[int, int]:
    rows = (
        OutcomeSurvey.objects.planned()
        .select_for_update(skip_locked=True, of=("self",))
        .filter(next_mail_at__lte=now, closes_on__gte=local_date(now), match__isnull=False)
        .order_by("next_mail_at")
        .values_list(*_Due._fields)
    )
    claimed = [_Due(*row) for row in rows[:BATCH]]
    return len(claimed), _mail(claimed, now)


def _mail(claimed: Sequence[_Due], now: datetime) -> int:
    if not claimed:
        return 0
    people = _people({row.respondent for row in claimed})
    notices, unheard = [], []
    onward: dict[datetime | None, list[UUID]] = defaultdict(list)
    for row in claimed:
        person = people.get(row.respondent)
        if person is None:
            # Nobody to write to. The questions stay open: an account may come, and then its page shows them.
            unheard.append(row.pk)
            continue
        notices.append(_notice(row, person))
        reminder = due_at(row.due_on, REMIND_AFTER_DAYS)
        onward[reminder if row.mails_sent == 0 and reminder > now else None].append(row.pk)
    notify_many(notices)
    for moment, pks in onward.items():
        OutcomeSurvey.objects.filter(pk__in=pks).update(next_mail_at=moment, mails_sent=F("mails_sent") + 1)
    OutcomeSurvey.objects.filter(pk__in=unheard).update(next_mail_at=None)
    return len(notices)


def _people(keys: Iterable[UUID]) -> dict[UUID, Voice]:
    """Whose keys these are, with the language to write in; without those who left or have no account."""
    found = OutcomeRespondent.objects.filter(pk__in=keys)
    members = found.filter(
        side=Side.GROUP, member__status=MemberStatus.ACCEPTED, member__user__is_active=True
    ).values_list("pk", "member__user_id", "member__user__language")
    households = found.filter(side=Side.HOUSEHOLD, match__household__user__is_active=True).values_list(
        "pk", "match__household__user_id", "match__household__language"
    )
    return {pk: Voice(user, language) for pk, user, language in [*members, *households] if user}


def _notice(row: _Due, person: Voice) -> Notice:
    number = row.mails_sent + 1
    return Notice(
        kind="matches.outcome",
        # Stays when the message is emptied, so it does not name the questionnaire: that would say whose answers those are.
        dedupe_key=f"outcome:{row.match_id}:{row.moment}:{person.user_id}:{number}",
        recipient_id=person.user_id,
        language=person.language,
        # What may not have arrived is shown to the town that knows this person.
        municipality_id=(row.match__group_municipality_id if row.side == Side.GROUP else None)
        or row.municipality_id,
        context={
            "match_id": str(row.match_id),
            "survey_id": str(row.pk),
            "side": row.side,
            "number": number,
        },
    )


@transaction.atomic
def answer_outcome(*, survey: OutcomeSurvey, actor: User, answers: Mapping[str, int | None]) -> OutcomeSurvey:
    """Keep what this person says; None, or a statement left out, is “rather not”. Once, and not to be changed.

    The trail says that somebody of that side answered, not who.
    """
    row = OutcomeSurvey.objects.select_for_update().get(pk=survey.pk)
    if not OutcomeRespondent.objects.visible_to(actor).filter(pk=row.respondent).exists():
        raise DomainError(_("Only the person who was asked can answer."))
    today = timezone.localdate()
    if row.status == OutcomeStatus.ANSWERED:
        raise DomainError(_("You have answered these questions already. Thank you."))
    if not OUTCOME.allows(row.status, OutcomeStatus.ANSWERED) or row.closes_on < today:
        raise DomainError(_("The time for these questions is over. You do not have to do anything."))
    if row.due_on > today:
        raise DomainError(_("It is too early for these questions. You get a message when it is time."))
    given = {code: value for code, value in answers.items() if value is not None}
    if not set(given) <= {one.code for one in statements_for(row.side)} or not set(given.values()) <= _VALUES:
        raise DomainError(_("Choose answers from the list."))
    row.status = OutcomeStatus.ANSWERED
    row.answers = given
    row.answered_on = today
    row.next_mail_at = None
    row.save(update_fields=["status", "answers", "answered_on", "next_mail_at"])
    audit.record("outcome.answered", actor=None, municipality_id=row.municipality_id, side=row.side)
    return row


def close_outcomes_of_match(match: Match) -> int:
    """Ask nothing more after an early end. In the caller's transaction."""
    return _close(OutcomeSurvey.objects.filter(match=match))


def close_outcomes_of_member(member: GroupMember) -> int:
    """Ask nothing more of somebody who left the group. In the caller's transaction."""
    return _close_keys(OutcomeRespondent.objects.filter(member=member))


def close_outcomes_of_household(household: Household) -> int:
    """Ask nothing more of a household that withdrew. In the caller's transaction."""
    return _close_keys(OutcomeRespondent.objects.filter(side=Side.HOUSEHOLD, match__household=household))


def _close_keys(respondents: Iterable[OutcomeRespondent]) -> int:
    return _close(OutcomeSurvey.objects.filter(respondent__in=[one.pk for one in respondents]))


def _close(surveys: OutcomeSurveyQuerySet) -> int:
    return surveys.planned().update(status=OutcomeStatus.CLOSED, next_mail_at=None)


@transaction.atomic
def forget_respondents(*, match: Match, side: Side | None = None) -> int:
    """Cut the tie between answers and people, of one side or both: keys and match go, days become months.

    What was answered stays for the figures, and belongs to nobody from then on. Questions that were not answered go.
    Returns how many people were forgotten; safe to repeat.
    """
    respondents = OutcomeRespondent.objects.filter(match=match)
    if side is not None:
        respondents = respondents.filter(side=side)
    keys = list(respondents.select_for_update(of=("self",)).values_list("pk", flat=True))
    if not keys:
        return 0
    surveys = OutcomeSurvey.objects.filter(respondent__in=keys)
    surveys.exclude(status=OutcomeStatus.ANSWERED).delete()
    surveys.update(
        match=None,
        due_on=TruncMonth("due_on"),
        closes_on=TruncMonth("closes_on"),
        answered_on=TruncMonth("answered_on"),
    )
    OutcomeRespondent.objects.filter(pk__in=keys).delete()
    audit.record(
        "outcome.forgotten",
        actor=None,
        municipality_id=match.municipality_id,
        match=str(match.pk),
        count=len(keys),
    )
    return len(keys)
