"""Reading pages in tests."""

from html.parser import HTMLParser

from django.http import HttpResponse


class Strict(HTMLParser):
    """Collects what the content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.headings: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._inside = tag
        self.refused += [f"{tag}[{name}]" for name in values if name == "style" or name.startswith("on")]
        if tag == "style":
            self.refused.append("style")
        if tag == "script" and "src" not in values and values.get("type") != "application/json":
            self.refused.append("script")
        if tag in ("img", "link", "script") and (values.get("src") or values.get("href") or "").startswith(
            ("http", "data:", "//")
        ):
            self.refused.append(f"{tag} from elsewhere")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "h1" and data.strip():
            self.headings.append(data.strip())


def read(response: HttpResponse) -> Strict:
    """Parse a page; it has one h1 and nothing that the policy refuses."""
    page = Strict()
    page.feed(response.content.decode())
    assert not page.refused, page.refused
    assert len(page.headings) == 1, page.headings
    return page
