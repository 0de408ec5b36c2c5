from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MunicipalitiesConfig(AppConfig):
    name = "municipalities"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from . import asked_by_neighbours, doubtful_mail, gates, navigation, worklist
        from .enums import StaffRole

        navigation.add(
            navigation.Entry(
                order=10,
                label=_("Work list"),
                url_name="municipalities:worklist",
                roles=frozenset({StaffRole.COORDINATOR}),
                count=worklist.pressing,
                count_means=_("cannot wait"),
            )
        )
        navigation.add(
            navigation.Entry(
                order=90,
                label=_("Team"),
                url_name="municipalities:team",
                roles=frozenset({StaffRole.COORDINATOR, StaffRole.NATIONAL}),
            )
        )
        navigation.add(
            navigation.Entry(
                order=6,
                label=_("Municipalities"),
                url_name="municipalities:list",
                roles=frozenset({StaffRole.NATIONAL}),
                central=True,
            )
        )
        navigation.add(
            navigation.Entry(
                order=95,
                label=_("Operations"),
                url_name="operations:home",
                roles=frozenset({StaffRole.NATIONAL, StaffRole.OPERATOR}),
                central=True,
            )
        )
        worklist.offer(doubtful_mail.lines, asked_by_neighbours.lines)
        user_logged_in.connect(gates.remember_sign_in, dispatch_uid="municipalities.seen")
