from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self) -> None:
        from municipalities import navigation, parts, retention, worklist
        from municipalities.enums import StaffRole

        from . import waiting
        from .domain.retention import RULES
        from .queries import parts_written

        for order, label, url_name in (
            (20, _("Groups"), "groups:list"),
            (50, _("Trainings"), "groups:sessions"),
        ):
            navigation.add(
                navigation.Entry(
                    order=order, label=label, url_name=url_name, roles=frozenset({StaffRole.COORDINATOR})
                )
            )
        worklist.offer(*waiting.SOURCES)
        retention.add(*RULES)
        parts.offer(parts_written)
