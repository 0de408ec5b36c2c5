"""A believable past, made through the models: counts for the end of each month, known by heart."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

import time_machine
from django.utils import timezone

from groups.enums import GroupStatus, MemberStatus
from groups.models import GroupMember, SponsorGroup
from matches.enums import CheckInStatus, MatchStatus
from matches.models import CheckIn, Match
from municipalities.models import Municipality
from newcomers.enums import ConsentHow, ConsentPurpose, HouseholdStatus
from newcomers.models import Consent, Household
from samenhier.accounts.models import User
from samenhier.core.moments import local_moment

_number = count(1)


def at(day: date | str, hour: int = 12) -> datetime:
    return local_moment(date.fromisoformat(day) if isinstance(day, str) else day, time(hour))


def group(
    town: Municipality, born: str, *, submitted: str = "", approved: str = "", people: int = 0, **fields: Any
) -> SponsorGroup:
    status = GroupStatus.APPROVED if approved else GroupStatus.SUBMITTED if submitted else GroupStatus.FORMING
    row = SponsorGroup.objects.create(
        **{
            "municipality": town,
            "name": f"Groep {next(_number)}",
            "status": status,
            "submitted_at": at(submitted) if submitted else None,
            "approved_at": at(approved) if approved else None,
            **fields,
        }
    )
    SponsorGroup.objects.filter(pk=row.pk).update(created_at=at(born))
    for _place in range(people):
        number = next(_number)
        user = User.objects.create(email=f"lid-{number}@voorbeeld.example", name=f"Lid {number}")
        GroupMember.objects.create(
            municipality=town,
            group=row,
            user=user,
            status=MemberStatus.ACCEPTED,
            name=user.name,
            email=user.email,
            is_adult=True,
            responded_at=at(born, 13),
        )
    return row


def household(
    town: Municipality, born: str, *, consented: str = "", ready: str = "", **fields: Any
) -> Household:
    status = (
        HouseholdStatus.READY
        if ready
        else HouseholdStatus.CONSENTED
        if consented
        else HouseholdStatus.REGISTERED
    )
    row = Household.objects.create(
        **{
            "municipality": town,
            "code_name": f"Linde-{next(_number)}",
            "status": status,
            "ready_since": at(ready) if ready else None,
            **fields,
        }
    )
    Household.objects.filter(pk=row.pk).update(created_at=at(born))
    if consented or ready:
        # Consents are only added, never changed: so at their own time.
        with time_machine.travel(at(consented or ready), tick=False):
            Consent.objects.create(
                municipality=town,
                household=row,
                purpose=ConsentPurpose.PARTICIPATION,
                version="2026-1",
                text_sha256="0" * 64,
                language="nl",
                how=ConsentHow.IN_PERSON,
            )
    return row


def match(one: SponsorGroup, other: Household, introduced: str, *, ended: str = "", early: str = "") -> Match:
    moment = at(introduced)
    if ended and not early:
        Household.objects.filter(pk=other.pk).update(status=HouseholdStatus.CLOSED)
    return Match.objects.create(
        municipality=one.municipality,
        group=one,
        household=other,
        status=MatchStatus.ENDED if ended else MatchStatus.ACTIVE,
        approved_at=moment,
        introduced_at=moment,
        started_on=moment.date(),
        ended_on=date.fromisoformat(ended) if ended else None,
        closed_at=at(ended) if ended else None,
        end_kind="early" if early else "planned" if ended else "",
        end_reason=early or ("completed" if ended else ""),
    )


def pairs(
    town: Municipality, number: int, introduced: str, *, ready: str = "", people: int = 5, **ending: str
) -> list[Match]:
    """So many matches, each of an own group of five and an own household of two adults and a child."""
    born = ready or introduced
    return [
        match(
            group(town, born, submitted=born, approved=born, people=people),
            household(town, born, ready=born, adults=2, children={"4-11": 1}),
            introduced,
            **ending,
        )
        for _place in range(number)
    ]


def check_ins(of: Match, due: date, *, answered_after: int | None) -> None:
    """One check-in of the group's side."""
    CheckIn.objects.create(
        municipality=of.municipality,
        match=of,
        side="group",
        moment=f"M{next(_number) % 90 + 1}",
        due_on=due,
        status=CheckInStatus.PLANNED if answered_after is None else CheckInStatus.ANSWERED,
        answered_at=None if answered_after is None else at(due + timedelta(days=answered_after)),
    )


def today() -> date:
    return timezone.localdate()
