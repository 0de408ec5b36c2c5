"""The life of matches: the list, one match, and the steps in it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View

from groups.queries import group_card
from matches.access import StaffOfMatch
from matches.domain import answering, approval, introduction, lifecycle, planned_end
from matches.enums import (
    UNDECIDED_STATUSES,
    AnswerValue,
    EndKind,
    EndReason,
    MatchStatus,
    Side,
    TrialOutcome,
    TrialValue,
)
from matches.forms import BeginForm, BuilderForm, EndForm, FirstMeetingForm, MoveEndForm, RecordAnswerForm
from matches.models import Match
from matches.queries import (
    PHASES,
    answers_of,
    by_moment,
    check_ins_of,
    group_in_words,
    matches_of,
    members_without_name,
    page_of,
    phase_counts,
    price_of,
    timeline,
    trial_choices_of,
    trial_of,
    trial_waits_for,
)
from matches.queries.visits import visits_of
from matches.words import ANSWER_TONES, OUTCOME_TONES, TONES, TRIAL_TONES
from municipalities.access import Staff
from municipalities.enums import StaffRole
from newcomers.queries import household_card
from samenhier.core.errors import DomainError
from samenhier.core.forms import SearchForm

from .workbench import SetAside

COORDINATOR = StaffOfMatch(StaffRole.COORDINATOR)


class MatchList(TemplateView):
    """The matches of a town by phase."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, here = self.request.user, self.request.municipality
        asked = self.request.GET.get("fase", "")
        phase = asked if asked in PHASES else "now"
        counts = phase_counts(user, here)
        labels = {
            "now": _("Going on"),
            "asking": _("Waiting for answers"),
            "active": _("Met each other"),
            "over": _("Over"),
        }
        search = SearchForm(self.request.GET or None)
        page = page_of(matches_of(user, here, phase, named=search.asked), self.request.GET.get("page"))
        return super().get_context_data(
            rows=[{"match": match, "tone": TONES[MatchStatus(match.status)]} for match in page],
            page=page,
            phase="" if search.asked else phase,
            search=search,
            filters=[(name, labels[name], counts[name]) for name in PHASES],
            visits=visits_of(user, here).count(),
            **kwargs,
        )


class MatchDetail(TemplateView):
    """One match: where it stands, what can be done, check-ins, what happened."""

    access = COORDINATOR
    template_name = "matches/detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        match = request.match
        if match.status == MatchStatus.PROPOSED:
            return redirect("matches:proposal", slug=request.municipality.slug, proposal=match.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match: Match = self.request.match
        user = self.request.user
        status = MatchStatus(match.status)
        rows = check_ins_of(user, match)
        policy = self.request.municipality.policy
        card = group_card(match.group)
        trial = trial_of(match)
        trial_choices = trial_choices_of(match) if trial else {}
        context = {
            "match": match,
            "tone": TONES[status],
            "household_card": household_card(match.household),
            "group_card": card,
            "group_words": group_in_words(card),
            "answers": [
                {
                    "side": Side(side),
                    "answer": given,
                    "tone": ANSWER_TONES[AnswerValue(given.value)] if given else "",
                }
                for side, given in answers_of(match).items()
            ],
            "trial": trial,
            "trial_tone": OUTCOME_TONES.get(TrialOutcome(trial.outcome)) if trial and trial.outcome else "",
            "trial_choices": [
                {
                    "side": Side(side),
                    "choice": chosen,
                    "tone": TRIAL_TONES[TrialValue(chosen.value)] if chosen else "",
                }
                for side, chosen in trial_choices.items()
            ],
            "trial_waits": trial_waits_for(trial, trial_choices),
            "moments": by_moment(rows),
            "events": timeline(match, rows, price=price_of(user, match)),
            "answering": status == MatchStatus.ASKING,
            "before_names": status in (MatchStatus.OFFERED, MatchStatus.ASKING, MatchStatus.AGREED),
            "may_introduce": status == MatchStatus.AGREED
            and not (policy.second_approver and match.approved_by_id == user.pk),
            "without_name": members_without_name(match) if match.names_are_open else [],
            "near_end": match.planned_end is not None
            and timezone.localdate() >= match.planned_end - lifecycle.CLOSING_TIME,
        }
        return super().get_context_data(**kwargs | context)


class Step(View):
    """POST: one step without a form. A refusal is a message on the page of the match."""

    access = COORDINATOR
    http_method_names = ["post"]
    act: Callable[..., Any]
    done: str | Promise

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            type(self).act(match=request.match, actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, str(self.done))
        return redirect("matches:detail", slug=request.municipality.slug, match=request.match.pk)


class Introduce(Step):
    """Approve the introduction as the second person."""

    act = introduction.introduce
    done = gettext_lazy("Introduced. The group can see the name and how to reach the household.")


class OpenToMembers(Step):
    """Let members who joined later open the name."""

    act = introduction.open_to_new_members
    done = gettext_lazy("The new members can open the name now.")


class MoreTime(Step):
    """Start the answer clock again."""

    act = approval.give_more_time
    done = gettext_lazy("The time to answer starts again today.")


class FormStep(FormView):
    """One step with a form of its own."""

    access = COORDINATOR
    done: str | Promise

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(match=self.request.match, **kwargs)

    def act(self, form: Form) -> None:
        """The one domain call."""
        raise NotImplementedError

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            self.act(form)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, str(self.done))
        return redirect("matches:detail", slug=self.request.municipality.slug, match=self.request.match.pk)


