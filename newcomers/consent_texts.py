"""The texts that a newcomer says yes to: one file per version and language, never changed after it was used.

`texts/<purpose>/<version>.<language>.md`. A new wording is a new version: add files and raise `CURRENT`.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from .enums import ConsentPurpose

FOLDER = Path(__file__).parent / "texts"
#: The version that is asked now.
CURRENT: dict[ConsentPurpose, str] = {ConsentPurpose.PARTICIPATION: "2026-1"}


@dataclass(frozen=True)
class Block:
    """A piece of the text, ready for a template: a heading, a paragraph, or a list with items."""

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConsentText:
    """One text as it was shown, with the hash that proves it."""

    purpose: ConsentPurpose
    version: str
    language: str
    body: str

    @property
    def sha256(self) -> str:
        """Of the exact words in UTF-8, as hexadecimal."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    @property
    def title(self) -> str:
        """The first line."""
        return self.body.partition("\n")[0].removeprefix("# ")

    @property
    def blocks(self) -> list[Block]:
        """Everything after the title. The texts use headings (##), paragraphs and lists (-), nothing more."""
        found = []
        for piece in self.body.split("\n\n")[1:]:
            lines = piece.strip().split("\n")
            if lines[0].startswith("## "):
                found.append(Block("heading", lines[0].removeprefix("## ")))
            elif lines[0].startswith("- "):
                found.append(Block("list", items=tuple(line.removeprefix("- ") for line in lines)))
            else:
                found.append(Block("paragraph", " ".join(lines)))
        return found


@lru_cache(maxsize=64)
def consent_text(
    language: str, *, purpose: ConsentPurpose = ConsentPurpose.PARTICIPATION, version: str = ""
) -> ConsentText:
    """The text in this language; without `version` the current one. KeyError for an unknown language."""
    if language not in dict(settings.LANGUAGES):
        raise KeyError(language)
    version = version or CURRENT[purpose]
    body = (FOLDER / purpose.value / f"{version}.{language}.md").read_text(encoding="utf-8")
    return ConsentText(purpose=purpose, version=version, language=language, body=body)
