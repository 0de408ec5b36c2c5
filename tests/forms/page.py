"""A page as a person meets it: its forms with what stands in them, what is said about errors, and what came alive."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
#: How each kind of input is filled in; the rest is `text`.
SORTS = {"hidden", "password", "email", "number", "tel", "radio", "checkbox"}


@dataclass
class Control:
    """One name in a form: a text, one select, or all boxes of a choice."""

    name: str
    sort: str
    #: What stands in it, or is ticked.
    values: list[str] = field(default_factory=list)
    #: What can be chosen.
    options: list[str] = field(default_factory=list)
    required: bool = False
    invalid: bool = False
    #: Ids of what describes it, or the group it is in.
    described: set[str] = field(default_factory=set)

    @property
    def typed(self) -> bool:
        """Whether a person types or chooses here."""
        return self.sort != "hidden"

    @property
    def chosen(self) -> bool:
        """Whether there is a list to choose from; one box on its own is only ticked or not."""
        return self.sort in ("radio", "checkbox", "select") and not self.tick

    @property
    def tick(self) -> bool:
        return self.sort == "checkbox" and self.options == ["on"]


@dataclass(frozen=True)
class Button:
    """What sends a form: what it adds, and where to when not to the form's own address."""

    name: str = ""
    value: str = ""
    action: str = ""


@dataclass
class Form:
    """What is sent together."""

    action: str
    method: str
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)


class Page(HTMLParser):
    """Read with `Page(html)`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        #: Tags and attributes that no page of ours has, so that came from what somebody typed.
        self.alive: list[str] = []
        self.title = ""
        self.ids: set[str] = set()
        #: What the summary of errors says: text → the id that it leads to.
        self.summary: dict[str, str] = {}
        #: What is said at fields: id of the error → its text.
        self.errors: dict[str, str] = {}
        #: The address of each link.
        self.links: list[str] = []
        self._by_id: dict[str, Form] = {}
        self._elsewhere: list[tuple[str, str, dict[str, str]]] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._form: Form | None = None
        self._control: Control | None = None
        self._item = ("", "")
        self.feed(html)
        self.close()
        for form in self.forms:
            form.buttons = form.buttons or [Button()]
        for owner, tag, attrs in self._elsewhere:
            if owner in self._by_id:
                self._add(self._by_id[owner], tag, attrs)

    @property
    def controls(self) -> dict[str, Control]:
        """Of all forms that a person sends, by name; what the last of them holds."""
        return {name: one for form in self.forms for name, one in form.controls.items()}

    def says(self, name: str) -> bool:
        """Whether there are words at this field that say what is wrong."""
        control = self.controls.get(name)
        return control is not None and any(self.errors.get(one, "").strip() for one in control.described)

    def passwords(self) -> list[str]:
        """The fields in which a password can be read."""
        return [one.name for one in self.controls.values() if one.sort == "password" and any(one.values)]

    # -- reading ---------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self._suspect(tag, has)
        if "id" in has:
            self.ids.add(has["id"])
        if tag not in VOID:
            self._open.append((tag, has))
        if tag == "a":
            self.links.append(has.get("href", ""))
            if self._inside("error-summary"):
                self._item = ("", has.get("href", "").removeprefix("#"))
        elif tag == "li":
            self._item = ("", "")
        elif tag == "form":
            self._form = Form(has.get("action", ""), has.get("method", "get").lower())
            self.forms.append(self._form)
            self._by_id[has.get("id", "")] = self._form
        elif tag == "option" and self._control is not None:
            self._control.options.append(has.get("value", ""))
            if "selected" in has:
                self._control.values.append(has.get("value", ""))
        elif tag in ("input", "select", "textarea", "button") and "disabled" not in has:
            if "form" in has:
                self._elsewhere.append((has["form"], tag, has))
            elif self._form is not None:
                self._add(self._form, tag, has)

    def handle_endtag(self, tag: str) -> None:
        if tag == "li" and self._inside("error-summary"):
            text, target = self._item
            self.summary[text.strip()] = target
        if tag in [one for one, _has in self._open]:
            while self._open.pop()[0] != tag:
                pass
        if tag == "form":
            self._form = None
        elif tag in ("select", "textarea"):
            self._control = None

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "textarea" and self._control is not None:
            self._control.values = ["".join([*self._control.values, data])]
            return
        if [tag for tag, _has in self._open[-2:]] == ["head", "title"]:
            self.title += data
        for _tag, has in self._open:
            if "id" in has and "error" in has.get("class", "").split():
                self.errors[has["id"]] = self.errors.get(has["id"], "") + data
        self._item = (self._item[0] + data, self._item[1])

    def _inside(self, name: str) -> bool:
        return any(name in has.get("class", "").split() for _tag, has in self._open)

    def _suspect(self, tag: str, has: dict[str, str]) -> None:
        if tag == "script" and "src" not in has and has.get("type") != "application/json":
            self.alive.append("<script>")
        self.alive += [
            f"<{tag} {name}>"
            for name, value in has.items()
            if name.startswith("on") or value.strip().lower().startswith("javascript:")
        ]

    def _add(self, form: Form, tag: str, has: dict[str, str]) -> None:
        kind, name = has.get("type", "").lower(), has.get("name", "")
        if tag == "button" or kind in ("submit", "image"):
            if kind != "button":
                form.buttons.append(Button(name, has.get("value", ""), has.get("formaction", "")))
            return
        if not name:
            return
        control = form.controls.setdefault(name, Control(name, _sort(tag, kind, has)))
        control.required |= has.get("aria-required") == "true"
        control.invalid |= has.get("aria-invalid") == "true"
        for one in (has, *(attrs for outer, attrs in self._open if outer == "fieldset")):
            control.described |= set(one.get("aria-describedby", "").split())
        if tag in ("select", "textarea"):
            self._control = control
        elif control.sort in ("radio", "checkbox"):
            control.options.append(has.get("value", "on"))
            if "checked" in has:
                control.values.append(has.get("value", "on"))
        else:
            control.values.append(has.get("value", ""))


def _sort(tag: str, kind: str, has: dict[str, str]) -> str:
    if tag == "select":
        return "select"
    if has.get("tabindex") == "-1":
        return "hidden"  # out of sight: a trap for robots
    part = next((one for one in has.get("class", "").split() if one.startswith("part-")), "")
    if part in ("part-day", "part-month", "part-year"):
        return part.removeprefix("part-")
    if kind in SORTS:
        return kind
    return "number" if has.get("inputmode") in ("numeric", "decimal") else "text"
