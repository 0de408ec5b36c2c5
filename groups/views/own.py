"""“Our group”: what is still needed, what comes next and by whom; and the acts of its members."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from groups.access import InGroup
from groups.domain import membership
from groups.domain.agreements import asked, current_version, sign, text
from groups.domain.own_data import download
from groups.domain.readiness import MemberReadiness, Readiness, readiness
from groups.domain.states import GROUP_STATES
from groups.enums import STOPPED, AgreementKind, Decision, GroupStatus, MemberStatus
from groups.forms import answers as forms
from groups.forms.languages import PREFIX, LanguageRow, LanguageSet
from groups.forms.rows import rows_shown, typed_rows
from groups.models import Agreement, Attendance, GroupMember, SponsorGroup
from municipalities.retention import kept
from samenhier.core.errors import DomainError

from .answer_steps import language_rows
from .checklist import lines_of, next_step
from .question_pages import rows_data, typed
from .text_blocks import blocks_of

TONES = {
    GroupStatus.FORMING: "neutral",
    GroupStatus.SUBMITTED: "wait",
    GroupStatus.RETURNED: "wait",
    GroupStatus.APPROVED: "ok",
    GroupStatus.ON_HOLD: "late",
}


def tone_of(group: SponsorGroup) -> str:
    """The tone of the tag of its state; a pause is nothing to worry about."""
    return "wait" if group.paused_at else TONES.get(GroupStatus(group.status), "quiet")


def dots_of(ready: Readiness) -> dict[str, int]:
    """How many dots the drawing has and how many are filled; it knows three to eight."""
    total = min(max(ready.wanted, 3), 8)
    return {"total": total, "filled": min(ready.present, total)}


class OwnView(View):
    """A page of a member; the access set `request.group` and `request.member`."""

    access = InGroup()

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        group: SponsorGroup = self.request.group
        return render(
            self.request,
            f"groups/{template}.html",
            {
                "group": group,
                "member": self.request.member,
                "town": group.municipality,
                "stopped": group.status in STOPPED,
                "own_url": reverse("groups:own", kwargs={"group": group.pk}),
                **context,
            },
            status=status,
        )

    def home(self) -> HttpResponse:
        return redirect("groups:own", group=self.request.group.pk)


class OwnGroup(OwnView):
    def get(self, request: HttpRequest, group: Any) -> HttpResponse:
        row = SponsorGroup.objects.visible_to(request.user).with_readiness().get(pk=request.group.pk)
        ready = readiness(row)
        mine = next((one for one in ready.members if one.member.pk == request.member.pk), None)
        missing = mine.missing if mine else ()
        review = row.reviews.exclude(message="").order_by("-created_at").first()
        shown = {
            GroupStatus.RETURNED: Decision.RETURNED,
            GroupStatus.DECLINED: Decision.DECLINED,
            GroupStatus.APPROVED: Decision.APPROVED,
            GroupStatus.CLOSED: Decision.CLOSED,
        }
        booked = Attendance.objects.to_come().filter(member=request.member).select_related("session").first()
        return self.show(
            "own",
            row=row,
            ready=ready,
            lines=lines_of(row, ready, names=True),
            steps_left=len(ready.missing),
            dots=dots_of(ready),
            people=people_of(row, ready, request.member),
            refused=sum(1 for one in row.members.all() if one.status == MemberStatus.DECLINED),
            next_step=next_step(
                row, ready, missing, contact=request.member.is_contact, booked=booked is not None
            ),
            message=review.message
            if review and shown.get(GroupStatus(row.status)) == review.decision
            else "",
            booked=booked.session if booked else None,
            tone=tone_of(row),
            texts=asked(row.municipality.policy),
            may_act=request.member.is_contact and row.status not in STOPPED,
            may_pause=GROUP_STATES.allows(row.status, GroupStatus.ON_HOLD),
        )


def people_of(group: SponsorGroup, ready: Readiness, reader: GroupMember) -> list[dict[str, Any]]:
    """The members as the reader may see them: of others only whether they are complete. Addresses: the contact's."""
    complete: dict[Any, MemberReadiness] = {one.member.pk: one for one in ready.members}
    people = []
    for member in group.members.all():
        if member.status == MemberStatus.ACCEPTED:
            state = "complete" if complete[member.pk].complete else "incomplete"
        elif member.status == MemberStatus.INVITED:
            state = "invited"
        else:
            continue
        waiting = state == "invited" and reader.is_contact and group.status not in STOPPED
        people.append(
            {
                "member": member,
                "state": state,
                "you": member.pk == reader.pk,
                "address": member.email if waiting else "",
                "resend_url": _person_url("groups:resend", member) if waiting else "",
                "revoke_url": _person_url("groups:revoke", member)
                if waiting and not member.is_contact
                else "",
            }
        )
    return people


def _person_url(name: str, member: GroupMember) -> str:
    return reverse(name, kwargs={"group": member.group_id, "member": member.pk})


