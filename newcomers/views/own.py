"""The newcomer's own pages: what happens, who knows what, my card, who looked, my data."""

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.generic import TemplateView, View

from municipalities.models import Opening
from municipalities.retention import kept
from newcomers import own_page
from newcomers.access import NewcomerRequest, OwnHousehold
from newcomers.domain.disclosure import is_sealed, reveal
from newcomers.domain.own_data import download
from newcomers.enums import HouseholdStatus, RevealReason
from newcomers.forms import OWN_LINES
from newcomers.own_page import Place
from newcomers.queries import consents_of, has_group, household_card
from newcomers.readings import readings
from samenhier.core.access import Public
from samenhier.core.look import words
from samenhier.core.points import in_words as emphasis_in_words


class OwnPage(TemplateView):
    """What happens now, who knows what about me, and what I can do."""

    request: NewcomerRequest
    access = OwnHousehold()
    template_name = "newcomers/own/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        household = self.request.household
        offered = own_page.blocks(household)
        return super().get_context_data(
            household=household,
            town=household.municipality,
            status=household.status,
            has_group=has_group(household),
            taking_part=household.status not in (HouseholdStatus.WITHDRAWN, HouseholdStatus.CLOSED),
            neighbours=Opening.objects.open().names_beside(household.municipality_id),
            on_top=[block for block in offered if block.place is Place.TOP],
            for_help=[block for block in offered if block.place is Place.HELP],
            next_is_said=any(block.replaces_next for block in offered),
            **kwargs,
        )


class OwnCard(TemplateView):
    """My card as a group sees it, and my name and contact, which a group sees only after two yeses."""

    request: NewcomerRequest
    access = OwnHousehold()
    template_name = "newcomers/own/card.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        household = self.request.household
        identity, contact = None, ""
        if is_sealed(household):
            identity = reveal(viewer=self.request.user, household=household, reason=RevealReason.OWN)
            # A number reads from left to right in every language.
            contact = format_html('<bdi dir="ltr">{}</bdi>', words.address(identity.contact))
        return super().get_context_data(
            household=household,
            town=household.municipality,
            card=household_card(household),
            emphasis=emphasis_in_words(household.emphasis, OWN_LINES),
            identity=identity,
            contact=contact,
            **kwargs,
        )


class OwnReaders(TemplateView):
    """Who looked at my name and contact, and what I said yes to."""

    request: NewcomerRequest
    access = OwnHousehold()
    template_name = "newcomers/own/readers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        household = self.request.household
        return super().get_context_data(
            household=household,
            town=household.municipality,
            readings=readings(household),
            kept=kept(household.municipality),
            consents=consents_of(household),
            **kwargs,
        )


class OwnData(OwnCard):
    """What we keep about me on one page, to read or to print; the file for computers comes second."""

    template_name = "newcomers/own/data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        household = self.request.household
        return super().get_context_data(
            readings=readings(household), consents=consents_of(household), **kwargs
        )


class OwnDownload(View):
    """My data as one JSON file."""

    request: NewcomerRequest
    access = OwnHousehold()

    def get(self, request: NewcomerRequest) -> HttpResponse:
        found = download(household=request.household, viewer=request.user)
        response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Type"] = "application/json; charset=utf-8"
        response["Content-Disposition"] = 'attachment; filename="samen-hier.json"'
        return response


class LeaveQuickly(View):
    """Close this page quickly: sign out, let the browser forget, and go to a site that everybody visits."""

    access = Public()
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        logout(request)
        address = settings.QUICK_EXIT_URL
        response = render(request, "newcomers/left_quickly.html", {"address": address})
        # Not a redirect: the policy lets our forms go to ourselves only, and this takes the place of the page in the
        # history of the browser.
        response["Refresh"] = f"0; url={address}"
        response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response
