"""A calendar month in local time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.formats import date_format

from samenhier.core.moments import local_date, local_moment

_FORM = re.compile(r"^(\d{4})-(\d{2})$")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """Year and month; orders by time."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def at(cls, moment: datetime) -> "Month":
        """The month in Amsterdam at that moment."""
        return cls.of(local_date(moment))

    @classmethod
    def parse(cls, text: str) -> "Month | None":
        """“2026-11”, or None for anything else."""
        found = _FORM.match(text)
        if not found or not 1 <= int(found[2]) <= 12 or not 2000 <= int(found[1]) <= 2999:
            return None
        return cls(int(found[1]), int(found[2]))

    def plus(self, months: int) -> "Month":
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def since(self, other: "Month") -> int:
        """How many months this one is later than `other`."""
        return (self.year - other.year) * 12 + self.number - other.number

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.plus(1).first_day - timedelta(days=1)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return local_moment(self.plus(1).first_day, time.min)

    @property
    def ends_quarter(self) -> bool:
        return self.number % 3 == 0

    def in_words(self) -> str:
        """“november 2026” in the active language."""
        return date_format(self.first_day, "F Y")

    def short(self) -> str:
        """“nov” in the active language."""
        return date_format(self.first_day, "M").rstrip(".").lower()

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"
