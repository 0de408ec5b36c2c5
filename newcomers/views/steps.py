"""Steps in the life of a household, each with a page that says what it means before it is done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from newcomers.domain import erasure, intake, lifecycle
from samenhier.core.errors import DomainError

from .household import COORDINATOR, OfHousehold


class Step(OfHousehold):
    """POST: do one thing and go back. A refusal is shown there."""

    access = COORDINATOR
    act: Callable[..., Any]
    done: str | Promise

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            type(self).act(household=self.household, actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, str(self.done))
        return self.back_to_household()


class SetReady(Step):
    """The intake is complete."""

    http_method_names = ["post"]
    act = intake.set_ready
    done = _("This household is ready. It takes part in the next matching run.")


class Resume(Step):
    """The pause is over."""

    http_method_names = ["post"]
    act = lifecycle.resume
    done = _("The pause is over. The old waiting date counts.")


class Contacted(Step):
    """We spoke today."""

    http_method_names = ["post"]
    act = lifecycle.record_contact
    done = _("It is written down that you spoke today.")


class Confirmed(Step, TemplateView):
    """GET: what the step means; POST: do it."""

    template_name = "newcomers/confirm.html"
    question: str | Promise
    meaning: tuple[str | Promise, ...]
    button: str | Promise

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            question=self.question, meaning=self.meaning, button_text=self.button, **kwargs
        )


class Pause(Confirmed):
    """Not now."""

    act = lifecycle.pause
    question = _("Pause this household?")
    meaning = (
        _("Nobody looks for a group until the pause ends."),
        _("The waiting date stays. A group that is there already stays too."),
    )
    button = _("Yes, pause")
    done = _("This household has paused.")


class Withdraw(Confirmed):
    """The newcomer stops."""

    act = lifecycle.withdraw
    question = _("Does this household stop?")
    meaning = (
        _("Do this when the newcomer says so. No reason is needed."),
        _("At once nobody of a group can see the name and contact, and a running match ends."),
        _("The consent is withdrawn. With a new consent they can start again."),
    )
    button = _("Yes, they stop")
    done = _("The household has stopped. Nobody of a group can see the name any more.")


class Close(Confirmed):
    """The year is over, or they moved."""

    act = lifecycle.close
    question = _("Close this household?")
    meaning = (
        _(
            "Do this when the time with a group is over, when they moved, or when they no "
            "longer need a group."
        ),
        _("At once nobody of a group can see the name and contact."),
        _("With a new consent they can start again."),
    )
    button = _("Yes, close")
    done = _("The household is closed.")


class Erase(Confirmed):
    """At the newcomer's request, or when nothing needs the data any more."""

    act = erasure.erase
    question = _("Erase name, contact and account?")
    meaning = (
        _("Do this when the newcomer asks for it, or when the data are no longer needed."),
        _("It cannot be undone: old backups cannot be read either."),
        _("Only the numbers of adults and children stay, for the figures."),
    )
    button = _("Yes, erase everything")
    done = _("Name, contact and account are erased.")
