"""What a person can press."""

from .register import one_of, register

BUTTON_TONES = ("primary", "quiet", "danger")


@register.inclusion_tag("components/button.html")
def button(
    *,
    text: str,
    tone: str = "primary",
    big: bool = False,
    name: str = "",
    value: str = "",
    form: str = "",
    heard: str = "",
):
    """A button that sends a form. One primary button on a page.

    Usage: {% button text=_("Continue") %}
    Required: text
    Optional: tone (primary, quiet, danger; primary), big (False), name and value (what the form sends),
      form (id of the form, when the button stands outside it), heard (of whom or what, for who hears the page: in a table)
    """
    one_of(BUTTON_TONES, value=tone, argument="tone")
    return {
        "text": text,
        "tone": tone,
        "big": big,
        "name": name,
        "value": value,
        "form": form,
        "heard": heard,
    }


@register.inclusion_tag("components/link_button.html")
def link_button(*, text: str, url: str, tone: str = "primary", big: bool = False):
    """A link to the next page that looks like a button.

    Usage: {% link_button text=_("Start a group") url=start_url %}
    Required: text, url
    Optional: tone (primary, quiet, danger; primary), big (False)
    """
    one_of(BUTTON_TONES, value=tone, argument="tone")
    return {"text": text, "url": url, "tone": tone, "big": big}


@register.inclusion_tag("components/back_link.html")
def back_link(*, url: str, text: str = ""):
    """The way back, on top of a page; goes in the block `back`.

    Usage: {% back_link url=list_url %}
    Required: url
    Optional: text ("Back")
    """
    return {"url": url, "text": text}
