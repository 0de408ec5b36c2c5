"""All components on one page."""

from django.views.generic import TemplateView

from .access import Public


class Styleguide(TemplateView):
    access = Public()
    template_name = "styleguide.html"
