"""Where coverage stops counting although a test runs: inside Django's own SQL, which calls nothing of ours.

Counting makes every line of Python slow, also those of libraries; half of what a page costs is spent in these methods.
Our own words for SQL (`Among`, `Given`) are called there: `counted(sql=True)` marks their tests.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models.sql import compiler, query

UNCOUNTED = [
    (compiler.SQLCompiler, "execute_sql"),
    (compiler.SQLInsertCompiler, "execute_sql"),
    (query.Query, "add_q"),
    (query.Query, "chain"),
]
_everywhere = False


def _uncounted(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def quietly(*args: Any, **kwargs: Any) -> Any:
        counter = sys.gettrace()
        if counter is None or _everywhere:
            return method(*args, **kwargs)
        sys.settrace(None)
        try:
            return method(*args, **kwargs)
        finally:
            sys.settrace(counter)

    return quietly


def leave_out_django() -> None:
    """Once, in a process that counts."""
    for owner, name in UNCOUNTED:
        setattr(owner, name, _uncounted(getattr(owner, name)))


@contextmanager
def everywhere(wanted: bool) -> Iterator[None]:
    """With `wanted` also Django is counted, and what it calls."""
    global _everywhere
    before, _everywhere = _everywhere, wanted
    try:
        yield
    finally:
        _everywhere = before
