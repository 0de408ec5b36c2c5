"""Everything a municipality reads about a month, in words: the page and the report draw the same board."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matches.enums import EndReason
from reports.masking import Shown

from .country import Country
from .months import Month
from .outcome_tables import OutcomeTable, outcome_tables
from .publication import GROUP_PHASES, HOUSEHOLD_PHASES, Publication
from .words import days_of, fewer_or_more_days, number, percent_of, text_of

#: Months in a chart.
SERIES = 12
#: How far back the waiting time is compared.
COMPARED_BACK = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One number that matters."""

    code: str
    value: str
    label: str
    comparison: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of a chart; `value` None draws nothing."""

    label: str
    value: float | None
    text: str

    def __iter__(self) -> Iterator[str | float | None]:
        """As the chart components take it."""
        return iter((self.label, self.value, self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """How many came at least as far as each phase."""

    title: str
    rows: Sequence[Point]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A figure through the months, with the country beside it when that may be shown."""

    code: str
    title: str
    points: Sequence[Point]
    compared: Sequence[Point]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The page of one municipality and month."""

    month: Month
    kpis: Sequence[Kpi]
    bars: Sequence[Bars]
    series: Sequence[Series]
    #: (how, how many) of ended matches; empty until it can be told.
    endings: Sequence[tuple[str, str]]
    endings_until: str
    endings_of: str
    #: What people say; empty until enough of them answered.
    outcomes: Sequence[OutcomeTable]

    @property
    def kpi_rows(self) -> list[Sequence[Kpi]]:
        """Four beside each other."""
        return [self.kpis[start : start + 4] for start in range(0, len(self.kpis), 4)]


def board(months: Sequence[Publication], country: Mapping[Month, Country]) -> Board:
    """The board of the last of `months` (at least one, oldest first)."""
    now = months[-1]
    split = now.endings.split
    return Board(
        month=now.month,
        kpis=kpis(months, country.get(now.month)),
        bars=[
            Bars(title=_("Groups: from registration to match"), rows=group_bars(now)),
            Bars(title=_("Households: from registration to match"), rows=household_bars(now)),
        ],
        series=[
            series("running", _("Active matches"), months, country),
            series("households_waiting", _("Households that wait for a group"), months, country),
            waiting_time(months, country),
        ],
        endings=endings(now),
        endings_until=now.told_until.in_words() if now.told_until else "",
        endings_of=number(split.ended),
        outcomes=outcome_tables(now.rounds),
    )


def kpis(months: Sequence[Publication], beside: Country | None) -> list[Kpi]:
    now = months[-1]
    on_time = ""
    if beside and beside.on_time is not None:
        on_time = _("nationally %(number)s") % {"number": f"{beside.on_time}%"}
    children = _("and children: %(number)s") % {"number": text_of(now["children"])}
    return [
        counted("running", now, _("active matches"), average("running", beside)),
        kpi(
            "wait_days",
            days_of(now.wait_days),
            _("days of waiting; half waited less"),
            compared_wait(months, beside),
        ),
        kpi("on_time", percent_of(now.on_time), _("check-ins on time"), on_time),
        counted("ended", now, _("matches ended since the start"), ended_how(now)),
        counted(
            "households_waiting", now, _("households wait for a group"), average("households_waiting", beside)
        ),
        counted("groups", now, _("groups take part"), average("groups", beside)),
        counted("volunteers", now, _("volunteers take part"), average("volunteers", beside)),
        counted("adults", now, _("adult newcomers in an active match"), children),
    ]


def counted(code: str, now: Publication, label: str, comparison: str) -> Kpi:
    """The card of a count."""
    return kpi(code, text_of(now[code]), label, comparison)


def kpi(code: str, value: str, label: str, comparison: str) -> Kpi:
    """A card; what is not shown is a dash, with the reason below it."""
    if value == text_of(None):
        reason = _("shown for ten households or more") if code == "wait_days" else _("too few to show")
        return Kpi(code=code, value="–", label=label, comparison=reason)
    return Kpi(code=code, value=value, label=label, comparison=comparison)


def average(code: str, beside: Country | None) -> str:
    """“national average 17”, or nothing where it would point at one municipality."""
    value = beside.averages.get(code) if beside else None
    return "" if value is None else _("national average %(number)s") % {"number": number(value)}


def compared_wait(months: Sequence[Publication], beside: Country | None) -> str:
    """Against half a year ago, else against the middle municipality."""
    now = months[-1]
    if now.wait_days is None:
        return ""
    earlier = next((one for one in months if now.month.since(one.month) == COMPARED_BACK), None)
    if earlier and earlier.wait_days is not None:
        return fewer_or_more_days(
            now.wait_days - earlier.wait_days, than=date_format(earlier.month.first_day, "F")
        )
    if beside and beside.wait_days is not None:
        return _("nationally %(number)s") % {"number": number(beside.wait_days)}
    return ""


def ended_how(now: Publication) -> str:
    """How the matches ended of which that can be told."""
    split = now.endings.split
    if split.ended == 0:
        return ""
    return _("of the first %(ended)s: as planned %(completed)s, early %(early)s") % {
        "ended": number(split.ended),
        "completed": text_of(split.completed),
        "early": text_of(split.early),
    }


def endings(now: Publication) -> list[tuple[str, str]]:
    """As planned, early, and the reasons that may be told."""
    split = now.endings.split
    if split.ended == 0:
        return []
    told = sorted(
        ((code, shown) for code, shown in split.reasons.items() if shown.low > 0),
        key=lambda item: -item[1].low,
    )
    return [
        (_("As planned: the time together is complete"), text_of(split.completed)),
        (_("Early"), text_of(split.early)),
        *(
            (_("Early: %(reason)s") % {"reason": EndReason(code).label}, text_of(shown))
            for code, shown in told
        ),
    ]


def bar(label: str, shown: Shown) -> Point:
    """A bar as long as what is certain; no bar for a masked number."""
    certain = None if shown.low <= 1 and shown.value is None else shown.low
    return Point(label=label, value=certain, text=text_of(shown))


def group_bars(now: Publication) -> list[Point]:
    labels = [_("Registered"), _("Sent in for review"), _("Approved"), _("In an active match")]
    return [bar(label, now.reached(GROUP_PHASES, step)) for step, label in enumerate(labels)]


def household_bars(now: Publication) -> list[Point]:
    labels = [_("Registered"), _("Gave consent"), _("Ready to meet a group"), _("In an active match")]
    return [bar(label, now.reached(HOUSEHOLD_PHASES, step)) for step, label in enumerate(labels)]


def last_year(months: Sequence[Publication]) -> list[tuple[Month, Publication | None]]:
    """The last twelve months; None where nothing was published yet."""
    by_month = {one.month: one for one in months}
    now = months[-1].month
    return [(month, by_month.get(month)) for month in (now.plus(back - SERIES + 1) for back in range(SERIES))]


def series(code: str, title: str, months: Sequence[Publication], country: Mapping[Month, Country]) -> Series:
    """A count through the months; masked ones leave a gap in the line and stand in the table."""
    points, compared = [], []
    for month, one in last_year(months):
        points.append(
            Point(
                label=month.short(),
                value=one[code].value if one else None,
                text=text_of(one[code]) if one else "–",
            )
        )
        beside = country[month].averages.get(code) if month in country else None
        compared.append(
            Point(label=month.short(), value=beside, text="–" if beside is None else number(beside))
        )
    return _series(code, title, points, compared)


def waiting_time(months: Sequence[Publication], country: Mapping[Month, Country]) -> Series:
    """The middle number of days waited, through the months."""
    points, compared = [], []
    for month, one in last_year(months):
        days = one.wait_days if one else None
        points.append(Point(label=month.short(), value=days, text="–" if days is None else number(days)))
        beside = country[month].wait_days if month in country else None
        compared.append(
            Point(label=month.short(), value=beside, text="–" if beside is None else number(beside))
        )
    return _series("wait_days", _("Days waiting, the middle household"), points, compared)


def _series(code: str, title: str, points: list[Point], compared: list[Point]) -> Series:
    known = any(point.value is not None for point in compared)
    return Series(code=code, title=title, points=points, compared=compared if known else [])
