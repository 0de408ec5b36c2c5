from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewcomersConfig(AppConfig):
    name = "newcomers"

    def ready(self) -> None:
        from municipalities import navigation, parts, retention, worklist
        from municipalities.enums import StaffRole

        from . import waiting
        from .domain.retention import RULES
        from .queries import parts_written

        navigation.add(
            navigation.Entry(
                order=30,
                label=_("Newcomers"),
                url_name="newcomers:list",
                roles=frozenset({StaffRole.COORDINATOR}),
            )
        )
        worklist.offer(
            waiting.consent_lines, waiting.intake_lines, waiting.long_ready_lines, waiting.silent_lines
        )
        retention.add(*RULES)
        parts.offer(parts_written)
