"""Translation catalogues without GNU gettext: found, merged, checked and compiled in Python, by Babel.

Message ids are plain English. Dutch and English are complete; Arabic holds what newcomers may meet: their pages,
the sign-in pages, the layouts and their mails (`NEWCOMER_SOURCES`).
"""

import fnmatch
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGES = ("samenhier", "municipalities", "groups", "newcomers", "matches", "reports")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: Where the texts stand that a newcomer may meet; each of these has an Arabic translation.
NEWCOMER_SOURCES = (
    "templates/base/*",
    "templates/components/*",
    "templates/nlds/*",
    "templates/newcomers/own/*",
    "templates/matches/own/*",
    "templates/account/*",
    "templates/allauth/*",
    "templates/public/*",
    "templates/errors_help.html",
    "templates/429.html",
    "templates/mfa/*",
    "samenhier/core/look/*",
    "templates/40?.html",
    "templates/403_csrf.html",
    "templates/500.html",
    "templates/mail/base.*",
    "templates/mail/newcomers/*",
    "templates/mail/accounts/*",
    "samenhier/accounts/adapter.py",
    "samenhier/accounts/mfa_adapter.py",
    "samenhier/accounts/passwords.py",
    "samenhier/accounts/forms/*",
    "samenhier/accounts/views/*",
    "samenhier/core/came_from.py",
    "samenhier/core/reference.py",
    "samenhier/core/forms/*",
    "samenhier/core/points.py",
    "templates/newcomers/_*.html",
    "newcomers/domain/*",
    "newcomers/enums.py",
    "newcomers/forms/own.py",
    "newcomers/readings.py",
    "newcomers/rules.py",
    "newcomers/views/own*.py",
    "municipalities/retention.py",
    "municipalities/moment_words.py",
    "municipalities/programme.py",
    "samenhier/core/transitions.py",
    "matches/forms/own*.py",
    "matches/views/own*.py",
    "matches/domain/answering.py",
    "matches/domain/checkins.py",
    "matches/domain/contact.py",
    "matches/domain/outcomes.py",
    "matches/domain/trial.py",
    "matches/views/trial.py",
    "matches/check_in_words.py",
    "matches/statements.py",
    "templates/mail/matches/*",
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


@dataclass(frozen=True)
class Fault:
    """One thing to mend in a catalogue."""

    language: str
    message: str
    why: str

    def __str__(self) -> str:
        return f"{self.language}: {self.why}: {self.message[:90]!r}"


def root() -> Path:
    return Path(settings.BASE_DIR)


def po_path(language: str) -> Path:
    return root() / "locale" / language / "LC_MESSAGES" / "django.po"


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted(p for p in (root() / package).rglob("*.py") if "migrations" not in p.parts)
    yield from sorted(p for p in (root() / "templates").rglob("*") if p.suffix in {".html", ".txt"})


def found() -> Catalog:
    """Every translatable message of the code and the templates, with the files it stands in."""
    catalogue = Catalog(charset="utf-8")
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Django turns the template into something that reads like Python calls.
            text = templatize(text, origin=str(path))
        name = path.relative_to(root()).as_posix()
        for _line, function, messages, _comments in extract_python(
            io.BytesIO(text.encode()), KEYWORDS, [], {}
        ):
            context, ids = _spread(str(function), messages)
            if ids and all(ids):
                catalogue.add(ids if len(ids) > 1 else ids[0], locations=[(name, 0)], context=context)
    return catalogue


def _spread(function: str, messages: object) -> tuple[str | None, tuple[str, ...]]:
    parts = messages if isinstance(messages, tuple) else (messages,)
    texts = tuple(part for part in parts if isinstance(part, str))
    context = None
    if function.lstrip("n").startswith("pgettext"):
        context, texts = (texts[0], texts[1:]) if texts else (None, ())
    plural = "ngettext" in function or "npgettext" in function
    return context, texts[: 2 if plural else 1]


def read(language: str) -> Catalog:
    """The catalogue of a language; an empty one when there is none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _wanted(message: Message, language: str) -> bool:
    if language != "ar":
        return True
    return any(
        fnmatch.fnmatch(name, wanted) for name, _line in message.locations for wanted in NEWCOMER_SOURCES
    )


def update(language: str, extra: list[Path] | None = None) -> Catalog:
    """Bring a catalogue up to date: new messages in, lost ones out, translations kept or taken from `extra` files."""
    known = {(m.context, m.id): m.string for m in read(language) if m.id and _filled(m.string)}
    for path in extra or []:
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and _filled(message.string):
                    known.setdefault((message.context, message.id), message.string)
    by_singular = {(c, i[0] if isinstance(i, tuple) else i): s for (c, i), s in known.items()}
    fresh = Catalog(locale=language, charset="utf-8", project="Samen Hier", fuzzy=False)
    for message in found():
        if not message.id or not _wanted(message, language):
            continue
        singular = _texts(message.id)[0]
        string = known.get((message.context, message.id)) or by_singular.get((message.context, singular))
        if message.pluralizable and isinstance(string, str):
            string = tuple([string] * fresh.num_plurals)
        if message.pluralizable and isinstance(string, tuple) and len(string) != fresh.num_plurals:
            string = (*string, *[string[-1]] * fresh.num_plurals)[: fresh.num_plurals]
        if not message.pluralizable and isinstance(string, tuple):
            string = string[0]
        if language == "en" and not string:
            string = _identity(message, fresh.num_plurals)
        fresh.add(message.id, string, locations=message.locations, context=message.context)
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, omit_header=False, include_lineno=False, sort_output=True, width=100)
    return fresh


def _identity(message: Message, plurals: int) -> str | tuple[str, ...]:
    if message.pluralizable:
        return (message.id[0], *[message.id[1]] * (plurals - 1))
    return str(message.id)


def _texts(value: object) -> tuple[str, ...]:
    """Singular and plurals, or the one text, of an id or a translation."""
    return tuple(map(str, value)) if isinstance(value, tuple | list) else (str(value or ""),)


def _filled(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


def compile_all() -> list[Path]:
    """Write the .mo files that Django reads."""
    written = []
    for language, _name in settings.LANGUAGES:
        path = po_path(language)
        if path.exists():
            target = path.with_suffix(".mo")
            with target.open("wb") as file:
                write_mo(file, read(language))
            written.append(target)
    return written


def faults() -> list[Fault]:
    """What is missing, untranslated or has other placeholders than its source, in each language."""
    source = found()
    result = []
    for language, _name in settings.LANGUAGES:
        catalogue = {(m.context, m.id): m for m in read(language) if m.id}
        for message in source:
            if not message.id or not _wanted(message, language):
                continue
            text = _texts(message.id)[0]
            have = catalogue.get((message.context, message.id))
            if have is None:
                result.append(Fault(language, text, "not in the catalogue (run: make translations)"))
            elif not _filled(have.string):
                result.append(Fault(language, text, "not translated"))
            elif have.fuzzy:
                result.append(Fault(language, text, "marked fuzzy"))
            elif not _placeholders_fit(message, have):
                result.append(Fault(language, text, "placeholders differ"))
    return result


def _placeholders_fit(message: Message, have: Message) -> bool:
    ids = _texts(message.id)
    allowed = {found for text in ids for found in _PLACEHOLDER.findall(text)}
    needed = set.intersection(*(set(_PLACEHOLDER.findall(text)) for text in ids))
    strings = _texts(have.string)
    if not message.pluralizable:
        return set(_PLACEHOLDER.findall(strings[0])) == allowed
    # A plural form may leave the number out (“one day”), never bring something new.
    return all(set(_PLACEHOLDER.findall(text)) <= allowed for text in strings) and (
        needed <= set(_PLACEHOLDER.findall(strings[-1]))
    )
