"""Reports: the list, the file, asking for one, the subscription."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from municipalities.access import Staff
from municipalities.enums import StaffRole
from reports import queries
from reports.domain import reporting
from reports.enums import Frequency, ReportStatus
from reports.figures.months import Month
from reports.forms import ReportForm, SubscriptionForm
from reports.forms.choice import NEVER
from reports.models import ReportRun, ReportSubscription
from reports.pdf import period_in_words
from reports.views.visit import staff_request
from samenhier.core.errors import DomainError

READERS = Staff(StaffRole.COORDINATOR, StaffRole.VIEWER)


class Reports(TemplateView):
    """Reports that were made, a new one, and the mail about them."""

    access = READERS
    template_name = "reports/reports.html"
    request_form: ReportForm | None = None
    subscription_form: SubscriptionForm | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        town, user = staff_request(self.request).municipality, staff_request(self.request).user
        subscription = ReportSubscription.objects.visible_to(user).filter(municipality=town).first()
        runs = queries.reports_of(user=user, municipality=town)
        return super().get_context_data(
            reports=[(run, period_in_words(run.first_day, Month.of(run.last_day))) for run in runs],
            month=queries.last_closed(timezone.now()),
            request_form=self.request_form
            or ReportForm(prefix="report", initial={"language": reporting.language_of(user)}),
            subscription_form=self.subscription_form
            or SubscriptionForm(
                prefix="mail", initial={"frequency": subscription.frequency if subscription else NEVER}
            ),
            subscription=subscription,
            **kwargs,
        )

    def post(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        """Two small forms, told apart by their button."""
        return self.subscribe(request, slug) if "mail" in request.POST else self.ask(request, slug)

    def ask(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Make the report of the last month."""
        self.request_form = ReportForm(request.POST, prefix="report")
        if not self.request_form.is_valid():
            return self.again()
        try:
            report = reporting.request_report(
                municipality=staff_request(request).municipality,
                actor=staff_request(request).user,
                language=self.request_form.cleaned_data["language"],
                now=timezone.now(),
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            done = report.status == ReportStatus.DONE
            messages.success(
                request,
                _("This report is ready; it stands in the list.")
                if done
                else _("We are making the report. That takes a minute at most; reload this page to see it."),
            )
        return redirect("reports:reports", slug=slug)

    def subscribe(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Start, change or stop the mails."""
        self.subscription_form = SubscriptionForm(request.POST, prefix="mail")
        if not self.subscription_form.is_valid():
            return self.again()
        frequency = self.subscription_form.cleaned_data["frequency"]
        town, user = staff_request(request).municipality, staff_request(request).user
        if frequency == NEVER:
            reporting.unsubscribe(municipality=town, user=user)
            messages.success(request, _("You get no mail about reports any more."))
        else:
            reporting.subscribe(municipality=town, user=user, frequency=Frequency(frequency))
            messages.success(request, _("You get a mail when a new report is ready."))
        return redirect("reports:reports", slug=slug)

    def again(self) -> HttpResponse:
        """The page with what was typed and what is wrong."""
        return self.render_to_response(self.get_context_data(form_errors=True), status=422)


class ReportPdf(View):
    """The file. Reports of another municipality, or that are not ready: not found."""

    access = READERS

    def get(self, request: HttpRequest, *, slug: str, report: UUID) -> HttpResponse:
        found = (
            ReportRun.objects.visible_to(staff_request(request).user)
            .filter(municipality=staff_request(request).municipality, pk=report, status=ReportStatus.DONE)
            .first()
        )
        if found is None or found.pdf is None:
            raise Http404
        period = dict.fromkeys(str(Month.of(day)) for day in (found.first_day, found.last_day))
        name = f"samen-hier-{slug}-{'-'.join(period)}-{found.language}.pdf"
        return HttpResponse(
            bytes(found.pdf),
            content_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )
