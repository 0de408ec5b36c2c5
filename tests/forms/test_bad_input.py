"""Every form of the site with every kind of bad input: a clear message, what was typed is kept, never a 500.

A form belongs to this walk because a page has it: pages come from the resolver, and from the states in `stages.py`. A view
that takes a form which no page of its stage shows fails here. What a form may do otherwise stands below, with why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.db import transaction
from django.forms import fields
from django.urls import Resolver404, resolve
from django.utils import translation

from samenhier.core.access import patterns

from .bad import KINDS, Bad, as_read, fill
from .page import Button, Control, Form, Page
from .stages import STAGES, Visit, stage_of

# Hundreds of requests for what other tests ask as well.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

#: Buttons that keep what was typed and judge nothing yet: (view, name of the button).
UNJUDGED = {
    ("groups:register", "later"): "goes to the page that mails a link; judged at the next visit",
    ("groups:register", "language"): "the same page in another language",
    ("groups:register", "more"): "the same page with more rows",
    ("groups:answer", "language"): "the same page in another language",
    ("groups:profile", "more"): "the same page with more rows",
    ("municipalities:edit_weights", "defaults"): "puts the usual weights back, whatever stands in the fields",
}
#: Fields that only one of the buttons asks for: (view, start of their names) → what that button says.
ONLY_FOR_ONE = {("matches:new_what_if", "pair-"): "add", ("matches:change_what_if", "pair-"): "add"}
#: Views that take a form which nobody is shown.
NEVER_SHOWN = {
    "account_signup": "closed: one joins by registering a group, an invitation, or through the municipality",
    "mfa_reauthenticate_webauthn": "a script of allauth's other page sends it",
}
#: Answers that are no accident, nor a limit that hides the form.
TAKEN_OR_REFUSED = {200, 302, 409, 422}


@dataclass(frozen=True)
class Question:
    """A form as somebody was shown it."""

    visit: Visit
    address: str
    form: Form
    button: Button

    @property
    def target(self) -> str:
        """The name of the view that it is sent to."""
        try:
            return resolve(urlsplit(self.address).path).view_name
        except Resolver404:
            return f"nowhere: {self.address}"

    @property
    def kinds(self) -> list[str]:
        """The kinds of bad input that this form is sent with; the first button stands for all, the others for themselves."""
        if self.form.method != "post":
            return ["numbers", "mark-up", "a NUL"]
        sorts = {one.sort for one in self.form.controls.values() if one.typed}
        if not sorts:
            return ["hidden"]
        if self.button != self.form.buttons[0]:
            return ["empty", "turned around", "hidden"]
        return [kind for kind, bad in KINDS.items() if bad.suits & sorts]

    def send(self, pairs: str) -> Any:
        """Send it and undo what that did, also to the cookies."""
        client = self.visit.client
        before = SimpleCookie(client.cookies.output(header="", sep=";"))
        with transaction.atomic():
            if self.form.method == "post":
                answer = client.post(self.address, pairs, content_type="application/x-www-form-urlencoded")
            else:
                answer = client.get(f"{self.address.split('?')[0]}?{pairs}")
            transaction.set_rollback(True)
        client.cookies = before
        return answer


def page_of(response: Any) -> Page | None:
    """The answer as a page, when it is one."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return None
    return Page(response.content.decode())


def questions(stage: str) -> Iterator[Question]:
    """Each form of these pages, once for each of its buttons; a link with an argument is a form too."""
    met = set()
    for visit in STAGES[stage][0]():
        for address in visit.addresses:
            response = visit.client.get(address)
            assert response.status_code < 500, (address, response.exc_info)
            page = page_of(response)
            for form in [*page.forms, *_arguments(page)] if page else []:
                for button in form.buttons:
                    one = Question(visit, urljoin(address, button.action or form.action), form, button)
                    what = (one.target, form.method, tuple(form.controls), button.name, button.value)
                    if what not in met and stage_of(one.target) == stage:
                        met.add(what)
                        yield one


def _arguments(page: Page) -> Iterator[Form]:
    for link in page.links:
        asked = dict(parse_qsl(urlsplit(link).query))
        if not urlsplit(link).netloc:
            for name in asked:
                others = {one: Control(one, "hidden", [value]) for one, value in asked.items() if one != name}
                yield Form(link, "get", {name: Control(name, "text"), **others}, [Button()])


