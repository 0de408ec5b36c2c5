"""One question per page: the pages in order, and what was typed on each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise

from samenhier.accounts.views.language import choose_in_browser

#: The page after the last question.
CHECK = "controle"
#: Longer texts than any field takes are kept up to here, so that a visitor can shorten them.
KEPT_LETTERS = 20_000
KEPT_VALUES = 100
#: All fields of a page together: what strangers type is kept for months.
KEPT_IN_ALL = 60_000
LONGEST_NAME = 60
#: Buttons and tokens are not answers.
NO_ANSWERS = frozenset({"csrfmiddlewaretoken", "later", "more", "website", "then", "language"})

Typed = Mapping[str, list[str]]


@dataclass(frozen=True)
class Step:
    """One page. `title` is its heading when the form is not itself one question."""

    code: str
    form: Callable[..., Any]
    title: str | Promise
    lead: str | Promise = ""
    template: str = "groups/question.html"


class Steps(tuple[Step, ...]):
    """The pages in order."""

    def find(self, code: str) -> Step | None:
        return next((step for step in self if step.code == code), None)

    def number(self, step: Step) -> int:
        """Its place, from 1."""
        return self.index(step) + 1

    def after(self, step: Step) -> str:
        """The code of the next page; the check after the last."""
        place = self.index(step) + 1
        return self[place].code if place < len(self) else CHECK

    def before(self, step: Step) -> str | None:
        """The code of the page before, or None at the first."""
        place = self.index(step)
        return self[place - 1].code if place else None


def typed(data: MultiValueDict[str, str]) -> dict[str, list[str]]:
    """What somebody typed on a page, exactly; cut only where nobody types so much."""
    kept: dict[str, list[str]] = {}
    room = KEPT_IN_ALL
    for name in list(data)[:KEPT_VALUES]:
        if name in NO_ANSWERS or len(name) > LONGEST_NAME:
            continue
        kept[name] = []
        for value in data.getlist(name)[:KEPT_VALUES]:
            kept[name].append(value[: min(KEPT_LETTERS, room)])
            room -= len(kept[name][-1])
    return kept


def as_data(stored: Typed) -> MultiValueDict[str, str]:
    """Stored values as Django's forms read them."""
    return MultiValueDict({name: list(values) for name, values in stored.items()})


def rows_data(stored: Typed, prefix: str) -> MultiValueDict[str, str]:
    """The same for a form of rows; a page that nobody opened has none."""
    data = as_data(stored)
    if f"{prefix}-TOTAL_FORMS" not in data:
        data[f"{prefix}-TOTAL_FORMS"] = data[f"{prefix}-INITIAL_FORMS"] = "0"
    return data


def as_initial(form: Callable[[], Form], stored: Typed, known: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed before as initial values, so that opening a page does not judge it; `known` fills the gaps."""
    data = as_data(stored)
    before = {
        name: field.widget.value_from_datadict(data, MultiValueDict(), name)
        for name, field in form().fields.items()
        if name in data or not known.get(name)
    }
    return {**known, **before}


def in_language(request: HttpRequest) -> HttpResponse:
    """The same page in another language; what was typed is kept by then."""
    response = HttpResponseRedirect(request.get_full_path())
    choose_in_browser(request, response, request.POST["language"])
    return response
