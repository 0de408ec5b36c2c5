"""Answering an invitation: the link, a yes in a few pages, a no, and what a closed link says."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from groups import limits
from groups.domain.agreements import asked
from groups.domain.invitations import (
    InvitationClosed,
    Link,
    SignInFirst,
    belongs_to,
    look_up,
    needs_code,
)
from groups.domain.membership import accept_invitation, ask_again, decline_invitation
from groups.models import GroupMember
from municipalities.models import Policy
from municipalities.programme import programme
from samenhier.accounts.domain import account_of
from samenhier.core.access import Public
from samenhier.core.errors import DomainError

from . import answer_steps, draft_session
from .question_pages import CHECK, Step, Steps, in_language, typed

#: allauth's backend: the one with which everybody signs in here.
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class InvitationLink(View):
    """The link of the mail: remembers the secret and leads to a page without it. Changes nothing."""

    access = Public()

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if token != draft_session.get(request, draft_session.INVITATION):
            draft_session.drop(request, draft_session.ANSWERS)
        if look_up(token)[0] is None:
            # A made-up link is not worth a row in the table of sessions.
            draft_session.drop(request, draft_session.INVITATION)
        else:
            draft_session.put(request, draft_session.INVITATION, token)
        return redirect("groups:invitation")


class InvitationView(View):
    """A page of the invitation in the visitor's session; a closed one says why."""

    access = Public()
    member: GroupMember
    policy: Policy
    steps: Steps

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        found, link = look_up(self.token())
        if found is None or link is not Link.OPEN:
            return self.closed(found, link)
        self.member = found
        self.policy = found.group.municipality.policy
        self.steps = answer_steps.steps_in(self.policy)
        return super().dispatch(request, *args, **kwargs)

    def token(self) -> str:
        return str(draft_session.get(self.request, draft_session.INVITATION))

    def closed(self, member: GroupMember | None, link: Link) -> HttpResponse:
        """What a link that is no longer open says, and what is possible instead."""
        mine = (
            member is not None
            and self.request.user.is_authenticated
            and member.user_id == self.request.user.pk
            and member.status == "accepted"
        )
        if mine and link is Link.ACCEPTED and member is not None:
            return redirect("groups:own", group=member.group_id)
        return render(
            self.request,
            "groups/invitation_closed.html",
            {"link": link.value, "group": member.group if member and link is not Link.UNKNOWN else None},
            status=200 if link in (Link.ACCEPTED, Link.DECLINED) else 410,
        )

    def obstacle(self) -> str:
        """Why saying yes needs something first: "other" person signed in, or a sign-in with a "code"; else empty."""
        user = self.request.user
        if user.is_authenticated:
            return "" if belongs_to(self.member, user) else "other"
        found = account_of(self.member.email)
        return "code" if found is not None and needs_code(found) else ""

    def answers(self) -> dict[str, dict[str, list[str]]]:
        found = draft_session.get(self.request, draft_session.ANSWERS, {})
        return found if isinstance(found, dict) else {}

    def keep(self, step: str, answers: dict[str, list[str]]) -> None:
        draft_session.put(self.request, draft_session.ANSWERS, {**self.answers(), step: answers})

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            "member": self.member,
            "group": self.member.group,
            "town": self.member.group.municipality,
            **more,
        }


class Invitation(InvitationView):
    """What is asked, by whom; yes or no."""

    def get(self, request: HttpRequest) -> HttpResponse:
        contact = self.member.group.members.counted().filter(role="contact").first()
        return render(
            request,
            "groups/invitation.html",
            self.context(
                contact=contact,
                obstacle=self.obstacle(),
                programme=programme(self.policy),
                texts=asked(self.policy),
                yes_url=reverse("groups:answer", kwargs={"step": self.steps[0].code}),
                sign_in_url=f"{reverse('account_login')}?next={reverse('groups:invitation')}",
            ),
        )


class SignOutFirst(InvitationView):
    """Somebody else was signed in: sign out, and keep the invitation."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("groups:invitation")

    def post(self, request: HttpRequest) -> HttpResponse:
        token = self.token()
        logout(request)
        draft_session.put(request, draft_session.INVITATION, token)
        return redirect("groups:invitation")


class SayNo(InvitationView):
    """A confirm page, and then a kind one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request, "groups/invitation_no.html", self.context(back_url=reverse("groups:invitation"))
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            decline_invitation(token=self.token())
        except InvitationClosed:
            return self.closed(*look_up(self.token()))
        draft_session.drop(request, draft_session.ANSWERS)
        return redirect("groups:invitation")


