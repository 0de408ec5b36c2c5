"""Is everything running, and what is stuck? And mail of which a person decides."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import TemplateView

from municipalities.access import Central, Staff
from municipalities.enums import StaffRole
from municipalities.models import Municipality
from samenhier.core.errors import DomainError
from samenhier.notifications import doubt, kinds, queries
from samenhier.notifications.models import OutgoingMessage, State

#: How many mails one page shows; the rest follows when these are decided.
SHOWN = 50

#: The schedules in words.
SCHEDULES = {
    "outbox": gettext_lazy("sending mail"),
    "check-ins": gettext_lazy("sending check-ins and reminders"),
    "outcomes": gettext_lazy("asking outcome questions"),
    "answers": gettext_lazy("watching the time to answer"),
    "rounds": gettext_lazy("starting the matching runs of each rhythm"),
    "reports": gettext_lazy("making reports"),
    "retention": gettext_lazy("removing what has had its time"),
    "upkeep": gettext_lazy("forgetting what is too old"),
}

DECISIONS = {"sent": doubt.count_as_sent, "again": doubt.send_again, "leave": doubt.let_go}


def doubtful(municipality_id: UUID | None = None) -> list[dict[str, Any]]:
    """Rows for the table: what each mail is about, and what can be done."""
    rows = list(queries.in_doubt(municipality_id).select_related("recipient")[:SHOWN])
    places = dict(
        Municipality.objects.filter(pk__in={row.municipality_id for row in rows}).values_list("pk", "name")
    )
    return [
        {
            "message": row,
            "label": kinds.label(row.kind),
            "place": places.get(row.municipality_id, ""),
            "uncertain": row.state == State.UNCERTAIN,
            "can_go_again": row.sealed is not None,
        }
        for row in rows
    ]


def decide(request: HttpRequest, message: OutgoingMessage) -> None:
    """Do what the visitor chose, and say so. An unknown choice changes nothing."""
    act = DECISIONS.get(request.POST.get("decision", ""))
    if act is None:
        messages.error(request, _("Choose what should happen with this mail."))
        return
    try:
        act(message=message, actor=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your decision is saved."))


class Operations(TemplateView):
    """For the operator and the national coordinator: no person is named here."""

    access = Central(StaffRole.OPERATOR, StaffRole.NATIONAL)
    template_name = "municipalities/operations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        broker = queries.broker_answers()
        schedules = queries.schedules()
        oldest = queries.oldest_due()
        return super().get_context_data(
            broker=broker,
            schedules=[{"words": SCHEDULES.get(one.name, one.name), "one": one} for one in schedules],
            counts=queries.outbox_counts(),
            oldest=oldest,
            well=broker and not any(one.late for one in schedules) and not (oldest and oldest.too_long),
            doubtful=doubtful(),
            doubtful_total=queries.in_doubt().count(),
            here="operations",
            **kwargs,
        )


class DecideMail(View):
    """POST `decision`: sent, again or leave."""

    access = Central(StaffRole.OPERATOR, StaffRole.NATIONAL)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, message: UUID) -> HttpResponse:
        decide(request, get_object_or_404(OutgoingMessage, pk=message))
        return redirect("operations:home")


class TownMail(View):
    """Mail of one municipality that did not arrive, or perhaps not."""

    access = Staff(StaffRole.COORDINATOR)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        here: Municipality = request.municipality
        context = {"doubtful": doubtful(here.pk), "total": queries.in_doubt(here.pk).count()}
        return render(request, "municipalities/mail.html", context)


class DecideTownMail(View):
    """The same decision, for a mail of one's own municipality."""

    access = Staff(StaffRole.COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, message: UUID) -> HttpResponse:
        here: Municipality = request.municipality
        decide(request, get_object_or_404(OutgoingMessage, pk=message, municipality_id=here.pk))
        return redirect("operations:mail", slug=slug)
