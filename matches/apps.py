from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchesConfig(AppConfig):
    name = "matches"

    def ready(self) -> None:
        from groups.domain import own_data
        from groups.domain.erasure import after_erasing as after_erasing_group
        from groups.domain.membership import after_leaving
        from groups.domain.retention import needed_by as needed_groups
        from groups.domain.standing import after_stepping_back
        from groups.domain.standing import taken as taken_groups
        from municipalities import navigation, worklist
        from municipalities import retention as rules
        from municipalities.domain.neighbours import after_closing
        from municipalities.enums import StaffRole
        from newcomers import own_page, queries
        from newcomers.domain.erasure import after_erasing
        from newcomers.domain.lifecycle import after_withdrawing
        from newcomers.domain.retention import needed_by as needed_households

        from . import own_blocks, waiting
        from .domain import free, retention, safety
        from .domain.lifecycle import (
            close_for_group_that_stepped_back,
            close_for_leaving_member,
            close_for_withdrawn_household,
        )
        from .domain.offering import withdraw_across

        after_closing.append(withdraw_across)
        after_leaving.append(close_for_leaving_member)
        after_stepping_back.append(close_for_group_that_stepped_back)
        after_withdrawing.append(close_for_withdrawn_household)
        after_erasing.append(safety.erase)
        after_erasing.append(retention.forget_household)
        after_erasing_group.append(retention.forget_group)
        queries.taken.append(lambda: free.in_open_match("household"))
        needed_households.append(retention.needs_household)
        needed_groups.append(retention.needs_group)
        taken_groups.append(free.is_taken)
        rules.add(*retention.RULES)
        own_page.offer(own_blocks.blocks)
        own_page.offer_data("matches", own_blocks.data)
        own_data.others["matches"] = own_blocks.member_data
        worklist.offer(*waiting.SOURCES, pressing=waiting.pressing)
        coordinators = frozenset({StaffRole.COORDINATOR})
        for order, label, url_name, roles in (
            (35, _("Matching"), "matches:workbench", coordinators),
            (40, _("Matches"), "matches:list", coordinators),
            (45, _("Check-ins"), "matches:check_ins", coordinators),
            (40, _("My matches"), "matches:guided", frozenset({StaffRole.BUILDER})),
        ):
            navigation.add(navigation.Entry(order=order, label=label, url_name=url_name, roles=roles))
        navigation.add(
            navigation.Entry(
                order=7,
                label=_("Matching"),
                url_name="matches:national",
                roles=frozenset({StaffRole.NATIONAL}),
                central=True,
            )
        )
