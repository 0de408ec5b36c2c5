"""Every reason and every broken rule that can occur has its words in both languages."""

import string

import numpy as np
import pytest

from matches.engine import (
    CRITERIA,
    RULES,
    GroupProfiles,
    HouseholdProfiles,
    Names,
    Reason,
    Rulebook,
    blocked_in_words,
    explain_pair,
    mask,
    reason_in_words,
    slot_name,
)
from matches.engine.sentences import BLOCKED, REASONS, listed

from .test_rules import random_sides

NAMES = Names(
    languages=[f"taal{i}" for i in range(64)],
    interests=[f"interesse{i}" for i in range(64)],
    goals=[f"doel{i}" for i in range(64)],
    wishes=[f"wens{i}" for i in range(64)],
    bands=["0-3", "4-12", "13-17", "18-22", "23+"],
    parts={number: f"deel {number}" for number in range(6)},
)


@pytest.mark.parametrize("texts", [REASONS, BLOCKED], ids=["reasons", "blocked"])
def test_both_languages_use_the_same_names(texts):
    for code, sentence in texts.items():
        assert set(sentence) == {"nl", "en"}, code
        used = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in sentence.values()
        ]
        assert used[0] == used[1], code


def test_every_rule_has_words():
    assert set(BLOCKED) == {rule.code for rule in RULES}


def test_every_reason_of_random_pairs_becomes_a_sentence():
    rng = np.random.default_rng(71)
    seen = set()
    for _ in range(14):
        h, g = random_sides(rng, 12, 12)
        book = Rulebook(h, g)
        for i, j in np.ndindex(12, 12):
            for reason in [criterion.reason(h, i, g, j) for criterion in CRITERIA] + [
                part.reason for part in explain_pair(h, i, g, j).parts
            ]:
                seen.add(reason.code)
                for language in ("nl", "en"):
                    text = reason_in_words(reason, NAMES, language)
                    assert text.endswith(".")
                    assert "{" not in text
                    assert "?" not in text
            for blocked in book.blocking(i, j):
                seen.add(blocked.code)
                for language in ("nl", "en"):
                    text = blocked_in_words(blocked.code, blocked.data, NAMES, language)
                    assert text.endswith(".")
                    assert "{" not in text
    assert seen == set(REASONS) | set(BLOCKED)


def test_how_it_reads():
    names = Names(languages=["Nederlands", "Engels", "Tigrinya"], wishes=["geen honden"], parts={4: "Noord"})
    h = HouseholdProfiles(
        1, languages=[mask(1, 2)], availability=[mask(8, 13, 20)], musts=[mask(0)], waiting_days=[8]
    )
    g = GroupProfiles(
        1,
        languages=[mask(0, 1, 2)],
        language_members=[[5, 1, 3]],
        availability=[mask(8, 13, 20)],
        part_of_town=[4],
    )
    words = {part.code: reason_in_words(part.reason, names, "nl") for part in explain_pair(h, 0, g, 0).parts}
    assert (
        words["languages"]
        == "Gedeelde taal: Engels en Tigrinya. 1 lid spreekt Engels. 3 leden spreken Tigrinya."
    )
    assert words["availability"] == "Allebei tijd op woensdagavond, vrijdagmiddag en zondagavond."
    assert words["waiting"] == "Wacht al één week."
    assert reason_in_words(Reason("place.near", {"part": 4}), names, "en") == "The group lives near: Noord."
    (blocked,) = Rulebook(h, g).blocking(0, 0)
    assert (
        blocked_in_words(blocked.code, blocked.data, names, "nl")
        == "De groep kan nog niet voldoen aan: geen honden."
    )


def test_small_words():
    assert slot_name(0, "en") == "Monday morning"
    assert slot_name(20, "nl") == "zondagavond"
    assert listed([], "nl") == "–"
    assert listed(["a"], "nl") == "a"
    assert listed(["a", "b", "c"], "en") == "a, b and c"
    with pytest.raises(KeyError):
        reason_in_words(Reason("place.near", {}), Names(), "fr")
    with pytest.raises(KeyError):
        blocked_in_words("unknown", {}, Names(), "nl")
