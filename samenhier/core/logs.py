"""Log lines without secrets: the last place where a link, an address or a row could slip through."""

import logging
import re

# A piece of an address that is long and random: the secret of an invitation, a draft, a new password. Ids of rows
# stay readable: they open nothing by themselves.
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])"
_SECRET = re.compile(rf"(?<=/)(?!{_UUID})(?=[\w~:-]*[A-Z0-9])[\w~:-]{{24,}}")
# Postgres spells out the row that did not fit, with everything in it, up to the end of the error.
_ROW = re.compile(
    r"DETAIL:.*?(?=\n\n(?:The above exception was|During handling of the above)|\nTraceback \(most recent|\Z)",
    re.DOTALL,
)
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def careful(text: str) -> str:
    """The text without secrets of links, rows of the database and e-mail addresses."""
    return _ADDRESS.sub("…@…", _SECRET.sub("…", _ROW.sub("DETAIL: …", text)))


class CarefulFormatter(logging.Formatter):
    """Writes a line as any formatter does, and takes out what nobody may read in a log."""

    def format(self, record: logging.LogRecord) -> str:
        return careful(super().format(record))
