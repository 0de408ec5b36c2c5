"""All components as template tags; a builtin library, so no page loads it."""

from samenhier.core.look import actions, blocks, charts, fields, figures, lists, marks, pages, words
from samenhier.core.look.register import register

__all__ = ["actions", "blocks", "charts", "fields", "figures", "lists", "marks", "pages", "register", "words"]
