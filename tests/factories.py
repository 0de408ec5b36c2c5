"""Small makers of rows for tests. Each personal value carries a canary token: text that only its owner may meet.

They write rows directly, so that a test can start in any state; the acts themselves are tested through `domain/`.
"""

import itertools
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.utils import timezone

from groups.enums import AgreementKind, GroupStatus, MemberRole, MemberStatus, ScreeningStatus
from groups.models import Agreement, Attendance, GroupMember, Screening, SponsorGroup, TrainingSession
from matches.enums import MatchStatus
from matches.models import Match, PoolInsight, WhatIf
from municipalities.enums import LOCAL_ROLES, OpeningStatus, StaffRole
from municipalities.models import Municipality, Opening, PartDistance, PartOfTown, Policy, StaffMembership
from municipalities.parts import plain
from newcomers.enums import Channel, ConsentHow, ConsentPurpose, HouseholdStatus
from newcomers.models import Consent, Household
from newcomers.models.identity import HouseholdIdentity, HouseholdKey
from samenhier.accounts.models import User
from samenhier.core import crypto

_number = itertools.count(1)
#: On its own: the code of a town has four digits only, and a long run makes more than 9999 rows.
_town = itertools.count(1)

#: Starts every canary; a response that holds one its reader may not see is a leak.
CANARY = "CNRY"


def canary(*parts: object) -> str:
    """A token that occurs nowhere else, such as `CNRY-household-7-name`."""
    return "-".join([CANARY, *map(str, parts)])


def municipality(name: str = "", **fields: Any) -> Municipality:
    n = next(_town)
    name = name or f"Voorbeeldstad {n}"
    policy = fields.pop("policy", {})
    row = Municipality.objects.create(
        **{
            "name": name,
            "slug": f"voorbeeldstad-{n}",
            "cbs_code": f"GM{n:04d}",
            "province": "OV",
            "partner_organisation": f"Stichting Samen {n}",
            "contact_name": "Post Bus",
            "contact_email": f"post{n}@voorbeeld.example",
            **fields,
        }
    )
    Policy.objects.create(municipality=row, **policy)
    return row


def user(email: str = "", **fields: Any) -> User:
    row = _user(email, **fields)
    row.save(force_insert=True)
    return row


def _user(email: str = "", **fields: Any) -> User:
    n = next(_number)
    password = fields.pop("password", None)
    row = User(
        email=User.objects.normalize_email(email) or f"cnry-mail-{n}@voorbeeld.example",
        **{"name": canary("user", n, "name"), **fields},
    )
    row.set_password(password)
    return row


def with_second_factor(person: User) -> User:
    """As if the person had enrolled an authenticator app."""
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )
    return person


def staff(role: StaffRole | str, town: Municipality | None = None, **fields: Any) -> User:
    """A staff member with a second factor; national roles take no municipality."""
    person = with_second_factor(user(**fields))
    StaffMembership.objects.create(user=person, role=role, municipality=town if role in LOCAL_ROLES else None)
    return person


def member(group: SponsorGroup, *, ready: bool = True, **fields: Any) -> GroupMember:
    """One member who said yes; with everything that readiness asks unless `ready` is False."""
    return _members(group, [fields], ready=ready)[0]


def _members(group: SponsorGroup, wanted: list[dict[str, Any]], *, ready: bool) -> list[GroupMember]:
    """Several in a few queries: the suite makes thousands."""
    rows, people = [], []
    for fields in wanted:
        n = next(_number)
        status = fields.get("status", MemberStatus.ACCEPTED)
        person = fields.pop("user", None)
        if person is None and status == MemberStatus.ACCEPTED:
            people.append(person := _user())
        rows.append(
            GroupMember(
                **{
                    "group": group,
                    "municipality": group.municipality,
                    "user": person,
                    "status": status,
                    "name": canary("member", n, "name"),
                    "email": person.email if person else f"cnry-invited-{n}@voorbeeld.example",
                    "phone": f"06{n:08d}",
                    "dutch": "yes",
                    "languages": [
                        {"code": "nld", "level": "fluent"},
                        {"code": "eng", "level": "intermediate"},
                    ],
                    "interests": ["walking", "cooking"],
                    "availability": ["wed_evening", "sat_morning"],
                    "is_adult": True,
                    "invited_at": timezone.now(),
                    "responded_at": timezone.now(),
                    **fields,
                }
            )
        )
    User.objects.bulk_create(people)
    GroupMember.objects.bulk_create(rows)
    if ready:
        _complete([row for row in rows if row.status == MemberStatus.ACCEPTED])
    return rows