@pytest.mark.parametrize("stage", STAGES)
def test_bad_input_gets_a_clear_message_and_is_kept(stage):
    faults, met, excused = [], set(), set()
    for one in questions(stage):
        if one.form.method == "post":
            met.add(one.target)
        for kind in one.kinds:
            found = wrong_with(one, KINDS[kind], excused)
            faults += [f"{one.target} {one.button.value} {kind}: {fault}" for fault in found]
    faults += [f"{name}: no page here has its form; show it in stages.py" for name in wanted(stage) - met]
    faults += [f"{name}: is shown after all" for name in met & set(NEVER_SHOWN)]
    for exceptions in (UNJUDGED, ONLY_FOR_ONE):
        here = {key for key in exceptions if stage_of(key[0]) == stage}
        faults += [f"{key}: needs no exception" for key in here - excused]
    assert not faults, "\n".join(faults)


def wanted(stage: str) -> set[str]:
    """The views that take a form in this stage."""
    takers = {
        name
        for _route, name, view in patterns()
        if hasattr(cls := getattr(view, "view_class", None), "post") and "post" in cls.http_method_names
    }
    return {name for name in takers - set(NEVER_SHOWN) if stage_of(name) == stage}


def test_stages_name_only_views_that_take_a_form():
    everything = set().union(*(wanted(stage) for stage in STAGES))
    assert set().union(*(names for _visits, names in STAGES.values())) <= everything


def wrong_with(one: Question, bad: Bad, excused: set[tuple[str, str]]) -> Iterator[str]:
    """Send the form filled in like this, and say what is wrong with the answer. Notes which exceptions were needed."""
    filled = fill(one.form, one.button, bad)
    answer = one.send(filled.body)
    if answer.status_code >= 500:
        yield f"answers {answer.status_code}: {answer.exc_info and answer.exc_info[1]!r}"
        return
    page = page_of(answer)
    if page and page.alive:
        yield f"what was typed came alive: {page.alive[:3]}"
    if bad.hidden is not None or one.form.method != "post":
        return
    if answer.status_code not in TAKEN_OR_REFUSED:
        yield f"answers {answer.status_code}"
        return
    must = {name for name in filled.bad if not _of_another_button(one, name, excused)}
    shown = page if answer.status_code != 302 else None
    refused = shown is not None and bool(shown.summary)
    if must and not refused:
        if (one.target, one.button.name) in UNJUDGED:
            excused.add((one.target, one.button.name))
        else:
            yield f"takes {sorted(must)}"
    if shown and refused:
        yield from _unclear(shown, must if bad.each else set())
    if shown and (refused or must):
        yield from _lost(shown, filled.kept)


def _unclear(page: Page, bad: set[str]) -> Iterator[str]:
    """What a person would not understand in a page with errors."""
    if not page.title.strip().startswith("Fout:"):
        yield f"the title is “{page.title.strip()}”"
    for text, target in page.summary.items():
        if not text or (target and target not in page.ids):
            yield f"the summary says “{text}” and leads to “{target}”"
    vague = words_of_django() & {text.strip() for text in [*page.summary, *page.errors.values()]}
    yield from (f"“{text}” does not say what to do" for text in vague)
    yield from (f"no words at {name}" for name in sorted(bad) if not page.says(name))


def _lost(page: Page, kept: dict[str, str]) -> Iterator[str]:
    """What a person would have to type again."""
    for name, value in kept.items():
        now = page.controls[name].values if name in page.controls else []
        if as_read(value) not in map(as_read, now):
            yield f"{name} is lost: {value[:30]!r}, now {[text[:30] for text in now[:3]]}"
    yield from (f"{name} shows a password" for name in page.passwords())


def _of_another_button(one: Question, name: str, excused: set[tuple[str, str]]) -> bool:
    for (view, start), button in ONLY_FOR_ONE.items():
        if view == one.target and name.startswith(start) and one.button.value != button:
            excused.add((view, start))
            return True
    return False


@cache
def words_of_django() -> set[str]:
    """Its own messages, in the language of the pages: they say what is wrong and not what to do."""
    with translation.override("nl"):
        kinds = [
            one for one in vars(fields).values() if isinstance(one, type) and issubclass(one, fields.Field)
        ]
        return {str(text) for kind in kinds for text in kind.default_error_messages.values()}
