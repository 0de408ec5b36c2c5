"""Lists and tables."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from .register import one_of, register

STATES = ("done", "busy", "todo")
NUMBER = mark_safe(' class="number"')


@register.simple_block_tag
def checklist(content: str, *, heading: str = ""):
    """A list of conditions; holds {% checklist_item %}.

    Usage: {% checklist %}{% checklist_item … %}{% endchecklist %}
    Required: nothing
    Optional: heading
    """
    return render_to_string("components/checklist.html", {"content": content, "heading": heading})


@register.inclusion_tag("components/checklist_item.html")
def checklist_item(
    *, state: str, title: str, note: str = "", tag_text: str = "", url: str = "", url_text: str = ""
):
    """One condition and how far it is.

    Usage: {% checklist_item state="done" title=_("Five members") note=names tag_text=_("Ready") %}
    Required: state (done, busy, todo), title
    Optional: note (one sentence), tag_text (the state in a word; "Ready", "Busy",
      "To do"), url and url_text (what to do)
    """
    one_of(STATES, value=state, argument="state")
    return {
        "state": state,
        "tone": {"done": "ok", "busy": "wait", "todo": "neutral"}[state],
        "title": title,
        "note": note,
        "tag_text": tag_text,
        "url": url,
        "url_text": url_text,
    }


@register.simple_block_tag
def steps(content: str):
    """Numbered steps beside each other; holds {% step %}.

    Usage: {% steps %}{% step title=_("Form a group") text=… %}{% endsteps %}
    Required: nothing
    Optional: nothing
    """
    return format_html('<ol class="steps">{}</ol>', content)


@register.inclusion_tag("components/step.html")
def step(*, title: str, text: str, level: int = 3):
    """One step inside {% steps %}.

    Usage: {% step title=_("Form a group") text=_("Five people who …") %}
    Required: title, text
    Optional: level (of its heading, 2 to 4; 3)
    """
    return {"title": title, "text": text, "level": level}


@register.simple_block_tag
def summary_list(content: str):
    """What somebody filled in, or the facts of one thing; holds {% summary_row %}.

    Usage: {% summary_list %}{% summary_row … %}{% endsummary_list %}
    Required: nothing
    Optional: nothing
    """
    return format_html('<dl class="summary-list">{}</dl>', content)


@register.inclusion_tag("components/summary_row.html")
def summary_row(*, label: str, value: Any, change_url: str = "", change_text: str = ""):
    """One fact inside {% summary_list %}, with a link to change it.

    Usage: {% summary_row label=_("E-mail") value=user.email change_url=url %}
    Required: label, value (text, or a list of texts)
    Optional: change_url, change_text ("Change"; the label follows for screen readers)
    """
    values = list(value) if isinstance(value, list | tuple) else None
    return {
        "label": label,
        "value": value,
        "values": values,
        "change_url": change_url,
        "change_text": change_text,
    }


@register.inclusion_tag("components/timeline.html")
def timeline(*, items: Iterable[Mapping[str, Any]]):
    """What happened, newest or oldest first as given.

    Usage: {% timeline items=events %}
    Required: items (mappings with `moment` and `title`; optional `text`, `by` and `tone`: ok, wait, late,
      neutral)
    Optional: nothing
    """
    return {"items": items}


@register.simple_block_tag
def data_table(content: str, *, caption: str, show_caption: bool = True):
    """A table that becomes a list on a phone: give each cell its label with {% td %}.

    Usage: {% data_table caption=_("Groups") %}<thead> … </thead><tbody> … </tbody>{% enddata_table %}
    Required: caption
    Optional: show_caption (False keeps it for screen readers only; True)
    """
    return render_to_string(
        "components/data_table.html", {"content": content, "caption": caption, "show_caption": show_caption}
    )


@register.simple_block_tag
def td(content: str, *, label: str, number: bool = False, head: bool = False):
    """A cell of {% data_table %} that knows the name of its column.

    Usage: {% td label=_("Who") %}{{ group.name }}{% endtd %}
    Required: label (the heading of its column)
    Optional: number (aligned as a number; False), head (a row heading; False)
    """
    # The inner element is one item beside the label when the table is a list.
    html = '<td data-label="{}"{}><div>{}</div></td>'
    if head:
        html = '<th scope="row" data-label="{}"{}><div>{}</div></th>'
    return format_html(html, label, NUMBER if number else "", content)
