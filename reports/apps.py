from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from municipalities import navigation
        from municipalities.enums import StaffRole

        navigation.add(
            navigation.Entry(
                order=70,
                label=_("Figures"),
                url_name="reports:dashboard",
                roles=frozenset({StaffRole.COORDINATOR, StaffRole.VIEWER, StaffRole.NATIONAL}),
            )
        )
        navigation.add(
            navigation.Entry(
                order=72,
                label=_("Wanted languages"),
                url_name="reports:wanted",
                roles=frozenset({StaffRole.VIEWER, StaffRole.NATIONAL}),
            )
        )
        navigation.add(
            navigation.Entry(
                order=75,
                label=_("Reports"),
                url_name="reports:reports",
                roles=frozenset({StaffRole.COORDINATOR, StaffRole.VIEWER}),
            )
        )
