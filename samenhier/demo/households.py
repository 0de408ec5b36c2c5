"""Newcomer households in every state."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from django.db.models import F
from django.utils import timezone

from municipalities.models import Municipality
from newcomers.consent_texts import CURRENT, consent_text
from newcomers.domain.disclosure import seal_identity
from newcomers.enums import Arrival, Channel, ConsentHow, ConsentPurpose, HouseholdStatus, Urgency
from newcomers.models import Consent, Household
from samenhier.accounts.models import User
from samenhier.core import reference

from . import history, names
from .towns import address, person

#: What matters most, in turn; most households give no points.
EMPHASIS: list[dict[str, int]] = [
    {},
    {"languages": 5, "children": 3, "place": 2},
    {},
    {"goals": 5, "availability": 3},
    {},
    {"interests": 4, "wishes": 3, "languages": 3},
    {},
]
WOULD_LIKE = [["near"], [], ["evenings_only"], [], ["no_pets", "near"], []]
ARRIVALS = [Arrival.HERE, Arrival.HERE, Arrival.UNKNOWN, Arrival.EXPECTED]

#: Days since somebody was registered, at least: as long as it takes to get so far.
YOUNGEST = {
    HouseholdStatus.CONSENTED: 3,
    HouseholdStatus.PAUSED: 16,
    HouseholdStatus.WITHDRAWN: 5,
}
STAGES = [
    HouseholdStatus.REGISTERED,
    HouseholdStatus.CONSENTED,
    HouseholdStatus.PAUSED,
    HouseholdStatus.REGISTERED,
    HouseholdStatus.WITHDRAWN,
]


def build_households(
    *, town: Municipality, parts: Sequence[str], count: int, coordinator: User, random: Random
) -> list[Household]:
    """`count` households for a town; most are ready."""
    unfinished = round(count * 0.22)
    return [
        build_household(
            town,
            parts,
            number,
            STAGES[number % len(STAGES)] if number < unfinished else HouseholdStatus.READY,
            coordinator,
            random,
        )
        for number in range(count)
    ]


def build_household(
    town: Municipality,
    parts: Sequence[str],
    number: int,
    status: HouseholdStatus,
    coordinator: User,
    random: Random,
) -> Household:
    calling_name, mother_tongue, language = names.NEWCOMERS[number % len(names.NEWCOMERS)]
    code_name = f"{names.CODE_NAMES[number % len(names.CODE_NAMES)]}-{number // len(names.CODE_NAMES) * 20 + number % 9 + 1}"
    age = random.randint(15, 130) if status == HouseholdStatus.READY else random.randint(1, 40)
    born = timezone.now() - timedelta(days=max(age, YOUNGEST.get(status, 1)))
    ready = status in (HouseholdStatus.READY, HouseholdStatus.PAUSED)
    urgency = Urgency.URGENT if ready and random.random() < 0.08 else Urgency.NORMAL
    row = Household.objects.create(
        created_at=born,
        municipality=town,
        code_name=code_name,
        status=status,
        user=person(address(code_name, town.slug), "", language) if number % 4 != 3 else None,
        language=language,
        adults=random.choice([1, 1, 2, 2, 3]),
        children={
            band: random.randint(1, 2) for band in reference.CHILD_BANDS.codes() if random.random() < 0.3
        },
        languages=[
            {"code": mother_tongue, "level": "fluent"},
            *(
                [{"code": "eng", "level": random.choice(["basic", "intermediate"])}]
                if random.random() < 0.6
                else []
            ),
            *([{"code": "nld", "level": "basic"}] if random.random() < 0.5 else []),
        ],
        goals=sorted(random.sample(reference.GOALS.codes(), k=random.randint(2, 4))),
        interests=sorted(random.sample(reference.INTERESTS.codes(), k=3)),
        wishes=sorted(random.sample(reference.WISHES.codes()[1:5], k=1)) if random.random() < 0.25 else [],
        availability=sorted(random.sample(reference.SLOTS, k=6)),
        arrival=ARRIVALS[number % len(ARRIVALS)],
        emphasis=EMPHASIS[number % len(EMPHASIS)],
        part_of_town=random.choice(parts),
        urgency=urgency,
        urgency_reason="Verhuist binnenkort naar een eigen huis en kent nog niemand." if urgency else "",
        referred_by=random.choice(["Gemeente", "VluchtelingenWerk", "zelf", ""]),
        ready_since=born + timedelta(days=random.randint(3, 12)) if ready else None,
        last_contact_at=max(born, timezone.now() - timedelta(days=number * 7 % 60)),
        stopped_at=timezone.now() if status == HouseholdStatus.WITHDRAWN else None,
        registered_by=coordinator,
    )
    row.would_like = [code for code in WOULD_LIKE[number % len(WOULD_LIKE)] if code not in row.wishes]
    row.save(update_fields=["would_like"])
    seal_identity(
        household=row,
        calling_name=calling_name,
        channel=Channel.PHONE,
        contact=f"06 00 00 {number:02d} {number + 10:02d}",
    )
    history.tell("household.registered", subject=row, at=born, actor=coordinator, role="coordinator")
    if status != HouseholdStatus.REGISTERED:
        history.agree(
            Consent(
                created_at=born + timedelta(days=2),
                municipality=town,
                household=row,
                purpose=ConsentPurpose.PARTICIPATION,
                version=CURRENT[ConsentPurpose.PARTICIPATION],
                text_sha256=consent_text(language).sha256,
                language=language,
                how=random.choice([ConsentHow.IN_PERSON, ConsentHow.INTERPRETER, ConsentHow.ONLINE]),
                recorded_by=coordinator,
                withdrawn_at=timezone.now() if status == HouseholdStatus.WITHDRAWN else None,
            )
        )
        history.tell(
            "household.consented",
            subject=row,
            at=born + timedelta(days=2),
            actor=coordinator,
            role="coordinator",
        )
    return row


def put_back(household: Household, by: timedelta) -> None:
    """Everything about a household happened so much earlier, except the last word with it."""
    dates = {"created_at": F("created_at") - by, "ready_since": F("ready_since") - by}
    Household.objects.filter(pk=household.pk).update(**dates)
    history.put_back(household.pk, by)
    household.refresh_from_db(fields=list(dates))
