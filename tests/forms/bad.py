"""The kinds of bad input, and a form filled in with each."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from .page import Button, Control, Form

NUMBERS = frozenset({"number", "day", "month", "year"})
TEXTS = NUMBERS | {"text", "email", "tel"}
CHOICES = frozenset({"radio", "checkbox", "select"})
#: What follows a pattern.
STRICT = NUMBERS | {"email", "tel"}
#: Nearly as much as a body may hold, for all fields together.
ROOM = 900_000


@dataclass(frozen=True)
class Bad:
    """What is typed into each sort of field (`text`: and into all others), and which answer is chosen."""

    texts: dict[str, str]
    #: Sorts of fields for which this is worth sending …
    suits: frozenset[str]
    #: … and those that may not take it.
    refused: frozenset[str] = frozenset()
    #: The first answer, none, or one that was never offered: that one.
    choice: str | None = "first"
    #: Whether it must stand in the page again.
    kept: bool = True
    #: Whether each field must say for itself what is wrong; otherwise it is enough that the page does.
    each: bool = True
    #: What the hidden fields and the buttons hold instead; then nothing is asked but that the house stands.
    hidden: str | None = None

    def answer_to(self, control: Control, room: int) -> str | None:
        """What is sent for a field; None when nothing is."""
        if not control.chosen:
            text = self.texts.get(control.sort, self.texts["text"])[:room]
            return text if not control.tick else None if self.choice is None else "on"
        if self.choice == "first":
            return next((one for one in control.options if one), None)
        return "" if self.choice is None and control.sort == "select" else self.choice


#: No field takes so much, and a person may have pasted it; no person sends so much, but a machine can.
LONG, FAR_TOO_LONG = 5_000, 100_000
MARK_UP = "<script>hek()</script>\"'><img src=x onerror=hek()>{{7*7}}{% now 'Y' %}%0d%0a&amp;"
ALL = TEXTS | CHOICES | {"password"}
KINDS = {
    "empty": Bad({"text": ""}, ALL, choice=None),
    "too long": Bad(dict.fromkeys(NUMBERS, "9" * LONG) | {"text": "a" * LONG}, TEXTS, TEXTS),
    # What strangers type is kept up to some length only.
    "far too long": Bad(
        dict.fromkeys(NUMBERS, "9" * FAR_TOO_LONG) | {"text": "a" * FAR_TOO_LONG},
        TEXTS | {"password"},
        TEXTS,
        kept=False,
        each=False,
    ),
    "words": Bad({"text": "aap"}, STRICT | CHOICES, STRICT | CHOICES, choice="bestaat-niet"),
    "numbers": Bad({"text": "-1", "day": "31", "month": "2", "year": "2026"}, NUMBERS, STRICT),
    "mark-up": Bad({"text": MARK_UP}, TEXTS, STRICT),
    # It cannot be shown.
    "a NUL": Bad({"text": "een\x00nul"}, TEXTS | {"password"}, TEXTS, kept=False),
    "turned around": Bad({"text": "\u202egnp.exe \ud800\r\nBcc: x"}, TEXTS, TEXTS),
    "other scripts": Bad(
        {"text": "سلام ሰላም e\u0301\u0323 👩🏽‍🚀 ٣٥", "number": "٣", "day": "٨", "month": "١٢", "year": "٢٠٢٦"}
        | {"tel": "٠٦١٢٣٤٥٦٧٨", "email": "سلام@مثال.example"},
        TEXTS,
    ),
    "hidden": Bad({"text": "aap"}, ALL, hidden="\x00" + MARK_UP + "9" * 400),
}


@dataclass
class Filled:
    """What is sent, and what must come of it."""

    pairs: list[tuple[str, str]]
    #: By field, what somebody typed or chose and so finds again.
    kept: dict[str, str]
    #: Fields that must be refused.
    bad: set[str]

    @property
    def body(self) -> str:
        """As a client sends it; half of a surrogate pair goes as the bytes that it would be."""
        return urlencode([tuple(one.encode("utf-8", "surrogatepass") for one in pair) for pair in self.pairs])


def fill(form: Form, button: Button, bad: Bad) -> Filled:
    """The form with this in all its fields, and the hidden ones as they stand."""
    filled = Filled([], {}, set())
    room = ROOM // max(1, sum(one.typed for one in form.controls.values()))
    for control in form.controls.values():
        if not control.typed:
            spoilt = bad.hidden is not None and control.name != "csrfmiddlewaretoken"
            filled.pairs += [(control.name, str(bad.hidden) if spoilt else value) for value in control.values]
            continue
        answer = bad.answer_to(control, room)
        if answer is not None:
            filled.pairs.append((control.name, answer))
        offered = not control.chosen or answer in control.options
        if answer and bad.kept and offered and control.sort != "password":
            filled.kept[control.name] = answer
        if (control.sort in bad.refused and not control.tick) or (not answer and control.required):
            filled.bad.add(control.name)
    if button.name:
        filled.pairs.append((button.name, button.value if bad.hidden is None else bad.hidden))
    return filled


def as_read(text: str) -> str:
    """A text as the server reads it and a browser shows it again."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").replace("\r\n", "\n").lstrip("\n")
