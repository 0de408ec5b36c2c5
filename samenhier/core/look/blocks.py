"""Frames around other content. Each has an end tag: {% card %} … {% endcard %}."""

from django.template.loader import render_to_string

from .register import one_of, register


@register.simple_block_tag
def card(content: str, *, heading: str = "", level: int = 2, tone: str = "plain"):
    """A white frame around things that belong together.

    Usage: {% card heading=_("What now?") %} … {% endcard %}
    Required: nothing
    Optional: heading, level (2 to 4; 2), tone (plain, soft; plain)
    """
    one_of(("plain", "soft"), value=tone, argument="tone")
    if level not in (2, 3, 4):
        raise ValueError(f"level must be 2, 3 or 4; not {level}.")
    return render_to_string(
        "components/card.html", {"content": content, "heading": heading, "level": level, "tone": tone}
    )


@register.simple_block_tag
def notice(content: str, *, tone: str = "info", heading: str = ""):
    """Something to know now.

    Usage: {% notice tone="attention" %}<p> … </p>{% endnotice %}
    Required: nothing
    Optional: tone (info, attention, error, success; info), heading
    """
    one_of(("info", "attention", "error", "success"), value=tone, argument="tone")
    return render_to_string("components/notice.html", {"content": content, "tone": tone, "heading": heading})


@register.simple_block_tag
def pair(content: str):
    """Two cards side by side, joined by {% pair_join %} between them.

    Usage: {% pair %}{% card %}…{% endcard %}{% pair_join score=812 %}{% card %}…{% endcard %}{% endpair %}
    Required: nothing
    Optional: nothing
    """
    return render_to_string("components/pair.html", {"content": content})


@register.inclusion_tag("components/pair_join.html")
def pair_join(*, score: int | None = None, maximum: int = 1000, text: str = ""):
    """The mark that joins a pair, with a score or a short text.

    Usage: {% pair_join score=812 %}
    Required: nothing
    Optional: score, maximum (1000), text (instead of a score)
    """
    return {"score": score, "maximum": maximum, "text": text}


@register.simple_block_tag
def disclosure(content: str, *, summary: str):
    """Text that opens when somebody asks for it; works without JavaScript.

    Usage: {% disclosure summary=_("Show as table") %} … {% enddisclosure %}
    Required: summary
    Optional: nothing
    """
    return render_to_string("components/disclosure.html", {"content": content, "summary": summary})


@register.inclusion_tag("components/empty_state.html")
def empty_state(*, title: str, next_step: str, action_text: str = "", action_url: str = ""):
    """An empty list: what happens next and by whom.

    Usage: {% empty_state title=_("No groups yet") next_step=_("As soon as …, it stands here.") %}
    Required: title, next_step (what happens next and by whom)
    Optional: action_text and action_url (what the reader can do)
    """
    return {"title": title, "next_step": next_step, "action_text": action_text, "action_url": action_url}
