"""Lists to choose from."""

import pytest
from django import forms
from django.utils import translation

from groups.forms.languages import LanguageRow
from matches.forms.trying import ImaginaryGroupForm
from municipalities.forms import InviteStaffForm, LanguagesForm
from newcomers.forms.card import HouseholdFields
from samenhier.core.reference import LANGUAGES, language_choices


@pytest.mark.parametrize(
    ("language", "begins"),
    [("nl", ["Amhaars", "Arabisch", "Dari", "Duits"]), ("en", ["Amharic", "Arabic", "Dari", "Dutch"])],
)
def test_languages_stand_by_their_name_in_the_language_of_the_reader(language, begins):
    with translation.override(language):
        choices = language_choices()
        assert [label for _code, label in choices][:4] == begins
        assert {code for code, _label in choices} == set(LANGUAGES.codes())
        assert "nld" not in dict(language_choices(dutch=False))


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (LanguageRow, "code"),
        (HouseholdFields, "spoken_1"),
        (InviteStaffForm, "languages"),
        (LanguagesForm, "languages"),
        (ImaginaryGroupForm, "languages"),
    ],
)
def test_every_list_of_languages_has_that_order(form: type[forms.Form], field: str):
    for language in ("en", "nl", "ar"):
        with translation.override(language):
            found = [code for code, _label in form().fields[field].choices if code]
            wanted = [code for code, _label in language_choices(dutch=form is not LanguageRow)]
            assert found == wanted, language
