"""A town with as many invented households and groups as asked for, straight in Postgres. Nobody in it exists.

Of the same shape as `matches.engine.invented`: skewed languages, sizes, capacities, conditions; about four in five pairs are
forbidden by a hard rule.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone

from groups.enums import GroupKind, GroupStatus, MemberRole, MemberStatus, ScreeningStatus
from groups.models import GroupMember, Screening, SponsorGroup
from municipalities.models import Municipality, Policy
from newcomers.enums import ConsentHow, ConsentPurpose, HouseholdStatus
from newcomers.models import Consent, Household
from samenhier.accounts.models import User
from samenhier.core.reference import CHILD_BANDS, GOALS, INTERESTS, LANGUAGES, SLOTS, WISHES

MEMBERS = 5
MOTHER_TONGUES = LANGUAGES.codes()[2:]
PARTS = [f"Wijk {number}" for number in range(1, 13)]
ROWS_AT_ONCE = 2000


class Crowd:
    """Invents the people of towns; the same seed gives the same people."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        shares = 1.0 / np.arange(1, len(MOTHER_TONGUES) + 1) ** 1.2
        self.shares = shares / shares.sum()
        self.now = timezone.now()
        # A yes is personal, so each member needs an account; for the engine one for all is as good.
        self.somebody, _made = User.objects.get_or_create(email=f"crowd-{seed}@voorbeeld.example")

    def town(self, number: int, households: int, groups: int) -> Municipality:
        """A municipality with this many ready households and approved groups."""
        town = Municipality.objects.create(
            name=f"Meetstad {number}",
            slug=f"meetstad-{number}",
            cbs_code=f"GX{number:04d}",
            province="OV",
            partner_organisation="Stichting Samen",
            contact_name="Post",
            contact_email="post@voorbeeld.example",
        )
        Policy.objects.create(municipality=town)
        self._households(town, households)
        self._groups(town, groups)
        return town

    def _households(self, town: Municipality, count: int) -> None:
        rows = [self._household(town, number) for number in range(count)]
        _insert(Household, rows)
        _insert(
            Consent,
            [
                Consent(
                    municipality=town,
                    household=row,
                    purpose=ConsentPurpose.PARTICIPATION,
                    version="2026-1",
                    text_sha256="0" * 64,
                    language="nl",
                    how=ConsentHow.IN_PERSON,
                )
                for row in rows
            ],
        )

    def _household(self, town: Municipality, number: int) -> Household:
        rng = self.rng
        size = min(1 + rng.poisson(1.8), 9)
        adults = min(size, int(rng.integers(1, 3)))
        spoken = [{"code": str(rng.choice(MOTHER_TONGUES, p=self.shares)), "level": "fluent"}]
        if rng.random() < 0.05:
            spoken.append({"code": "nld", "level": "basic"})
        if rng.random() < 0.07:
            spoken.append({"code": "eng", "level": "intermediate"})
        children: dict[str, int] = {}
        for _child in range(size - adults):
            band = str(rng.choice(CHILD_BANDS.codes()))
            children[band] = children.get(band, 0) + 1
        urgency = int(rng.choice(4, p=(0.9, 0.05, 0.03, 0.02)))
        return Household(
            municipality=town,
            code_name=f"Meting-{number}",
            status=HouseholdStatus.READY,
            adults=adults,
            children=children,
            languages=spoken,
            goals=self._some(GOALS.codes(), 0.25),
            interests=self._some(INTERESTS.codes(), 0.15),
            availability=self._some(SLOTS, 0.3),
            wishes=self._some(WISHES.codes()[:4], 0.12) if rng.random() < 0.25 else [],
            part_of_town=self._part(),
            urgency=urgency,
            urgency_reason="verzonnen" if urgency else "",
            ready_since=self.now - timedelta(days=int(rng.gamma(2.0, 60.0))),
        )

    def _groups(self, town: Municipality, count: int) -> None:
        rng = self.rng
        rows = [
            SponsorGroup(
                municipality=town,
                name=f"Groep {number}",
                kind=str(rng.choice(GroupKind.values)),
                status=GroupStatus.APPROVED,
                submitted_at=self.now,
                approved_at=self.now,
                part_of_town=self._part(),
                offers=self._some(GOALS.codes(), 0.4),
                promises=self._some(WISHES.codes()[:4], 0.8),
                max_household=int(rng.choice([2, 3, 4, 5, 6, 9], p=(0.08, 0.17, 0.25, 0.25, 0.15, 0.1))),
                child_bands=self._some(CHILD_BANDS.codes(), 0.85),
            )
            for number in range(count)
        ]
        _insert(SponsorGroup, rows)
        members = [self._member(row, number) for row in rows for number in range(MEMBERS)]
        _insert(GroupMember, members)
        later = timezone.localdate() + timedelta(days=500)
        _insert(
            Screening,
            [
                Screening(
                    municipality=town,
                    member=member,
                    status=ScreeningStatus.SEEN,
                    seen_on=timezone.localdate(),
                    renew_after=later,
                )
                for member in members
            ],
        )

    def _member(self, group: SponsorGroup, number: int) -> GroupMember:
        rng = self.rng
        spoken = [
            {"code": code, "level": "fluent"}
            for code, share in zip(MOTHER_TONGUES, self.shares, strict=True)
            if rng.random() < 0.10 * share**0.6
        ]
        if rng.random() < 0.6:
            spoken.append({"code": "eng", "level": "intermediate"})
        return GroupMember(
            municipality_id=group.municipality_id,
            group=group,
            user=self.somebody,
            role=MemberRole.MEMBER if number else MemberRole.CONTACT,
            status=MemberStatus.ACCEPTED,
            name="Iemand",
            email=f"lid-{number}@voorbeeld.example",
            dutch="yes",
            languages=spoken,
            interests=self._some(INTERESTS.codes(), 0.06),
            availability=self._some(SLOTS, 0.08),
            is_adult=True,
        )

    def _some(self, codes: tuple[str, ...], share: float) -> list[str]:
        return [code for code, drawn in zip(codes, self.rng.random(len(codes)), strict=True) if drawn < share]

    def _part(self) -> str:
        return str(self.rng.choice(PARTS)) if self.rng.random() < 0.92 else ""


def _insert(model: Any, rows: list[Any]) -> None:
    waiting: Iterator[Any] = iter(rows)
    while batch := list(islice(waiting, ROWS_AT_ONCE)):
        model.objects.bulk_create(batch)


def settle() -> None:
    """What autovacuum does in real life: statistics, and which pages everybody may see."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
