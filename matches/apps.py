from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchesConfig(AppConfig):
    name = "matches"

    def ready(self) -> None:
        from groups.domain.membership import after_leaving
        from municipalities import navigation, worklist
        from municipalities.enums import StaffRole
        from newcomers import own_page
        from newcomers.domain.erasure import after_erasing
        from newcomers.domain.lifecycle import after_withdrawing

        from . import own_blocks, waiting
        from .domain.lifecycle import close_for_leaving_member, close_for_withdrawn_household

        after_leaving.append(close_for_leaving_member)
        after_withdrawing.append(close_for_withdrawn_household)
        after_erasing.append(own_blocks.erase)
        own_page.offer(own_blocks.blocks)
        own_page.offer_data("matches", own_blocks.data)
        worklist.offer(*waiting.SOURCES, pressing=waiting.pressing)
        coordinators = frozenset({StaffRole.COORDINATOR})
        for order, label, url_name, roles in (
            (35, _("Matching"), "matches:workbench", coordinators),
            (40, _("Matches"), "matches:list", coordinators),
            (45, _("Check-ins"), "matches:check_ins", coordinators),
            (40, _("My matches"), "matches:guided", frozenset({StaffRole.BUILDER})),
        ):
            navigation.add(navigation.Entry(order=order, label=label, url_name=url_name, roles=roles))
