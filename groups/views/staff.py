"""The coordinator's pages about groups: the list, one group, and each decision on its own page."""

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from groups.domain import review
from groups.domain.contacts import appoint_contact
from groups.domain.locks import contact_of, present_members
from groups.domain.readiness import Condition, Readiness, readiness, vog_is_valid
from groups.domain.screening import record_vog_seen
from groups.domain.standing import is_taken, stop
from groups.domain.states import GROUP_STATES
from groups.enums import STOPPED, GroupStatus, MemberStatus
from groups.forms import staff as forms
from groups.models import GroupMember, GroupReview, SponsorGroup
from groups.queries import best_levels, counts_by_status, staff_list
from municipalities.access import Staff
from municipalities.enums import StaffRole
from municipalities.retention import kept
from samenhier.core import points
from samenhier.core.errors import DomainError
from samenhier.core.reference import CHILD_BANDS, GOALS, LANGUAGE_LEVELS, LANGUAGES, WISHES

from . import kind_words
from .checklist import lines_of, visited
from .own import dots_of, tone_of
from .trail import timeline_of

ROWS_ON_A_PAGE = 25


class GroupList(View):
    """All groups of the town with how far each is."""

    access = Staff(StaffRole.COORDINATOR)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        town = request.municipality
        counts = counts_by_status(request.user, town)
        form = forms.StatusFilter(request.GET or None, counts=counts)
        status = form.cleaned_data["status"] if form.is_bound and form.is_valid() else ""
        found = staff_list(request.user, town, status, named=form.asked)
        total = counts.get(status, 0) if status else sum(counts.values())
        paginator = Paginator(found, ROWS_ON_A_PAGE)
        if not form.asked:
            paginator.count = total  # type: ignore[misc]  # known already: spares a query
        page = paginator.get_page(request.GET.get("page"))
        for group in page:
            group.municipality = town
        rows = [
            {
                "group": group,
                "ready": ready,
                "tone": tone_of(group),
                "stopped": group.status in STOPPED,
                "missing": [] if ready.complete else [str(review.MISSING[one]) for one in ready.missing],
            }
            for group in page
            for ready in [readiness(group)]
        ]
        return render(
            request,
            "groups/list.html",
            {"form": form, "rows": rows, "page_obj": page, "total": sum(counts.values())},
        )


class GroupView(View):
    """A page about one group of the town in the URL."""

    access = Staff(StaffRole.COORDINATOR)

    def group(self) -> SponsorGroup:
        return get_object_or_404(
            SponsorGroup.objects.visible_to(self.request.user).with_readiness(),
            municipality=self.request.municipality,
            pk=self.kwargs["group"],
        )

    def here(self, group: SponsorGroup) -> str:
        return reverse("groups:review", kwargs={"slug": self.request.municipality.slug, "group": group.pk})

    def to_group(self, group: SponsorGroup) -> HttpResponse:
        return redirect(self.here(group))


