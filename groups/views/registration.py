"""Registering a group: one question per page, kept as it goes, without an account."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from groups import limits
from groups.domain import drafts
from groups.domain.agreements import asked
from groups.domain.registration import register_from_draft
from groups.forms.registration import ConfirmForm, ReturnLinkForm
from groups.models import SponsorGroup
from municipalities.models import Municipality
from municipalities.programme import programme
from municipalities.retention import in_words
from samenhier.core.access import Public
from samenhier.core.errors import DomainError

from . import draft_session, steps
from .question_pages import CHECK, Step, in_language, typed
from .summary import summary_of


def too_many() -> str:
    """What a visitor reads who comes too often."""
    return _(
        "This was done many times from your network. Wait an hour and try again. What you typed is kept."
    )


class DraftView(View):
    """A page of the registration: knows the visitor's draft."""

    access = Public()

    def token(self) -> str:
        return str(draft_session.get(self.request, draft_session.DRAFT))

    def draft(self) -> drafts.Draft | None:
        return drafts.read(self.token())

    def answers(self) -> dict[str, dict[str, list[str]]]:
        """What was typed so far; nothing for a finished draft."""
        draft = self.draft()
        return draft.steps if draft else {}

    def keep(self, step: str, answers: dict[str, list[str]]) -> None:
        token = drafts.keep(token=self.token(), step=step, answers=answers)
        if token != self.token():
            draft_session.put(self.request, draft_session.DRAFT, token)

    def initial(self, step: Step) -> dict[str, Any]:
        """What we know already: the town of the link, the name and address of who is signed in."""
        if step.code == "gemeente" and (slug := self.request.GET.get("gemeente", "")):
            return {"municipality": slug[:80]}
        if step.code == "over-jou" and self.request.user.is_authenticated:
            return {"contact_name": self.request.user.name, "contact_email": self.request.user.email}
        return {}


class Start(DraftView):
    """What it asks, how long it takes, what happens next."""

    def get(self, request: HttpRequest) -> HttpResponse:
        first = reverse("groups:register", kwargs={"step": steps.STEPS[0].code})
        slug = request.GET.get("gemeente", "")
        town = None
        if "\x00" not in slug:
            town = Municipality.objects.open().select_related("policy").filter(slug=slug[:80]).first()
        return render(
            request,
            "groups/register_start.html",
            {
                "first_url": f"{first}?gemeente={town.slug}" if town else first,
                "town": town,
                "programme": programme(town.policy if town else None),
                "begun": bool(self.answers()),
                "going_on": self._going_on(),
                "any_town": Municipality.objects.open().exists(),
            },
        )

    def _going_on(self) -> str:
        answers = self.answers()
        for step in steps.STEPS:
            if step.code not in answers or not steps.bound(step, answers).is_valid():
                return reverse("groups:register", kwargs={"step": step.code})
        return reverse("groups:register_check")


