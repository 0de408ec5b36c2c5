from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from municipalities import navigation
        from municipalities.enums import StaffRole

        for order, label, url_name in (
            (5, _("The Netherlands"), "reports:national"),
            (8, _("Wanted languages"), "reports:national_wanted"),
            (9, _("Fairly shared?"), "reports:national_fairness"),
        ):
            navigation.add(
                navigation.Entry(
                    order=order,
                    label=label,
                    url_name=url_name,
                    roles=frozenset({StaffRole.NATIONAL}),
                    central=True,
                    everywhere=url_name == "reports:national",
                )
            )
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