class Review(GroupView):
    """Everything the coordinator needs to decide."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        group = self.group()
        ready = readiness(group)
        members = list(group.members.all())
        prefetch_related_objects(members, "attendances__session")
        today = timezone.localdate()
        return render(
            request,
            "groups/review.html",
            {
                "group": group,
                "tone": tone_of(group),
                "ready": ready,
                "lines": lines_of(group, ready, names=False),
                "dots": dots_of(ready),
                "stopped": group.status in STOPPED,
                "signs": ready.item(Condition.AGREEMENTS) is not None,
                "people": [
                    {
                        "member": one.member,
                        "signed": Condition.AGREEMENTS not in one.missing,
                        "vog": getattr(one.member, "screening", None)
                        if vog_is_valid(one.member, today=today)
                        else None,
                        "vog_url": reverse(
                            "groups:vog",
                            kwargs={"slug": kwargs["slug"], "group": group.pk, "member": one.member.pk},
                        ),
                        "trained": one.member.trained,
                        "booked": next(
                            (
                                row.session
                                for row in one.member.attendances.all()
                                if row.attended is None and row.session.cancelled_at is None
                            ),
                            None,
                        ),
                    }
                    for one in ready.members
                ],
                "invited": [one for one in members if one.status == MemberStatus.INVITED],
                "refused": sum(1 for one in members if one.status == MemberStatus.DECLINED),
                "spoken": [
                    (LANGUAGES.label(code), LANGUAGE_LEVELS.label(level))
                    for code, level in best_levels([one.member for one in ready.members])
                ],
                "offers": GOALS.labels(group.offers),
                "promises": WISHES.labels(group.promises),
                "child_bands": CHILD_BANDS.labels(group.child_bands),
                "own_child_bands": CHILD_BANDS.labels(group.own_child_bands),
                "asks": WISHES.labels(group.wishes),
                "would_like": WISHES.labels(group.would_like),
                "emphasis": points.in_words(group.emphasis),
                "reviews": list(
                    GroupReview.objects.visible_to(request.user)
                    .filter(group=group)
                    .exclude(message="")
                    .select_related("decided_by")
                    .order_by("-created_at")
                ),
                "timeline": timeline_of(group, members),
                "may": {
                    "contact": group.status not in STOPPED
                    and any(not one.member.is_contact for one in ready.members),
                    "visit": group.status in ("forming", "submitted", "returned", "on_hold"),
                    "approve": GROUP_STATES.allows(group.status, GroupStatus.APPROVED),
                    "return": GROUP_STATES.allows(group.status, GroupStatus.RETURNED),
                    "decline": GROUP_STATES.allows(group.status, GroupStatus.DECLINED),
                    "stop": GROUP_STATES.allows(group.status, GroupStatus.CLOSED),
                },
            },
        )


class DecisionView(GroupView, ABC):
    """One decision: a page with what it means and the words to the group, then the act."""

    template = ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        group = self.group()
        return self.page(group, self.form(group))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        group = self.group()
        form = self.form(group, request.POST)
        if not form.is_valid():
            return self.page(group, form)
        try:
            self.act(group, form)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.page(group, form, status=409)
        messages.success(request, self.success())
        return self.to_group(group)

    def page(self, group: SponsorGroup, form: Any, status: int = 200) -> HttpResponse:
        ready = readiness(group)
        return render(
            self.request,
            f"groups/{self.template}.html",
            {
                "group": group,
                "ready": ready,
                "form": form,
                "back_url": self.here(group),
                "missing": review.in_words(ready.missing),
                **self.more(group, ready),
            },
            status=status,
        )

    def more(self, group: SponsorGroup, ready: Readiness) -> dict[str, Any]:
        return {}

    @abstractmethod
    def form(self, group: SponsorGroup, data: Any = None) -> Any:
        """The form, empty or filled in."""

    @abstractmethod
    def act(self, group: SponsorGroup, form: Any) -> None:
        """The one domain call."""

    @abstractmethod
    def success(self) -> str:
        """What the coordinator reads when it is done."""


class Approve(DecisionView):
    template = "approve"

    def form(self, group: SponsorGroup, data: Any = None) -> forms.ApproveForm:
        ready = readiness(group)
        return forms.ApproveForm(data, small=ready.small, initial={"message": kind_words.approval()})

    def act(self, group: SponsorGroup, form: Any) -> None:
        review.approve(
            group=group,
            actor=self.request.user,
            message=form.cleaned_data["message"],
            size_reason=form.cleaned_data.get("size_reason", ""),
        )

    def success(self) -> str:
        return _("The group is approved. All members get a mail.")

    def more(self, group: SponsorGroup, ready: Readiness) -> dict[str, Any]:
        return {
            "possible": ready.complete_but_size and GROUP_STATES.allows(group.status, GroupStatus.APPROVED)
        }


class Return(DecisionView):
    template = "return"

    def form(self, group: SponsorGroup, data: Any = None) -> forms.ReturnForm:
        return forms.ReturnForm(data, initial={"message": kind_words.question()})

    def act(self, group: SponsorGroup, form: Any) -> None:
        review.return_with_question(
            group=group, actor=self.request.user, message=form.cleaned_data["message"]
        )

    def success(self) -> str:
        return _("Your question is with the group. The contact person gets a mail.")


class Decline(DecisionView):
    template = "decline"

    def form(self, group: SponsorGroup, data: Any = None) -> forms.DeclineForm:
        return forms.DeclineForm(data, initial={"message": kind_words.refusal()})

    def act(self, group: SponsorGroup, form: Any) -> None:
        review.decline(group=group, actor=self.request.user, message=form.cleaned_data["message"])

    def success(self) -> str:
        return _("The group got your answer. All members get a mail.")


class End(DecisionView):
    """The end of a group that was approved once."""

    template = "end"

    def form(self, group: SponsorGroup, data: Any = None) -> forms.StopForm:
        return forms.StopForm(data, initial={"message": kind_words.farewell()})

    def act(self, group: SponsorGroup, form: Any) -> None:
        stop(group=group, actor=self.request.user, message=form.cleaned_data["message"])

    def success(self) -> str:
        return _("The group has stopped. All members get a mail.")

    def more(self, group: SponsorGroup, ready: Readiness) -> dict[str, Any]:
        return {
            "possible": GROUP_STATES.allows(group.status, GroupStatus.CLOSED),
            "taken": is_taken(group),
            "kept": kept(group.municipality),
        }


class Visit(DecisionView):
    template = "visit"
    to_come = True

    def form(self, group: SponsorGroup, data: Any = None) -> forms.VisitForm:
        initial = {}
        if group.visit_at:
            local = timezone.localtime(group.visit_at)
            initial = {"day": local.date(), "at": local.time()}
        return forms.VisitForm(data, initial=initial)

    def act(self, group: SponsorGroup, form: Any) -> None:
        planned = review.plan_visit(group=group, visit_at=form.moment(), actor=self.request.user)
        self.to_come = not visited(planned)

    def success(self) -> str:
        if self.to_come:
            return _("The visit is kept. The members get a mail.")
        return _("It is written down when the visit was.")


class Contact(DecisionView):
    """Another contact person, when the present one does not answer."""

    template = "contact"

    def form(self, group: SponsorGroup, data: Any = None) -> forms.ContactPersonForm:
        return forms.ContactPersonForm(
            data, people=[(str(one.pk), one.name) for one in present_members(group) if not one.is_contact]
        )

    def act(self, group: SponsorGroup, form: Any) -> None:
        to = get_object_or_404(group.members, pk=form.cleaned_data["to"])
        appoint_contact(group=group, to=to, actor=self.request.user)

    def success(self) -> str:
        return _("The group has another contact person, who gets a mail about it.")

    def more(self, group: SponsorGroup, ready: Readiness) -> dict[str, Any]:
        return {"present_contact": contact_of(group)}


class Vog(DecisionView):
    """That the VOG of one member was seen."""

    template = "vog"

    def member(self) -> GroupMember:
        return get_object_or_404(
            GroupMember.objects.visible_to(self.request.user).select_related("group"),
            municipality=self.request.municipality,
            group=self.kwargs["group"],
            pk=self.kwargs["member"],
            status=MemberStatus.ACCEPTED,
        )

    def form(self, group: SponsorGroup, data: Any = None) -> forms.VogForm:
        return forms.VogForm(data)

    def act(self, group: SponsorGroup, form: Any) -> None:
        record_vog_seen(member=self.member(), seen_on=form.cleaned_data["seen_on"], actor=self.request.user)

    def success(self) -> str:
        return _("You saw this VOG. It is written down.")

    def more(self, group: SponsorGroup, ready: Readiness) -> dict[str, Any]:
        return {"person_shown": self.member()}
