"""What the layouts are made of: navigation, language switch, page numbers, errors on top."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from .register import register


@register.inclusion_tag("components/navigation.html")
def navigation(*, items: Iterable[Mapping[str, Any]], label: str):
    """The links of a menu.

    Usage: {% navigation items=staff_navigation label=_("Menu") %}
    Required: items (mappings with `url` and `label`; optional `count`, `current`), label (name of the menu)
    Optional: nothing
    """
    return {"items": items, "label": label}


@register.inclusion_tag("components/language_switch.html", takes_context=True)
def language_switch(context: template.Context, *, codes: Iterable[str] = (), form_id: str = ""):
    """Buttons that change the language, each in its own name; works without JavaScript.

    Usage: {% language_switch %}
    Required: nothing
    Optional: codes (only these languages; all), form_id (id of a form that the buttons send along, so that what was
    typed is kept; its page answers `language`)
    """
    wanted = set(codes)
    languages = [one for one in context.get("languages") or () if not wanted or one["code"] in wanted]
    request = context.get("request")
    return {
        "languages": languages,
        "current": get_language(),
        "next": request.get_full_path() if request else "/",
        "csrf_token": context.get("csrf_token"),
        "form_id": form_id,
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, *, page: Page):
    """Links to the pages of a long list; nothing when there is one page. Keeps the other query parameters.

    Usage: {% pagination page=page_obj %}
    Required: page (Django's Page; parameter `page` in the address)
    Optional: nothing
    """
    request = context.get("request")
    query = request.GET.copy() if request else None

    def address(number: int) -> str:
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    numbers: list[dict[str, Any]] = [
        {
            "number": number if isinstance(number, int) else None,
            "url": address(number) if isinstance(number, int) else "",
            "current": number == page.number,
        }
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "numbers": numbers,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


def forms_of(form: BaseForm | BaseFormSet | None) -> list[BaseForm]:
    """The single forms inside a form or formset."""
    if isinstance(form, BaseFormSet):
        return list(form.forms)
    return [form] if isinstance(form, BaseForm) else []


def problems_of(form: BaseForm | BaseFormSet | None) -> list[dict[str, str]]:
    """Each error once, with the id of the field it leads to; empty id for errors of the whole form."""
    problems: list[dict[str, str]] = []
    if isinstance(form, BaseFormSet) and form.is_bound:
        problems += [{"text": str(text), "target": ""} for text in form.non_form_errors()]
    for single in forms_of(form):
        if not single.is_bound:
            continue
        problems += [{"text": str(text), "target": ""} for text in single.non_field_errors()]
        alone = isinstance(form, BaseFormSet) or len(single.visible_fields()) == 1
        for name in (name for name in single.fields if name in single.errors):
            bound = single[name]
            target = "" if bound.is_hidden else first_control(bound)
            problems += [
                {"text": str(text) if alone else with_label(str(text), str(bound.label)), "target": target}
                for text in single.errors[name]
            ]
    return problems


def with_label(text: str, label: str) -> str:
    """A message that says of which field it is, unless it says so itself: “Title: Fill in a title.”."""
    if label.casefold() in text.casefold():
        return text
    return f"{label} {text}" if label.endswith(("?", "؟", ":", ".")) else f"{label}: {text}"


def first_control(bound: Any) -> str:
    """The id of the first control of a field: radios and split dates have several."""
    if bound.widget_type in ("radioselect", "checkboxselectmultiple"):
        # In groups the first one is called otherwise: id_answers_0_0.
        return next((str(choice.id_for_label) for choice in bound.subwidgets), "")
    first = bound.id_for_label
    if not first and bound.auto_id:
        return f"{bound.auto_id}_0"
    return str(first)


@register.filter
def has_problems(form: Any) -> bool:
    """True when a form or formset was sent and has errors: {% if form|has_problems %}."""
    return bool(problems_of(form)) if isinstance(form, BaseForm | BaseFormSet) else False


@register.inclusion_tag("components/error_summary.html")
def error_summary(*, form: BaseForm | BaseFormSet | None, heading: str = ""):
    """All errors of a form above it, each a link to its field. The layouts already show it for `form`.

    Usage: {% error_summary form=form %}
    Required: form (form or formset; nothing is shown without errors, or when it was shown before)
    Optional: heading ("There is a problem")
    """
    problems = [] if getattr(form, "problems_shown", False) else problems_of(form)
    if form is not None and problems:
        form.problems_shown = True  # type: ignore[union-attr]  # a mark for the form pack: do not repeat
    prefix = getattr(form, "prefix", None)
    return {"problems": problems, "heading": heading, "title_id": f"{prefix or 'error'}-summary-title"}


class CaptureNode(template.Node):
    """Keeps what it holds in a variable, so that a layout can use one block twice."""

    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> str:
        # What a node list renders is safe already; strip() would forget that.
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308
        return ""


@register.tag
def capture(parser: template.base.Parser, token: template.base.Token) -> CaptureNode:
    """Keep content in a variable; for layouts.

    Usage: {% capture page_title %}{% block title %}{% endblock %}{% endcapture %}
    Required: the name
    Optional: nothing
    """
    bits = token.split_contents()
    if len(bits) != 2:
        raise template.TemplateSyntaxError("capture takes one name.")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, bits[1])
