"""What everybody may read: the programme, the towns, help, privacy, accessibility."""

from typing import Any

from django.db.models import QuerySet
from django.views.generic import DetailView, ListView, TemplateView

from municipalities.models import Municipality
from municipalities.programme import programme
from municipalities.retention import TERMS, everywhere
from samenhier.core.access import Public


class Home(TemplateView):
    """The first page: what Samen Hier is, and where you can start a group."""

    access = Public()
    template_name = "public/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            municipalities=Municipality.objects.open(), programme=programme(), **kwargs
        )


class HowItWorks(TemplateView):
    """The year of a group, step by step."""

    access = Public()
    template_name = "public/how_it_works.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(programme=programme(), **kwargs)


class NewHere(TemplateView):
    """For newcomers: what it is, that they choose, and whom to call in their town."""

    access = Public()
    template_name = "public/new_here.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            municipalities=Municipality.objects.open(), programme=programme(), **kwargs
        )


class Municipalities(ListView):
    """All towns that take part."""

    access = Public()
    template_name = "public/municipalities.html"
    context_object_name = "municipalities"

    def get_queryset(self) -> QuerySet[Municipality]:
        return Municipality.objects.order_by("name")


class MunicipalityPage(DetailView):
    """One town: who does the work there, and how to start a group."""

    access = Public()
    template_name = "public/municipality.html"
    context_object_name = "town"
    queryset = Municipality.objects.select_related("policy")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(programme=programme(self.object.policy), **kwargs)


class Help(TemplateView):
    """Where to find a person."""

    access = Public()
    template_name = "public/help.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(municipalities=Municipality.objects.order_by("name"), **kwargs)


class Privacy(TemplateView):
    """What we keep, why, how long, and what people can ask."""

    access = Public()
    template_name = "public/privacy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kept=everywhere(*TERMS), **kwargs)


class Accessibility(TemplateView):
    """How well everybody can use this site, and what to do when it fails."""

    access = Public()
    template_name = "public/accessibility.html"