class TakeBack(SetAside):
    """Take a question back while the sides, or the group's municipality, are answering."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"asked": self._asked()}

    def _asked(self) -> bool:
        return bool(self.request.match.status not in UNDECIDED_STATUSES)

    def done(self) -> str:
        if not self._asked():
            return _("Taken back. Nobody had been asked yet.")
        return _("Taken back. Both sides get a kind message and are free again.")

    def onward(self) -> HttpResponse:
        return redirect("matches:detail", slug=self.request.municipality.slug, match=self.request.match.pk)


class RecordAnswer(FormStep):
    """Write down an answer that was given by phone or face to face."""

    template_name = "matches/record_answer.html"
    form_class = RecordAnswerForm
    done = gettext_lazy("The answer is written down.")

    def act(self, form: Form) -> None:
        answering.answer(
            match=self.request.match,
            side=Side(form.cleaned_data["side"]),
            value=AnswerValue(form.cleaned_data["value"]),
            actor=None,
            recorded_by=self.request.user,
        )


class FirstMeeting(FormStep):
    """When they meet for the first time."""

    template_name = "matches/first_meeting.html"
    form_class = FirstMeetingForm
    done = gettext_lazy("The first meeting is written down.")

    def get_initial(self) -> dict[str, Any]:
        at = self.request.match.first_meeting_at
        if at is None:
            return {}
        local = timezone.localtime(at)
        return {"day": local.date(), "time": local.time()}

    def act(self, form: Form) -> None:
        assert isinstance(form, FirstMeetingForm)
        lifecycle.record_first_meeting(match=self.request.match, actor=self.request.user, at=form.moment())


class Begin(FormStep):
    """The time together begins."""

    template_name = "matches/begin.html"
    form_class = BeginForm
    done = gettext_lazy("The time together has begun. The check-ins are planned for both sides.")

    def get_initial(self) -> dict[str, Any]:
        at = self.request.match.first_meeting_at
        today = timezone.localdate()
        return {"started_on": min(timezone.localdate(at), today) if at else today}

    def act(self, form: Form) -> None:
        lifecycle.activate(
            match=self.request.match, actor=self.request.user, started_on=form.cleaned_data["started_on"]
        )


class MoveEnd(FormStep):
    """Move the planned end, later or earlier."""

    template_name = "matches/move_end.html"
    form_class = MoveEndForm
    done = gettext_lazy("The planned end moved. Both sides get a message with the new day.")

    def get_initial(self) -> dict[str, Any]:
        end = self.request.match.planned_end
        return {"planned_end": end, "instead_of": end}

    def act(self, form: Form) -> None:
        planned_end.move_planned_end(
            match=self.request.match,
            actor=self.request.user,
            to=form.cleaned_data["planned_end"],
            reason=form.cleaned_data["reason"],
            instead_of=form.cleaned_data["instead_of"],
        )


class End(FormStep):
    """Close a match with care."""

    template_name = "matches/end.html"
    form_class = EndForm
    done = gettext_lazy("Ended. The names are closed, both sides get a kind message and can go on.")

    def get_initial(self) -> dict[str, Any]:
        return {"ended_on": timezone.localdate()}

    def act(self, form: Form) -> None:
        lifecycle.end(
            match=self.request.match,
            actor=self.request.user,
            kind=EndKind(form.cleaned_data["kind"]),
            reason=EndReason(form.cleaned_data["reason"]),
            ended_on=form.cleaned_data["ended_on"],
            household_goes_on=form.cleaned_data["goes_on"],
        )


class ChooseBuilder(FormStep):
    """Which community builder guides this match."""

    template_name = "matches/builder.html"
    form_class = BuilderForm
    done = gettext_lazy("Saved who guides this match.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"municipality": self.request.municipality}

    def get_initial(self) -> dict[str, Any]:
        return {"builder": self.request.match.builder_id}

    def act(self, form: Form) -> None:
        lifecycle.choose_builder(
            match=self.request.match, actor=self.request.user, builder=form.cleaned_data["builder"]
        )
