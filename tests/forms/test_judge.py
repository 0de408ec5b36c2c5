"""The walk sees what it is there for: one form, broken in each way."""

import pytest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from groups.forms.answers import InviteForm
from groups.views.contact_person import Invite
from samenhier.core.look import pages
from tests import factories as make

from . import test_bad_input
from .bad import KINDS, MARK_UP
from .page import Button, Page
from .stages import Visit, client_of
from .test_bad_input import Question, wanted, wrong_with

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]


@pytest.fixture
def faults():
    """What is wrong with the form that invites somebody, sent with one kind of bad input."""
    group = make.group(make.municipality(), status="forming")
    client = client_of(group.members.get(role="contact").user)
    address = reverse("groups:invite", kwargs={"group": group.pk})
    (form,) = [one for one in Page(client.get(address).content.decode()).forms if "email" in one.controls]

    def judged(kind: str) -> str:
        return "\n".join(wrong_with(Question(Visit(client, []), address, form, Button()), KINDS[kind], set()))

    return judged


def answer(monkeypatch, act):
    monkeypatch.setattr(Invite, "post", lambda self, request, group: act(self, InviteForm(request.POST)))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wrong_with_it(faults, kind):
    assert faults(kind) == ""


def test_a_crash(faults, monkeypatch):
    answer(monkeypatch, lambda self, form: 1 / 0)
    assert faults("hidden") == "answers 500: ZeroDivisionError('division by zero')"


def test_a_refusal_that_leads_away(faults, monkeypatch):
    answer(monkeypatch, lambda self, form: redirect("groups:own", group=self.request.group.pk))
    assert faults("empty") == "takes ['email', 'name']"


def test_a_refusal_without_words(faults, monkeypatch):
    answer(monkeypatch, lambda self, form: self.show("invite", form=InviteForm(initial=form.data.dict())))
    assert faults("words") == "takes ['email']"


def test_words_for_one_field_only(faults, monkeypatch):
    def act(self, form):
        del form.errors["name"]
        return self.show("invite", form=form)

    answer(monkeypatch, act)
    assert faults("too long") == "no words at name"


def test_words_that_do_not_help(faults, monkeypatch):
    def act(self, form):
        form.errors["name"][:] = ["Dit veld is verplicht."]
        return self.show("invite", form=form)

    answer(monkeypatch, act)
    assert "does not say what to do" in faults("empty")


def test_a_text_that_is_gone(faults, monkeypatch):
    def act(self, form):
        form.data = {**form.data.dict(), "name": ""} if form.errors else {}
        return self.show("invite", form=form)

    answer(monkeypatch, act)
    assert faults("turned around").startswith("name is lost")


def test_a_link_to_nothing(faults, monkeypatch):
    monkeypatch.setattr(pages, "first_control", lambda bound: "elsewhere")
    assert "leads to “elsewhere”" in faults("empty")


def test_a_text_that_comes_alive(faults, monkeypatch):
    answer(monkeypatch, lambda self, form: HttpResponse(form.data["name"]))
    assert "came alive: ['<script>', '<img onerror>']" in faults("mark-up")


@pytest.mark.parametrize("html", ["<p>&lt;script&gt;</p>", '<input value="&lt;img onerror=1&gt;">'])
def test_what_is_escaped_is_no_more_than_text(html):
    assert Page(html).alive == []
    assert Page(f"<p>{MARK_UP}</p>").alive


def test_a_view_with_a_form_is_asked_for_by_itself(monkeypatch):
    new = ("mijn/nieuw/", "groups:new", Invite.as_view())
    monkeypatch.setattr(test_bad_input, "patterns", lambda: [new])
    assert wanted("people") == {"groups:new"}
