"""Trainings: a member signs up and puts it into a calendar."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from groups.calendar_file import event
from groups.domain.training import cancel_sign_up, sign_up
from groups.models import Attendance, TrainingSession
from groups.queries import upcoming_sessions
from samenhier.core.errors import DomainError

from .own import OwnView


class Trainings(OwnView):
    """Trainings still to come, with a button for each."""

    def get(self, request: HttpRequest, group: Any) -> HttpResponse:
        own = {row.session_id: row for row in Attendance.objects.filter(member=request.member)}
        coming = upcoming_sessions(request.user, request.group.municipality)
        sessions = [
            {
                "session": session,
                "booked": session.pk in own,
                "full": session.signed_up >= session.seats,
                "left": max(session.seats - session.signed_up, 0),
            }
            for session in coming
            if session.cancelled_at is None
        ]
        done = any(row.attended for row in own.values())
        return self.show(
            "training",
            sessions=sessions,
            cancelled=[one for one in coming if one.cancelled_at is not None and one.pk in own],
            done=done,
            booked=any(one["booked"] for one in sessions),
        )


class SessionView(OwnView):
    def session(self) -> TrainingSession:
        return get_object_or_404(
            TrainingSession.objects.visible_to(self.request.user),
            pk=self.kwargs["session"],
            municipality=self.request.group.municipality,
        )


class SignUp(SessionView):
    """POST only; a GET (a reloaded address) leads to the list."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect("groups:training", group=request.group.pk)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            sign_up(session=self.session(), member=request.member, actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You have a place. We sent you a mail."))
        return redirect("groups:training", group=request.group.pk)


class CancelSignUp(SignUp):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            cancel_sign_up(session=self.session(), member=request.member, actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You gave your place back. Choose another training."))
        return redirect("groups:training", group=request.group.pk)


class Calendar(SessionView):
    """The training as a calendar file."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        session = self.session()
        response = HttpResponse(event(session), content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="training.ics"'
        return response