def _complete(rows: list[GroupMember]) -> None:
    if not rows:
        return
    town, today = rows[0].municipality, timezone.localdate()
    session, _made = TrainingSession.objects.get_or_create(
        municipality=town,
        title="Starttraining",
        defaults={"starts_at": timezone.now() - timedelta(days=7), "place": "Buurthuis"},
    )
    Agreement.objects.bulk_create(
        Agreement(
            kind=kind,
            version="2026-1",
            text_sha256="0" * 64,
            language="nl",
            municipality=town,
            member=row,
        )
        for row in rows
        for kind in AgreementKind.values
    )
    Screening.objects.bulk_create(
        Screening(
            status=ScreeningStatus.SEEN,
            seen_on=today,
            renew_after=today + timedelta(days=1000),
            municipality=town,
            member=row,
        )
        for row in rows
    )
    Attendance.objects.bulk_create(
        Attendance(session=session, attended=True, municipality=town, member=row) for row in rows
    )


def group(
    town: Municipality,
    *,
    members: int = 5,
    ready: bool = True,
    status: GroupStatus | str = GroupStatus.APPROVED,
    **fields: Any,
) -> SponsorGroup:
    """A group with its members; the first is the contact person."""
    n = next(_number)
    moments: dict[str, Any] = {}
    if status not in (GroupStatus.FORMING, GroupStatus.WITHDRAWN):
        moments["submitted_at"] = timezone.now()
    if status == GroupStatus.APPROVED:
        moments["approved_at"] = timezone.now()
    row = SponsorGroup.objects.create(
        **{
            "municipality": town,
            "name": f"Groep {n}",
            "status": status,
            "motivation": canary("group", n, "motivation"),
            "offers": ["dutch", "town", "people"],
            "child_bands": ["0-3", "4-11", "12-17"],
            "visit_at": timezone.now() - timedelta(days=3),
            **moments,
            **fields,
        }
    )
    roles = (MemberRole.CONTACT if index == 0 else MemberRole.MEMBER for index in range(members))
    _members(row, [{"role": role} for role in roles], ready=ready)
    return row


def household(
    town: Municipality,
    *,
    status: HouseholdStatus | str = HouseholdStatus.READY,
    account: bool = True,
    **fields: Any,
) -> Household:
    """A household with a sealed identity, and consent unless it is only registered."""
    n = next(_number)
    row = Household.objects.create(
        **{
            "municipality": town,
            "code_name": f"Linde-{n}",
            "status": status,
            "user": user(language=fields.get("language", "nl")) if account else None,
            "adults": 2,
            "children": {"4-11": 1},
            "languages": [{"code": "arb", "level": "fluent"}, {"code": "eng", "level": "basic"}],
            "goals": ["dutch", "people"],
            "interests": ["cooking"],
            "availability": ["wed_evening"],
            "ready_since": timezone.now() if status == HouseholdStatus.READY else None,
            **fields,
        }
    )
    key = HouseholdKey.objects.create(municipality=town, household=row, wrapped=crypto.new_wrapped_key())
    HouseholdIdentity.objects.create(
        municipality=town,
        household=row,
        calling_name=crypto.seal(canary("household", n, "name"), key=key.wrapped),
        channel=Channel.PHONE,
        contact=crypto.seal(canary("household", n, "contact"), key=key.wrapped),
    )
    if status not in (HouseholdStatus.REGISTERED, HouseholdStatus.WITHDRAWN):
        Consent.objects.create(
            municipality=town,
            household=row,
            purpose=ConsentPurpose.PARTICIPATION,
            version="2026-1",
            text_sha256="0" * 64,
            language=row.language,
            how=ConsentHow.IN_PERSON,
        )
    return row