class Sign(OwnView):
    """Reading a text and agreeing to it."""

    kind = AgreementKind.STATEMENT

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.kind not in asked(request.group.municipality.policy):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, group: Any) -> HttpResponse:
        return self.page(forms.SignForm(kind=self.kind, initial={"version": current_version(self.kind)}))

    def post(self, request: HttpRequest, group: Any) -> HttpResponse:
        form = forms.SignForm(request.POST, kind=self.kind)
        if not form.is_valid():
            return self.page(form)
        try:
            sign(
                member=request.member,
                kind=self.kind,
                version=form.cleaned_data["version"],
                language=get_language() or "nl",
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)
        messages.success(request, _("You signed this. Thank you."))
        missing = next(
            (
                kind
                for kind in asked(request.group.municipality.policy)
                if not Agreement.objects.filter(
                    member=request.member, kind=kind, version=current_version(kind)
                ).exists()
            ),
            None,
        )
        if missing is not None:
            return redirect(f"groups:{missing.value}", group=request.group.pk)
        return self.home()

    def page(self, form: forms.SignForm) -> HttpResponse:
        version = current_version(self.kind)
        shown = text(self.kind, version, get_language() or "nl")
        signed = Agreement.objects.filter(member=self.request.member, kind=self.kind, version=version).first()
        title, blocks = blocks_of(shown.body)
        return self.show(
            "sign", form=form, title=title, blocks=blocks, shown=shown, signed=signed, version=version
        )


class SignCode(Sign):
    kind = AgreementKind.CODE_OF_CONDUCT


class Profile(OwnView):
    """What a member told about themself, to change."""

    def get(self, request: HttpRequest, group: Any) -> HttpResponse:
        member = request.member
        form = forms.ProfileForm(
            initial={
                "name": member.name,
                "phone": member.phone,
                "dutch": member.dutch,
                "interests": member.interests,
                "availability": member.availability,
            }
        )
        spoken = [one for one in member.languages if one["code"] != "nld"]
        return self.page(form, language_rows(spoken, more=False))

    def post(self, request: HttpRequest, group: Any) -> HttpResponse:
        form = forms.ProfileForm(request.POST)
        rows = LanguageSet(rows_data(typed(request.POST), PREFIX))
        if "more" in request.POST:
            filled = typed_rows(LanguageRow, PREFIX, typed(request.POST))
            form.is_valid()
            unjudged = forms.ProfileForm(
                initial={
                    name: field.widget.value_from_datadict(request.POST, request.FILES, name)
                    for name, field in form.fields.items()
                }
            )
            shown = rows_shown(PREFIX, typed(request.POST))
            return self.page(unjudged, language_rows(filled, more=True, shown=shown))
        if not (form.is_valid() & rows.is_valid()):
            return self.page(form, rows)
        membership.change_profile(
            member=request.member,
            actor=request.user,
            languages=[row for row in rows.filled() if row["code"]],
            **form.cleaned_data,
        )
        messages.success(request, _("Your changes are kept."))
        return self.home()

    def page(self, form: forms.ProfileForm, rows: Any) -> HttpResponse:
        # The layout knows of `form` only.
        return self.show("profile", form=form, spoken=rows, form_errors=bool(rows.total_error_count()))


class OwnDownload(OwnView):
    """What we keep about this member, as one JSON file."""

    def get(self, request: HttpRequest, group: Any) -> HttpResponse:
        response = JsonResponse(
            download(member=request.member), json_dumps_params={"ensure_ascii": False, "indent": 2}
        )
        response["Content-Type"] = "application/json; charset=utf-8"
        response["Content-Disposition"] = 'attachment; filename="samen-hier.json"'
        return response


class Leave(OwnView):
    """Leaving the group, after a page that says what it means."""

    def others(self) -> list[tuple[str, str]]:
        if not self.request.member.is_contact:
            return []
        others = (
            GroupMember.objects.filter(group=self.request.group).present().exclude(pk=self.request.member.pk)
        )
        return [(str(one.pk), one.name) for one in others.order_by("name", "id")]

    def page(self, form: forms.LeaveForm) -> HttpResponse:
        return self.show("leave", form=form, kept=kept(self.request.group.municipality))

    def get(self, request: HttpRequest, group: Any) -> HttpResponse:
        return self.page(forms.LeaveForm(others=self.others()))

    def post(self, request: HttpRequest, group: Any) -> HttpResponse:
        form = forms.LeaveForm(request.POST, others=self.others())
        if not form.is_valid():
            return self.page(form)
        chosen = form.cleaned_data.get("new_contact")
        try:
            membership.leave(
                member=request.member,
                actor=request.user,
                new_contact=GroupMember.objects.visible_to(request.user).get(pk=chosen) if chosen else None,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.page(form)
        return render(
            request, "groups/left.html", {"group": request.group, "town": request.group.municipality}
        )
