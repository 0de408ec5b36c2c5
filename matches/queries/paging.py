"""One page of a long list: the ids first, by index, and only then the rows with all they join."""

from typing import Any

from django.core.paginator import Page, Paginator

ROWS_PER_PAGE = 50


def page_of(rows: Any, wanted: str | None, *, size: int = ROWS_PER_PAGE) -> Page[Any]:
    """Page number `wanted` (nonsense gives the first) of an ordered queryset. Three queries, however long it is."""
    page = Paginator(
        rows.select_related(None).prefetch_related(None).values_list("pk", flat=True), size
    ).get_page(wanted)
    ids = list(page.object_list)
    found = {row.pk: row for row in rows.order_by().filter(pk__in=ids)}
    page.object_list = [found[pk] for pk in ids if pk in found]
    return page
