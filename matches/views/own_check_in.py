"""The short question how it goes, for each side by itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView

from matches.access import OwnCheckIn
from matches.domain import checkins
from matches.enums import CheckInStatus, MatchStatus, Side
from matches.forms import CheckInForm
from matches.models import CheckIn
from samenhier.core.errors import DomainError

from .own import template_of


class AnswerCheckIn(FormView):
    """Two choices and, if wanted, a few words. The other side never sees it."""

    access = OwnCheckIn()
    form_class = CheckInForm

    @property
    def check_in(self) -> CheckIn:
        """Set by the access."""
        found: CheckIn = self.request.check_in
        return found

    def get_template_names(self) -> list[str]:
        return [template_of(self.check_in.side, "check_in")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.check_in
        open_now = (
            row.status == CheckInStatus.PLANNED
            and row.match.status == MatchStatus.ACTIVE
            and row.due_on <= timezone.localdate() + checkins.OPENS_BEFORE
        )
        context = super().get_context_data(
            check_in=row,
            match=row.match,
            town=row.match.town_of(row.side),
            moment=row.when_in_words,
            open_now=open_now,
            too_early=row.status == CheckInStatus.PLANNED
            and row.match.status == MatchStatus.ACTIVE
            and not open_now,
            **kwargs,
        )
        if not open_now:
            context["form"] = None
        return context

    def form_valid(self, form: CheckInForm) -> HttpResponse:
        try:
            checkins.answer_check_in(check_in=self.check_in, actor=self.request.user, **form.cleaned_data)
        except DomainError as refusal:
            messages.error(self.request, str(refusal))
            return redirect("matches:check_in", check_in=self.check_in.pk)
        if form.cleaned_data["wants_contact"]:
            messages.success(self.request, _("Thank you. The coordinator contacts you soon."))
        else:
            messages.success(self.request, _("Thank you. It is good to hear how it goes."))
        if self.check_in.side == Side.HOUSEHOLD:
            return redirect("newcomers:own")
        return redirect("matches:own", match=self.check_in.match_id)
