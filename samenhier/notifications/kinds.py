"""The register of message kinds. Each app declares its own in `mails.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise


class OnDoubt(StrEnum):
    """What to do with a message of which, after a crash, nobody knows whether it left."""

    RESEND = "resend"  # must arrive, a double is harmless: sign-in codes, introductions
    LIST = "list"  # a double annoys: it goes to a person's work list


def _always(context: Mapping[str, Any]) -> bool:
    return True


def _sample(name: str) -> Any:
    """A value that fits a field of this name."""
    if name.endswith(("_id", "token")):
        return "6b0f6a52-3c1f-4d5e-9a76-0b8f1f6f7c11"
    if name.endswith(("url", "path")):
        return "/voorbeeld/"
    if name.endswith(("_on", "date", "deadline")):
        return "2026-12-08"
    if name.endswith(("_at", "moment")):
        return "2026-12-08T18:30:00+00:00"
    if name.endswith(("days", "count", "number", "minutes", "weeks", "months", "hours")) or name.startswith(
        "days_"
    ):
        return 3
    return "Voorbeeld"


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    `code` is "app.what"; its one template is `mail/<app>/<what>.html`, see templates/mail/README.md.
    `fields` names every context variable: `notify` refuses missing and unknown ones.
    `still_wanted` is asked again just before sending, with the context; False cancels the message.
    `urgent` messages ignore the sending window (sign-in codes, invitations that a person waits for).
    `languages` are those it is written in: kinds for newcomers and sign-in add "ar". Other readers get Dutch.
    `label` is what staff call it, where a mail of this kind needs a decision.
    `sample` gives context values for tests and previews where the field's name does not say enough.
    """

    code: str
    fields: frozenset[str]
    on_doubt: OnDoubt = OnDoubt.LIST
    urgent: bool = False
    still_wanted: Callable[[Mapping[str, Any]], bool] = _always
    languages: frozenset[str] = frozenset({"nl", "en"})
    label: str | Promise = ""
    sample: Mapping[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """The path of its template."""
        app, _dot, what = self.code.partition(".")
        return f"mail/{app}/{what}.html"

    def sample_context(self) -> dict[str, Any]:
        """Believable values for every field, by `sample` or by the field's name."""
        return {name: self.sample.get(name, _sample(name)) for name in sorted(self.fields)}


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind; its code must be new."""
    if kind.code in _kinds:
        raise ValueError(f"The message kind “{kind.code}” is registered twice.")
    _kinds[kind.code] = kind
    return kind


def get(code: str) -> Kind:
    """The kind of this code; KeyError when nobody declared it."""
    return _kinds[code]


def label(code: str) -> str:
    """What staff call this kind of mail; its code when nobody said."""
    return str((_kinds[code].label if code in _kinds else "") or code)


def all_kinds() -> list[Kind]:
    """Every kind, in order of code."""
    return [_kinds[code] for code in sorted(_kinds)]
