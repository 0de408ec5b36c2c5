"""The coordinator's pages about trainings."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from groups.domain.training import (
    TooFewSeats,
    cancel_session,
    change_session,
    plan_session,
    record_attendance,
)
from groups.enums import STOPPED
from groups.forms.staff import AttendanceForm, CancelSessionForm, SessionForm
from groups.models import Attendance, GroupMember, TrainingSession
from groups.queries import sessions
from municipalities.access import Staff
from municipalities.enums import StaffRole
from samenhier.core.errors import DomainError


class SessionList(View):
    """All trainings, those to come first."""

    access = Staff(StaffRole.COORDINATOR)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        found = sessions(request.user, request.municipality)
        now = timezone.now()
        return render(
            request,
            "groups/sessions.html",
            {
                "coming": [
                    one for one in reversed(found) if one.starts_at > now and one.cancelled_at is None
                ],
                "past": [one for one in found if one.starts_at <= now and one.cancelled_at is None],
                "cancelled": [one for one in found if one.cancelled_at is not None],
            },
        )


class PlanSession(View):
    access = Staff(StaffRole.COORDINATOR)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return render(request, "groups/session_plan.html", {"form": SessionForm()})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = SessionForm(request.POST)
        if form.is_valid():
            try:
                plan_session(
                    municipality=request.municipality,
                    title=form.cleaned_data["title"],
                    starts_at=form.moment(),
                    place=form.cleaned_data["place"],
                    seats=form.cleaned_data["seats"],
                    actor=request.user,
                )
            except DomainError as refusal:
                form.add_error("day", str(refusal))
            else:
                messages.success(request, _("The training is planned. Members can sign up."))
                return redirect("groups:sessions", slug=slug)
        return render(request, "groups/session_plan.html", {"form": form})


class SessionView(View):
    """A page about one training of the town in the URL."""

    access = Staff(StaffRole.COORDINATOR)

    def session(self) -> TrainingSession:
        return get_object_or_404(
            TrainingSession.objects.visible_to(self.request.user),
            municipality=self.request.municipality,
            pk=self.kwargs["session"],
        )

    def here(self) -> str:
        return reverse(
            "groups:session", kwargs={"slug": self.kwargs["slug"], "session": self.kwargs["session"]}
        )

    def to_session(self) -> HttpResponse:
        return redirect(self.here())


class ChangeSession(SessionView):
    """Another title, moment, place or number of places."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        session = self.session()
        if not session.is_to_come:
            return self.to_session()
        local = timezone.localtime(session.starts_at)
        form = SessionForm(
            initial={
                "title": session.title,
                "day": local.date(),
                "at": local.time(),
                "place": session.place,
                "seats": session.seats,
            }
        )
        return self.page(session, form)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        session = self.session()
        form = SessionForm(request.POST)
        if form.is_valid():
            try:
                _row, told = change_session(
                    session=session,
                    title=form.cleaned_data["title"],
                    starts_at=form.moment(),
                    place=form.cleaned_data["place"],
                    seats=form.cleaned_data["seats"],
                    actor=request.user,
                )
            except TooFewSeats as refusal:
                form.add_error("seats", str(refusal))
            except DomainError as refusal:
                form.add_error("day", str(refusal))
            else:
                messages.success(request, _with_mails(_("The training is changed."), told))
                return self.to_session()
        return self.page(session, form)

    def page(self, session: TrainingSession, form: SessionForm) -> HttpResponse:
        return render(
            self.request,
            "groups/session_change.html",
            {
                "session": session,
                "form": form,
                "signed_up": session.attendances.count(),
                "back_url": self.here(),
            },
        )


class CancelSession(SessionView):
    """The training does not take place."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        session = self.session()
        return self.page(session, CancelSessionForm()) if session.is_to_come else self.to_session()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        session = self.session()
        form = CancelSessionForm(request.POST)
        if form.is_valid():
            try:
                _row, told = cancel_session(
                    session=session, reason=form.cleaned_data["reason"], actor=request.user
                )
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _with_mails(_("The training is cancelled."), told))
                return self.to_session()
        return self.page(session, form)

    def page(self, session: TrainingSession, form: CancelSessionForm) -> HttpResponse:
        return render(
            self.request,
            "groups/session_cancel.html",
            {
                "session": session,
                "form": form,
                "signed_up": session.attendances.count(),
                "back_url": self.here(),
            },
        )


def _with_mails(sentence: str, number: int) -> str:
    """The sentence, and how many people get a mail when there are any."""
    if not number:
        return sentence
    mails = ngettext("%(number)s person gets a mail.", "%(number)s people get a mail.", number)
    return f"{sentence} {mails % {'number': number}}"


class Session(SessionView):
    """Who signed up, and afterwards who came."""

    def attendances(self, session: TrainingSession) -> list[Attendance]:
        return list(
            Attendance.objects.visible_to(self.request.user)
            .filter(session=session)
            .select_related("member__group")
            .order_by("member__group__name", "member__name", "pk")
        )

    def form(self, session: TrainingSession, rows: list[Attendance], data: Any = None) -> AttendanceForm:
        others = (
            GroupMember.objects.visible_to(self.request.user)
            .filter(
                municipality=self.request.municipality,
                status="accepted",
            )
            .exclude(group__status__in=STOPPED)
            .exclude(attendances__attended=True)
            .exclude(attendances__session=session)
            .select_related("group")
            .order_by("group__name", "name", "pk")
        )
        return AttendanceForm(
            data,
            signed_up=[(str(row.member_id), f"{row.member.name} ({row.member.group.name})") for row in rows],
            others=[(str(member.pk), f"{member.name} ({member.group.name})") for member in others],
            initial={"present": [str(row.member_id) for row in rows if row.attended]},
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        session = self.session()
        rows = self.attendances(session)
        return self.page(session, rows, self.form(session, rows))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        session = self.session()
        rows = self.attendances(session)
        form = self.form(session, rows, request.POST)
        if not form.is_valid():
            return self.page(session, rows, form)
        chosen = form.cleaned_data.get("present", []) + form.cleaned_data.get("others", [])
        try:
            record_attendance(session=session, present=form.member_ids(chosen), actor=request.user)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.page(session, rows, form)
        messages.success(request, _("Written down who came."))
        return redirect("groups:sessions", slug=kwargs["slug"])

    def page(self, session: TrainingSession, rows: list[Attendance], form: AttendanceForm) -> HttpResponse:
        begun = session.starts_at <= timezone.now()
        return render(
            self.request,
            "groups/session.html",
            {"session": session, "rows": rows, "form": form, "begun": begun},
        )
