"""The mail of this room: a link to the report, never a figure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from samenhier.notifications.kinds import Kind, register


def _still_subscribed(context: Mapping[str, Any]) -> bool:
    from reports.queries import subscribers

    return subscribers().filter(pk=context["subscription"]).exists()


REPORT_READY = register(
    Kind(
        code="reports.ready",
        label=_("link to a report"),
        fields=frozenset({"town", "period", "url", "subscription"}),
        still_wanted=_still_subscribed,
        sample={"town": "Zwolle", "period": "oktober 2026", "url": "/gemeente/zwolle/rapporten/"},
    )
)
