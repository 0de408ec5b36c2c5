"""The algorithm register: for everybody to read, and as a file. In Dutch or English; nothing about a person."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import TemplateView, View

from matches import register
from matches.domain.words import staff_language
from samenhier.core.access import Public
from samenhier.core.exports import attachment

JSON_TYPE = "application/json; charset=utf-8"


class RegisterPage(TemplateView):
    """Purpose, data, logic, the role of people, risks and contact, from the code's own objects."""

    access = Public()
    template_name = "matches/register.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        language = staff_language()
        record, texts = register.record(language), register.texts
        words = {name: sentence[language] for name, sentence in texts.PAGE.items()}
        return super().get_context_data(
            record=record,
            words=words
            | {
                "waiting": words["waiting"].format(**record.waiting),
                "made": words["made"].format(**record.versions),
                "source": texts.SOURCE[language],
            },
            sections=[
                _section(code, title[language], [record.field(name) for name in fields])
                for code, title, fields in texts.SECTIONS
            ],
            not_filled_in=texts.NOT_FILLED_IN[language],
            files=[
                (one, words["file"].format(name=texts.LANGUAGE_NAMES[one][language]))
                for one in register.LANGUAGES
            ],
            **kwargs,
        )


def _section(code: str, title: str, fields: Sequence[register.Field]) -> dict[str, Any]:
    """What is filled in, and in one line what is not."""
    missing = [field.label[:1].lower() + field.label[1:] for field in fields if not field.value]
    return {"code": code, "title": title, "fields": [one for one in fields if one.value], "missing": missing}


class RegisterFile(View):
    """The record as JSON, with the field names of the register."""

    access = Public()

    def get(self, request: HttpRequest, *, language: str) -> HttpResponse:
        if language not in register.LANGUAGES:
            raise Http404
        return attachment(
            register.as_file(language).encode(),
            filename=register.file_name(language),
            content_type=JSON_TYPE,
        )
