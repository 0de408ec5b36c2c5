"""Forms of a person about their own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from samenhier.accounts.models import User
from samenhier.core.forms import NldsFormMixin


class ProfileForm(NldsFormMixin, forms.Form):
    """Name and language. Whoever has no name here is not asked for one: a newcomer's name is kept sealed, elsewhere."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Your group and the organisation see this name."),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Fill in your name.")},
    )
    language = forms.ChoiceField(
        label=_("Your language"),
        help_text=_("We use this language on the pages and in our mails to you."),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={"name": user.name, "language": user.language}, **kwargs)
        if not user.name:
            del self.fields["name"]
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        # Each language in its own words, so that people find theirs.
        field.choices = [
            (code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES
        ]
