"""What happened, in words: each act has a sentence. Apps add theirs in their own `sentences.py`:

describe("group.approved", _("The group was approved"))
"""

from django.utils.functional import Promise

_sentences: dict[str, str | Promise] = {}


def describe(action: str, sentence: str | Promise) -> None:
    """Say what an action is called. Each action has one sentence."""
    if action in _sentences:
        raise ValueError(f"The action “{action}” is described twice.")
    _sentences[action] = sentence


def sentence(action: str) -> str:
    """The sentence in the active language; the code itself when nobody described it."""
    return str(_sentences.get(action, action))


def described() -> set[str]:
    """Every action that has a sentence."""
    return set(_sentences)
