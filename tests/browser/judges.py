"""Judges of a page: axe for accessibility, html5lib for the mark-up, a ruler for the width, and the console for the CSP."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import html5lib
from playwright.sync_api import Page

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe(page: Page, *, sheets: bool = True) -> list[str]:
    """Violations of WCAG 2.2 AA and best practice, one line each.

    `sheets`: also what axe reads in the style sheets themselves; that is the same at every width.
    """
    # Through the debugger's own world: the page's CSP stays as it is.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    violations: list[dict[str, Any]] = page.evaluate(
        """([values, preload]) => axe
            .run(document, {runOnly: {type: 'tag', values}, resultTypes: ['violations'], preload})
            .then(result => result.violations)""",
        [TAGS, sheets],
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']!r}"
        for violation in violations
        for node in violation["nodes"][:3]
    ]


def too_wide(page: Page) -> list[str]:
    """Whether one must scroll sideways, and what sticks out."""
    wide: list[str] = page.evaluate(
        """() => {
        if (document.documentElement.scrollWidth <= window.innerWidth) return [];
        const out = [...document.querySelectorAll('body *')].filter(e => {
            const r = e.getBoundingClientRect();
            return r.width > 1 && (r.right > window.innerWidth + 1 || r.left < -1) && !e.closest('thead, .only-heard');
        });
        // The innermost ones are the cause.
        return out.filter(e => !out.some(other => other !== e && e.contains(other))).slice(0, 3)
            .map(e => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 160));
        }"""
    )
    return [f"sticks out at {page.viewport_size}: {one}" for one in wide]


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.references: list[tuple[str, str]] = []
        self.inline: list[str] = []
        self.h1 = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.h1 += tag == "h1"
        for name, value in attrs:
            if name == "id" and value:
                self.ids[value] += 1
            if name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
                self.references += [(name, one) for one in (value or "").split()]
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")


def markup(html: str) -> list[str]:
    """Parse errors, double ids, references to nothing, inline style or script, and not exactly one h1."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    faults = [f"html: {code} at {place} {data}" for place, code, data in parser.errors]
    ids = _Ids()
    ids.feed(html)
    faults += [f"id used {count} times: {name}" for name, count in ids.ids.items() if count > 1]
    faults += [f"{name} points to nothing: {one}" for name, one in ids.references if one not in ids.ids]
    faults += [f"inline: {one}" for one in ids.inline]
    if ids.h1 != 1:
        faults.append(f"{ids.h1} h1 headings")
    if re.search(r"(?<![\w])(None|nan|\[object Object\])(?![\w])", _text(html)):
        faults.append("shows None, nan or an object")
    return faults


def _text(html: str) -> str:
    return re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", html, flags=re.S)
