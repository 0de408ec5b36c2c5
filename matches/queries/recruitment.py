"""Wanted groups in words. Every sentence is made of codes of the reference lists; no household can be found in one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matches.domain.recruitment import Profile, Signal
from matches.domain.words import staff_language
from matches.engine import slot_name
from matches.engine.sentences import listed
from matches.models import PoolInsight
from municipalities.models import Municipality
from samenhier.accounts.models import User
from samenhier.core.reference import CHILD_BANDS, LANGUAGES, SLOTS, WISHES


@dataclass(frozen=True)
class Wanted:
    """One line of the page: which group, what it asks, what it brings, and a text to invite people with."""

    title: str
    asks: list[str]
    gain: str
    more: str
    urgent: str
    extra: list[str]
    invitation: str


@dataclass(frozen=True)
class Recruitment:
    """The page of a coordinator."""

    insight: PoolInsight | None
    wanted: list[Wanted]
    languages: list[tuple[str, int]]

    @property
    def left_over(self) -> int:
        """Households without a group in the best result."""
        return self.insight.households - self.insight.placed if self.insight else 0

    @property
    def computed_at(self) -> datetime | None:
        return self.insight.computed_at if self.insight else None


def insight_of(user: User, municipality: Municipality) -> PoolInsight | None:
    """The stored row of a town."""
    return PoolInsight.objects.visible_in(municipality, user).first()


def recruitment(user: User, municipality: Municipality) -> Recruitment:
    """What the last computation said. One query."""
    insight = insight_of(user, municipality)
    signals = [Signal.from_json(row) for row in insight.signals.get("wanted", [])] if insight else []
    return Recruitment(
        insight=insight,
        wanted=[in_words(signal, municipality) for signal in signals],
        languages=by_language(insight.signals.get("languages", {})) if insight else [],
    )


def by_language(counts: dict[str, int]) -> list[tuple[str, int]]:
    """For the picture: languages in words, most households first."""
    rows = [(LANGUAGES.label(code), count) for code, count in counts.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def moment_in_words(slot: str) -> str:
    """“woensdagavond”."""
    return slot_name(SLOTS.index(slot), staff_language())


def in_words(signal: Signal, municipality: Municipality) -> Wanted:
    """A signal as people read it. Pure."""
    profile = signal.profile
    more = ""
    if signal.copies > 1 and signal.then > signal.placed:
        more = ngettext(
            "With %(groups)s such groups: +%(households)s household",
            "With %(groups)s such groups: +%(households)s households",
            signal.then,
        ) % {"groups": signal.copies, "households": signal.then}
    return Wanted(
        title=title_of(profile),
        asks=asks_of(profile),
        gain=_gain(signal.placed),
        more=more,
        urgent=ngettext("%(number)s urgent", "%(number)s urgent", signal.urgent) % {"number": signal.urgent}
        if signal.urgent > 0
        else "",
        extra=_extra(signal),
        invitation=invitation(profile, municipality),
    )


def _extra(signal: Signal) -> list[str]:
    found = []
    if signal.also:
        moments = listed([moment_in_words(slot) for slot in signal.also], staff_language())
        found.append(_("As good: on %(moments)s.") % {"moments": moments})
    if signal.better_part:
        found.append(_("Fits even better: people from %(part)s.") % {"part": signal.better_part})
    return found


def _gain(placed: int) -> str:
    return ngettext("+%(number)s household", "+%(number)s households", placed) % {"number": placed}


def title_of(profile: Profile) -> str:
    """“Eén groep met iemand die Tigrinya spreekt, op woensdagavond”."""
    words = {"language": LANGUAGES.label(profile.language)}
    if profile.slot:
        words["moment"] = moment_in_words(profile.slot)
    if profile.language == "nld":
        return _("One group, on %(moment)s") % words if profile.slot else _("One group")
    if profile.slot:
        return _("One group with somebody who speaks %(language)s, on %(moment)s") % words
    return _("One group with somebody who speaks %(language)s") % words


def asks_of(profile: Profile) -> list[str]:
    """What such a group has to be able to do, one short piece each."""
    asks = [
        ngettext(
            "for a household of %(number)s person", "for a household of up to %(number)s people", profile.size
        )
        % {"number": profile.size}
    ]
    if profile.bands:
        bands = listed(CHILD_BANDS.labels(profile.bands), staff_language())
        asks.append(_("with children of %(bands)s") % {"bands": bands})
    if profile.part:
        asks.append(_("in %(part)s") % {"part": profile.part})
    return asks + WISHES.labels(profile.wishes)


def invitation(profile: Profile, municipality: Municipality) -> str:
    """A text for a newsletter or a notice board: a language and a moment, nothing of a household."""
    words: dict[str, Any] = {
        "language": LANGUAGES.label(profile.language),
        "town": municipality.name,
        "url": settings.SITE_URL + reverse("public:municipality", kwargs={"slug": municipality.slug}),
    }
    if profile.slot:
        words["moment"] = moment_in_words(profile.slot)
    if profile.language == "nld":
        question = (
            _("Do you and your friends have time on %(moment)s?")
            if profile.slot
            else _("Do you and your friends have an hour a week?")
        )
    elif profile.slot:
        question = _("Do you know somebody who speaks %(language)s and has time on %(moment)s?")
    else:
        question = _("Do you know somebody who speaks %(language)s?")
    rest = _(
        "In %(town)s groups of residents spend time together with people who are new here: speaking Dutch, cooking, "
        "showing the way. Form a group with your friends: %(url)s"
    )
    return f"{question} {rest}" % words