class Register(DraftView):
    """One question."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        step = steps.STEPS.find(kwargs["step"])
        if step is None:
            raise Http404
        self.step = step
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, step: str) -> HttpResponse:
        form = steps.fresh(
            self.step, self.answers(), initial=self.initial(self.step), more="meer" in request.GET
        )
        return self.page(form)

    def post(self, request: HttpRequest, step: str) -> HttpResponse:
        if not limits.allowed("register", limits.visitor(request), times=300, seconds=limits.HOUR):
            form = steps.bound(self.step, {self.step.code: typed(request.POST)})
            messages.error(request, too_many())
            return self.page(form, status=429)
        self.keep(self.step.code, typed(request.POST))
        if "later" in request.POST:
            return redirect("groups:draft_save")
        if "language" in request.POST:
            return in_language(request)
        if "more" in request.POST:
            here = reverse("groups:register", kwargs={"step": step})
            return redirect(f"{here}?meer=1{'&dan=controle' if self.to_check() else ''}#meer")
        form = steps.bound(self.step, self.answers())
        if not form.is_valid():
            return self.page(form)
        following = CHECK if self.to_check() else steps.STEPS.after(self.step)
        if following == CHECK:
            return redirect("groups:register_check")
        return redirect("groups:register", step=following)

    def to_check(self) -> bool:
        """Whether the visitor came from the check page and goes back there."""
        return "controle" in (self.request.GET.get("dan"), self.request.POST.get("then"))

    def page(self, form: Any, status: int = 200) -> HttpResponse:
        before = steps.STEPS.before(self.step)
        if self.to_check():
            back = reverse("groups:register_check")
        elif before:
            back = reverse("groups:register", kwargs={"step": before})
        else:
            back = reverse("groups:register_start")
        return render(
            self.request,
            self.step.template,
            {
                "form": form,
                "step": self.step,
                "number": steps.STEPS.number(self.step),
                "total": len(steps.STEPS),
                "back_url": back,
                "saveable": True,
                "then": CHECK if self.to_check() else "",
            },
            status=status,
        )


class Check(DraftView):
    """Everything once more, with a way to change it; nothing was sent yet. Sending it registers the group once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        draft = self.draft()
        if draft is not None and draft.registered:
            return redirect("groups:registered")
        answers = self.answers()
        forms = self.forms(answers)
        if missing := self.first_problem(forms):
            return self.to_question(missing)
        return self.page(ConfirmForm(), forms)

    def post(self, request: HttpRequest) -> HttpResponse:
        draft = self.draft()
        if draft is not None and draft.registered:
            return redirect("groups:registered")
        forms = self.forms(self.answers())
        if missing := self.first_problem(forms):
            return self.to_question(missing)
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            return self.page(form, forms)
        if not limits.allowed("registered", limits.visitor(request), times=20, seconds=limits.HOUR):
            form.add_error(None, too_many())
            return self.page(form, forms, status=429)
        try:
            register_from_draft(token=self.token(), **self.values(forms))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.page(form, forms)
        return redirect("groups:registered")

    def forms(self, answers: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
        return {step.code: steps.bound(step, answers) for step in steps.STEPS}

    def first_problem(self, forms: dict[str, Any]) -> Step | None:
        """The first question that still needs an answer."""
        return next((steps.STEPS.find(code) for code, form in forms.items() if not form.is_valid()), None)

    def to_question(self, step: Step) -> HttpResponse:
        if self.answers():
            messages.warning(self.request, _("This question still needs your answer."))
        return redirect("groups:register", step=step.code)

    def values(self, forms: dict[str, Any]) -> dict[str, Any]:
        """The cleaned answers, by the names of the domain."""
        user = self.request.user
        data: dict[str, Any] = {"actor": user if user.is_authenticated else None}
        for code, form in forms.items():
            if code == "leden":
                data["members"] = [(row["name"], row["email"]) for row in form.filled() if row["email"]]
            else:
                data |= form.cleaned_data
        data["municipality"] = Municipality.objects.select_related("policy").get(slug=data["municipality"])
        return data

    def page(self, form: ConfirmForm, forms: dict[str, Any], status: int = 200) -> HttpResponse:
        return render(
            self.request,
            "groups/register_check.html",
            {
                "form": form,
                "rows": summary_of(self.values(forms)),
                "back_url": reverse("groups:register", kwargs={"step": steps.STEPS[-1].code}),
            },
            status=status,
        )


class Registered(DraftView):
    """It worked; what happens next and how to reach a person."""

    def get(self, request: HttpRequest) -> HttpResponse:
        draft = self.draft()
        if draft is None or not draft.registered:
            return redirect("groups:register_start")
        group = SponsorGroup.objects.select_related("municipality__policy").get(pk=draft.registered)
        invited = group.members.count() - 1
        return render(
            request,
            "groups/registered.html",
            {
                "group": group,
                "town": group.municipality,
                "contact_email": draft.contact_email,
                "invited": invited,
                "texts": asked(group.municipality.policy),
            },
        )


class SaveDraft(DraftView):
    """Mail a link to go on later: the one place where the address is typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.answers():
            return redirect("groups:register_start")
        known = self.answers().get("over-jou", {}).get("contact_email") or [""]
        if not known[0] and request.user.is_authenticated:
            known = [request.user.email]
        return self.page(ReturnLinkForm(initial={"email": known[0]}, kept=self._kept()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReturnLinkForm(request.POST, kept=self._kept())
        if not form.is_valid():
            return self.page(form)
        email = form.cleaned_data["email"].lower()
        who = limits.visitor(request)
        if not (
            limits.allowed("draft-link", who, times=20, seconds=limits.HOUR)
            and limits.allowed("draft-link-to", email, times=5, seconds=limits.DAY)
        ):
            form.add_error(None, too_many())
            return self.page(form, status=429)
        try:
            drafts.mail_link(token=self.token(), email=email)
        except drafts.DraftGone as gone:
            messages.error(request, str(gone))
            return redirect("groups:register_start")
        return render(request, "groups/draft_saved.html", {"email": email, "going_on": self._last_page()})

    def _kept(self) -> str:
        return in_words("draft_months", drafts.months_kept(self.answers()))

    def _last_page(self) -> str:
        answers = self.answers()
        last = next((step for step in reversed(steps.STEPS) if step.code in answers), steps.STEPS[0])
        return reverse("groups:register", kwargs={"step": last.code})

    def page(self, form: ReturnLinkForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "back_url": self._last_page()}
        return render(self.request, "groups/draft_save.html", context, status=status)


class DraftLink(View):
    """The link of the mail: remembers it and leads to a page without the secret in its address."""

    access = Public()

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if drafts.read(token) is None and not drafts.was_used(token):
            # A made-up link is not worth a row in the table of sessions.
            draft_session.drop(request, draft_session.RETURNING)
        else:
            draft_session.put(request, draft_session.RETURNING, token)
        return redirect("groups:draft_return")


class DraftReturn(View):
    """Going on with a draft. Opening it is a press on a button: mail scanners follow links too."""

    access = Public()

    def get(self, request: HttpRequest) -> HttpResponse:
        token = str(draft_session.get(request, draft_session.RETURNING))
        draft = drafts.read(token)
        open_ = draft is not None and not draft.registered
        context = {"open": open_, "known": not open_ and drafts.was_used(token)}
        return render(request, "groups/draft_return.html", context, status=200 if open_ else 410)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            token = drafts.reopen(token=str(draft_session.get(request, draft_session.RETURNING)))
        except drafts.DraftGone:
            return redirect("groups:draft_return")
        draft_session.drop(request, draft_session.RETURNING)
        draft_session.put(request, draft_session.DRAFT, token)
        answers = drafts.read(token)
        for step in steps.STEPS:
            if (
                answers is None
                or step.code not in answers.steps
                or not steps.bound(step, answers.steps).is_valid()
            ):
                return redirect("groups:register", step=step.code)
        return redirect("groups:register_check")


class DraftAgain(View):
    """A new link instead of a used one, to the address that the draft knows."""

    access = Public()

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("groups:draft_return")

    def post(self, request: HttpRequest) -> HttpResponse:
        if not limits.allowed("draft-link", limits.visitor(request), times=20, seconds=limits.HOUR):
            messages.error(request, too_many())
            return redirect("groups:draft_return")
        try:
            drafts.mail_again(used=str(draft_session.get(request, draft_session.RETURNING)))
        except drafts.DraftGone:
            return redirect("groups:draft_return")
        draft_session.drop(request, draft_session.RETURNING)
        return render(request, "groups/draft_saved.html", {"email": "", "going_on": ""})
