"""What the contact person of a group does for all: inviting, the card, asking for approval."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.access import InGroup
from groups.domain import membership
from groups.domain.emphasis import set_emphasis
from groups.domain.readiness import Condition, Readiness, readiness
from groups.domain.registration import change_card
from groups.domain.review import submit
from groups.enums import Decision, GroupStatus, MemberStatus
from groups.forms import answers as forms
from groups.forms.registration import GROUP_LINES, CardForm
from groups.models import GroupMember, SponsorGroup
from samenhier.core.errors import DomainError
from samenhier.core.forms import PointsForm
from samenhier.core.points import BUDGET

from .checklist import lines_of, visited
from .own import OwnView


class ContactView(OwnView):
    access = InGroup(contact_only=True)


class Invite(ContactView):
    def get(self, request: HttpRequest, group: Any) -> HttpResponse:
        return self.show("invite", form=forms.InviteForm())

    def post(self, request: HttpRequest, group: Any) -> HttpResponse:
        form = forms.InviteForm(request.POST)
        if form.is_valid():
            try:
                membership.invite(group=request.group, actor=request.user, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error("email", str(refusal))
            else:
                messages.success(request, _("The invitation is on its way."))
                return self.home()
        return self.show("invite", form=form)


class InvitedView(ContactView):
    """An act on one open invitation, after a confirm page."""

    template: str
    #: Of `groups.domain.membership`, with the member and the actor.
    act: Callable[..., Any]
    done: str | Promise

    def invited(self) -> GroupMember:
        return get_object_or_404(
            GroupMember.objects.visible_to(self.request.user),
            group=self.request.group,
            pk=self.kwargs["member"],
            status=MemberStatus.INVITED,
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(self.template, invited=self.invited())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            type(self).act(member=self.invited(), actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, str(self.done))
        return self.home()


class Resend(InvitedView):
    template = "resend"
    act = membership.resend
    done = gettext_lazy("A new invitation is on its way.")


class Revoke(InvitedView):
    template = "revoke"
    act = membership.revoke
    done = gettext_lazy("The invitation is withdrawn. We removed the name and the address.")


class Card(ContactView):
    """What the group says about itself, to change."""

    FIELDS = tuple(CardForm.base_fields)

    def get(self, request: HttpRequest, group: Any) -> HttpResponse:
        form = CardForm(initial={name: getattr(request.group, name) for name in self.FIELDS})
        return self.show("card", form=form)

    def post(self, request: HttpRequest, group: Any) -> HttpResponse:
        form = CardForm(request.POST)
        if not form.is_valid():
            return self.show("card", form=form)
        try:
            change_card(group=request.group, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.show("card", form=form)
        messages.success(request, _("Your changes are kept."))
        return self.home()


class Emphasis(ContactView):
    """What matters most to the group. One shared answer, so the contact person gives it, as with the card."""

    def get(self, request: HttpRequest, group: Any) -> HttpResponse:
        return self.page(PointsForm(lines=GROUP_LINES, initial=request.group.emphasis))

    def post(self, request: HttpRequest, group: Any) -> HttpResponse:
        form = PointsForm(request.POST, lines=GROUP_LINES)
        if not form.is_valid():
            return self.page(form)
        try:
            set_emphasis(group=request.group, actor=request.user, points=form.points())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.page(form)
        messages.success(request, _("The points are saved. They count from the next matching run on."))
        return self.home()

    def page(self, form: PointsForm) -> HttpResponse:
        return self.show("emphasis", form=form, budget=BUDGET)


class Submit(ContactView):
    """Asking for approval, once everybody did their part."""

    def ready(self) -> Readiness:
        found = readiness(
            SponsorGroup.objects.visible_to(self.request.user).with_readiness().get(pk=self.request.group.pk)
        )
        if self.request.group.status not in (GroupStatus.FORMING, GroupStatus.RETURNED):
            raise Http404
        return found

    def get(self, request: HttpRequest, group: Any) -> HttpResponse:
        ready = self.ready()
        initial = {"reason": request.group.size_reason}
        return self.page(ready, forms.SubmitForm(small=ready.small, asked=bool(self.asked), initial=initial))

    def post(self, request: HttpRequest, group: Any) -> HttpResponse:
        if request.group.status == GroupStatus.SUBMITTED:  # pressed twice
            return self.home()
        ready = self.ready()
        form = forms.SubmitForm(request.POST, small=ready.small, asked=bool(self.asked))
        if not form.is_valid():
            return self.page(ready, form)
        try:
            submit(
                group=request.group,
                actor=request.user,
                reason=form.cleaned_data.get("reason", ""),
                answer=form.cleaned_data.get("answer", ""),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.page(ready, form)
        messages.success(request, _("You asked for approval. The coordinator contacts you."))
        return self.home()

    @cached_property
    def asked(self) -> str:
        """The question with which the coordinator gave the group back; empty when there is none."""
        if self.request.group.status != GroupStatus.RETURNED:
            return ""
        found = self.request.group.reviews.filter(decision=Decision.RETURNED).order_by("-created_at").first()
        return found.message if found else ""

    def page(self, ready: Readiness, form: forms.SubmitForm) -> HttpResponse:
        lines = [
            line
            for line, item in zip(lines_of(self.request.group, ready, names=False), ready.items, strict=True)
            if not item.met and not item.advice and item.condition is not Condition.VISIT
        ]
        return self.show(
            "submit",
            form=form,
            ready=ready,
            left=[] if ready.own_part_done else lines,
            asked=self.asked,
            visited=visited(self.request.group),
        )
