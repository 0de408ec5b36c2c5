"""A group pauses, goes on or stops: the contact person's pages, each with what it means before the act."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.domain import standing
from groups.domain.states import GROUP_STATES
from groups.enums import STOPPED, GroupStatus
from groups.models import SponsorGroup
from municipalities.retention import kept
from samenhier.core.errors import DomainError

from .contact_person import ContactView


class StandingView(ContactView, ABC):
    """The page, and the act behind its one button."""

    template: str
    #: Of `groups.domain.standing`, with the group and the actor.
    act: Callable[..., SponsorGroup]
    done: str | Promise

    @abstractmethod
    def possible(self) -> bool:
        """Whether the group is in a state from which this leads on."""

    def get(self, request: HttpRequest, group: Any) -> HttpResponse:
        if not self.possible():
            raise Http404
        return self.page()

    def post(self, request: HttpRequest, group: Any) -> HttpResponse:
        try:
            row = type(self).act(group=request.group, actor=request.user)
        except standing.Taken:
            return self.page(status=409)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, str(self.told(row)))
        return self.home()

    def told(self, group: SponsorGroup) -> str | Promise:
        return self.done

    def page(self, status: int = 200) -> HttpResponse:
        group: SponsorGroup = self.request.group
        return self.show(
            self.template, status=status, taken=standing.is_taken(group), kept=kept(group.municipality)
        )


class Pause(StandingView):
    template = "pause"
    act = standing.pause
    done = _("Your group has paused. You can go on whenever you like.")

    def possible(self) -> bool:
        return GROUP_STATES.allows(self.request.group.status, GroupStatus.ON_HOLD)


class GoOn(StandingView):
    template = "go_on"
    act = standing.go_on
    done = _("Your group takes part again.")

    def possible(self) -> bool:
        return self.request.group.paused_at is not None

    def told(self, group: SponsorGroup) -> str | Promise:
        if group.status == GroupStatus.APPROVED:
            return self.done
        return _(
            "Your pause is over, but your group is too small now. Talk with your coordinator about how to go on."
        )


class Stop(StandingView):
    template = "stop"
    act = standing.stop
    done = _("Your group has stopped. Thank you for everything you did.")

    def possible(self) -> bool:
        return self.request.group.status not in STOPPED