def match(
    group: SponsorGroup,
    household: Household,
    *,
    status: MatchStatus | str = MatchStatus.PROPOSED,
    **fields: Any,
) -> Match:
    """A match in any state, with the moments that the database asks for; across, when the group is of another town."""
    now = timezone.now()
    today = timezone.localdate()
    moments: dict[str, Any] = {}
    if status not in (MatchStatus.PROPOSED, MatchStatus.OFFERED, MatchStatus.WITHDRAWN):
        moments |= {"approved_at": now, "answer_due": now + timedelta(days=7)}
    if status in (MatchStatus.INTRODUCED, MatchStatus.ACTIVE, MatchStatus.ENDED):
        moments |= {"introduced_at": now}
    if status in (MatchStatus.ACTIVE, MatchStatus.ENDED):
        moments |= {"started_on": today, "planned_end": today + timedelta(days=365)}
    if status == MatchStatus.ENDED:
        moments |= {"ended_on": today, "end_kind": "planned", "end_reason": "completed"}
    if group.municipality_id != household.municipality_id:
        moments |= {"group_municipality": group.municipality}
        if status != MatchStatus.PROPOSED:
            moments |= {"offered_at": now}
        if "approved_at" in moments:
            moments |= {"agreed_at": now}
    return Match.objects.create(
        **{
            "municipality": household.municipality,
            "group": group,
            "household": household,
            "status": status,
            "score": 700,
            **moments,
            **fields,
        }
    )


def opened(one: Municipality, other: Municipality) -> Opening:
    """Two towns that are open to each other."""
    return Opening.objects.create(
        municipality=one, neighbour=other, status=OpeningStatus.OPEN, accepted_at=timezone.now()
    )


def distances(town: Municipality, bands: Mapping[tuple[str, str], int]) -> None:
    """Parts of town with how far they lie from each other."""
    parts = {
        name: PartOfTown.objects.get_or_create(municipality=town, meant=plain(name), defaults={"name": name})[
            0
        ]
        for pair in bands
        for name in pair
    }
    for pair, band in bands.items():
        one, other = sorted((parts[name] for name in pair), key=lambda part: part.pk)
        PartDistance.objects.create(municipality=town, one=one, other=other, band=band)


def what_if(town: Municipality, **fields: Any) -> WhatIf:
    """Something that was tried and computed, without choices, in a town with nobody to match."""
    nothing = {"placed": 0, "total": 0, "placed_by_urgency": {"3": 0, "2": 0, "1": 0, "0": 0}}
    return WhatIf.objects.create(
        **{
            "municipality": town,
            "title": "Proef",
            "status": "done",
            "result": {**nothing, "pairs": []},
            "comparison": {
                "households": 0,
                "groups": 0,
                "plain": nothing,
                "changed": nothing,
                "cost": {"urgent": {"1": 0, "2": 0, "3": 0}, "placed": 0, "total": 0, "moves": []},
                "choices": [],
                "together": None,
                "weights": {},
                "same_as_run": True,
            },
            "finished_at": timezone.now(),
            **fields,
        }
    )


def insight(town: Municipality, **fields: Any) -> PoolInsight:
    """What a worker found in a town with many households and few groups."""
    profile = {
        "language": "tir",
        "slot": "wed_evening",
        "size": 5,
        "bands": ["0-3"],
        "part": "",
        "wishes": [],
    }
    wanted = {"profile": profile, "placed": 1, "urgent": 1, "total": 700, "fits": 4, "copies": 3, "then": 3}
    free = {"score": 0, "placed": 6, "worst": 480, "lost": 0, "lost_urgent": 0, "points": 0, "highest": False}
    languages = {"tir": 6, "arb": 2}
    return PoolInsight.objects.create(
        **{
            "municipality": town,
            "computed_at": timezone.now(),
            "households": 14,
            "groups": 6,
            "placed": 6,
            "signals": {
                "wanted": [{**wanted, "better_part": "Zuid", "also": ["mon_morning"]}],
                "languages": languages,
            },
            "floors": [free, {**free, "score": 600, "worst": 610, "placed": 4, "lost": 2, "lost_urgent": 1}],
            "month": timezone.localdate().replace(day=1),
            "counts": {
                "on": timezone.localdate().isoformat(),
                "bound": 5,
                "households": 8,
                "languages": languages,
            },
            **fields,
        }
    )