class Answer(InvitationView):
    """One question of a yes."""

    def get(self, request: HttpRequest, step: str) -> HttpResponse:
        if self.obstacle():
            return redirect("groups:invitation")
        found = self.step()
        return self.page(found, answer_steps.fresh(found, self.answers(), more="meer" in request.GET))

    def post(self, request: HttpRequest, step: str) -> HttpResponse:
        found = self.step()
        self.keep(found.code, typed(request.POST))
        if "language" in request.POST:
            return in_language(request)
        if "more" in request.POST:
            here = reverse("groups:answer", kwargs={"step": step})
            return redirect(f"{here}?meer=1{'&dan=controle' if self.to_check() else ''}#meer")
        form = answer_steps.bound(found, self.answers())
        if not form.is_valid():
            return self.page(found, form)
        if found.code == answer_steps.AGE and form.cleaned_data["old_enough"] == "no":
            return render(request, "groups/invitation_young.html", self.context(age=self.policy.minimum_age))
        following = CHECK if self.to_check() else self.steps.after(found)
        if following == CHECK:
            return redirect("groups:answer_check")
        return redirect("groups:answer", step=following)

    def step(self) -> Step:
        found = self.steps.find(self.kwargs["step"])
        if found is None:
            raise Http404
        return found

    def to_check(self) -> bool:
        return "controle" in (self.request.GET.get("dan"), self.request.POST.get("then"))

    def page(self, step: Step, form: Any) -> HttpResponse:
        before = self.steps.before(step)
        if self.to_check():
            back = reverse("groups:answer_check")
        else:
            back = (
                reverse("groups:answer", kwargs={"step": before}) if before else reverse("groups:invitation")
            )
        return render(
            self.request,
            step.template,
            self.context(
                form=form,
                step=step,
                number=self.steps.number(step),
                total=len(self.steps),
                back_url=back,
                then=CHECK if self.to_check() else "",
            ),
        )


class AnswerCheck(InvitationView):
    """All answers once more; pressing the button is the yes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.obstacle():
            return redirect("groups:invitation")
        forms = answer_steps.all_bound(self.steps, self.answers())
        if missing := answer_steps.first_problem(forms):
            return redirect("groups:answer", step=missing)
        return self.page(forms)

    def post(self, request: HttpRequest) -> HttpResponse:
        forms = answer_steps.all_bound(self.steps, self.answers())
        if missing := answer_steps.first_problem(forms):
            messages.warning(request, _("This question still needs your answer."))
            return redirect("groups:answer", step=missing)
        try:
            member = accept_invitation(
                token=self.token(),
                user=request.user if request.user.is_authenticated else None,
                **answer_steps.values(forms),
            )
        except SignInFirst:
            return redirect("groups:invitation")
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("groups:invitation")
        if not request.user.is_authenticated:
            # The link came by mail, so the address is proved; staff and people with a second step never get here.
            login(request, member.user, backend=BACKEND)
        draft_session.drop(request, draft_session.INVITATION, draft_session.ANSWERS)
        texts = asked(self.policy)
        if not texts:
            messages.success(request, _("Welcome to the group!"))
            return redirect("groups:own", group=member.group_id)
        messages.success(
            request,
            ngettext(
                "Welcome to the group! One short text is left to read.",
                "Welcome to the group! %(number)s short texts are left to read.",
                len(texts),
            )
            % {"number": len(texts)},
        )
        return redirect(f"groups:{texts[0].value}", group=member.group_id)

    def page(self, forms: dict[str, Any]) -> HttpResponse:
        return render(
            self.request,
            "groups/answer_check.html",
            self.context(
                rows=answer_steps.summary(forms, self.policy),
                back_url=reverse("groups:answer", kwargs={"step": self.steps[-1].code}),
            ),
        )


class AskAgain(View):
    """A fresh link for an expired one, to the same address."""

    access = Public()

    def post(self, request: HttpRequest) -> HttpResponse:
        token = str(draft_session.get(request, draft_session.INVITATION))
        if not limits.allowed("ask-again", limits.visitor(request), times=10, seconds=limits.HOUR):
            messages.error(
                request, _("This was done many times from your network. Wait an hour and try again.")
            )
            return redirect("groups:invitation")
        try:
            ask_again(token=token)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("groups:invitation")
        draft_session.drop(request, draft_session.INVITATION)
        return render(request, "groups/invitation_sent.html")

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("groups:invitation")
