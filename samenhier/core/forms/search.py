"""Finding a row of a list by its name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .nlds import NldsFormMixin


class SearchForm(NldsFormMixin, forms.Form):
    """One word of a name, in the address of the page: `?q=`."""

    show_optional = False
    q = forms.CharField(
        label=_("Search by name"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    @property
    def asked(self) -> str:
        """What to look for; empty when nothing was asked, or nothing that a name can hold."""
        return str(self.cleaned_data["q"]) if self.is_bound and self.is_valid() else ""
