"""Trying out beside the runs: a list, one page to choose on, one for the outcome. Nothing can be approved here."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from matches.access import StaffOfWhatIf
from matches.domain import sandbox
from matches.domain.trying import BAN, PIN
from matches.enums import WhatIfStatus
from matches.forms.trying import ImaginaryGroupForm, SettingsForm, TryPairForm
from matches.models import WhatIf
from matches.queries.trying import what_if_page
from municipalities.access import Staff
from municipalities.enums import StaffRole
from samenhier.core.errors import Conflict, DomainError

from .workbench import LOOK_AGAIN

COORDINATOR = StaffRole.COORDINATOR


class WhatIfList(TemplateView):
    """What was tried here, newest first."""

    access = Staff(COORDINATOR)
    template_name = "matches/trying/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = (
            WhatIf.objects.visible_in(self.request.municipality, self.request.user)
            .select_related("created_by")
            .annotate(after=F("comparison__changed__placed"), before=F("comparison__plain__placed"))
            .defer("result", "comparison")
            .order_by("-created_at", "pk")
        )
        return super().get_context_data(what_ifs=rows, kept=sandbox.KEPT, **kwargs)


class ChooseWhatIf(TemplateView):
    """All choices on one page. Every button keeps what stands there; then it does what it says."""

    template_name = "matches/trying/choose.html"

    def known(self) -> WhatIf | None:
        """The what-if of the address; None for a new one."""
        return getattr(self.request, "what_if", None)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._page(self._settings(), self._pair())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act, _sep, key = request.POST.get("do", "").partition("-")
        settings = self._settings(request.POST)
        with_pair = act == "pair" or TryPairForm.begun(request.POST)
        pair = self._pair(request.POST if with_pair else None)
        if not settings.is_valid() or (with_pair and not pair.is_valid()):
            return self._page(settings, pair)
        try:
            what_if = sandbox.save(
                municipality=request.municipality,
                what_if=self.known(),
                actor=request.user,
                settings=settings.settings(),
                pair=pair.cleaned_data if with_pair else None,
            )
        except DomainError as refusal:
            (pair if with_pair else settings).add_error(None, str(refusal))
            return self._page(settings, pair)
        return self._do(what_if, act, key)

    def _do(self, what_if: WhatIf, act: str, key: str) -> HttpResponse:
        here = {"slug": self.request.municipality.slug, "what_if": what_if.pk}
        actor = self.request.user
        try:
            if act == "compute":
                sandbox.start(what_if=what_if, actor=actor)
                return redirect("matches:what_if", **here)
            if act == "group":
                return redirect("matches:imagine_group", **here)
            if act == "away":
                self._take_away(what_if, key)
            elif act != "pair":
                messages.success(self.request, _("Kept."))
        except DomainError as refusal:
            messages.warning(self.request, str(refusal))
        return redirect(
            f"{reverse('matches:change_what_if', kwargs=here)}{'#paren' if act == 'pair' else ''}"
        )

    def _take_away(self, what_if: WhatIf, key: str) -> None:
        kind, *ids = key.split(":")
        actor = self.request.user
        if kind == "group" and len(ids) == 1 and ids[0].isdecimal():
            sandbox.remove_group(what_if=what_if, actor=actor, place=int(ids[0]))
        elif kind in (PIN, BAN) and len(ids) == 2:
            sandbox.remove_pair(what_if=what_if, actor=actor, kind=kind, household=ids[0], group=ids[1])
        else:
            raise BadRequest

    def _settings(self, data: Any = None) -> SettingsForm:
        return SettingsForm(
            data,
            municipality=self.request.municipality,
            what_if=self.known(),
            initial={"title": self._suggestion()},
        )

    def _suggestion(self) -> str:
        today = date_format(timezone.localdate(), "j F")
        return _("Try of %(day)s") % {"day": today}

    def _pair(self, data: Any = None) -> TryPairForm:
        # From a proposal or a household left over, the pair is filled in already.
        asked = self.request.GET
        return TryPairForm(
            data,
            user=self.request.user,
            municipality=self.request.municipality,
            initial={
                "kind": BAN if asked.get("zonder") else PIN,
                "household": asked.get("huishouden"),
                "group": asked.get("groep"),
            },
        )

    def _page(self, settings: SettingsForm, pair: TryPairForm) -> HttpResponse:
        what_if = self.known()
        if what_if is not None and what_if.busy:
            return redirect("matches:what_if", slug=self.request.municipality.slug, what_if=what_if.pk)
        return self.render_to_response(
            self.get_context_data(
                form=settings,
                pair=pair,
                form_errors=bool(pair.errors),
                page=what_if_page(self.request.user, what_if) if what_if is not None else None,
                what_if=what_if,
            )
        )


class NewWhatIf(ChooseWhatIf):
    """A new one: it exists from the first button on."""

    access = Staff(COORDINATOR)


class ChangeWhatIf(ChooseWhatIf):
    """Change one that exists. Its outcome goes with the choices that it belonged to."""

    access = StaffOfWhatIf(COORDINATOR)


class ImagineGroup(FormView):
    """A group that does not exist, for one what-if."""

    access = StaffOfWhatIf(COORDINATOR)
    template_name = "matches/trying/imagine.html"
    form_class = ImaginaryGroupForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(what_if=self.request.what_if, **kwargs)

    def form_valid(self, form: ImaginaryGroupForm) -> HttpResponse:
        try:
            sandbox.add_group(what_if=self.request.what_if, actor=self.request.user, group=form.group())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return redirect(
            "matches:change_what_if",
            slug=self.request.municipality.slug,
            what_if=self.request.what_if.pk,
        )


class ShowWhatIf(TemplateView):
    """The outcome beside the best result without these choices."""

    access = StaffOfWhatIf(COORDINATOR)
    template_name = "matches/trying/outcome.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        what_if = request.what_if
        if what_if.status == WhatIfStatus.DRAFT:
            return redirect("matches:change_what_if", slug=request.municipality.slug, what_if=what_if.pk)
        page = what_if_page(request.user, what_if)
        response = self.render_to_response(
            self.get_context_data(**kwargs | {"what_if": what_if, "page": page})
        )
        if what_if.busy:
            response["Refresh"] = str(LOOK_AGAIN)
        return response


class TryNow(View):
    """POST: what would a run place now? A what-if without choices."""

    access = Staff(COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        today = date_format(timezone.localdate(), "j F")
        try:
            what_if = sandbox.start_plain(
                municipality=request.municipality,
                actor=request.user,
                title=_("A run now, %(day)s") % {"day": today},
            )
        except Conflict as refusal:
            messages.warning(request, str(refusal))
            return redirect("matches:what_ifs", slug=request.municipality.slug)
        return redirect("matches:what_if", slug=request.municipality.slug, what_if=what_if.pk)


class StartWhatIf(View):
    """POST: compute it again, with the data of this moment."""

    access = StaffOfWhatIf(COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            sandbox.start(what_if=request.what_if, actor=request.user)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        return redirect("matches:what_if", slug=request.municipality.slug, what_if=request.what_if.pk)


class RemoveWhatIf(View):
    """POST: remove it."""

    access = StaffOfWhatIf(COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        sandbox.delete(what_if=request.what_if, actor=request.user)
        messages.success(request, _("Removed."))
        return redirect("matches:what_ifs", slug=request.municipality.slug)
