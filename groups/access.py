"""Access for the members of a group."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from groups.enums import MemberStatus
from groups.models import GroupMember
from samenhier.core.access import Role, SignedIn


class InGroup(SignedIn):
    """A member who said yes to the group in the URL (`group`); with `contact_only` the contact person alone.

    Sets `request.group` (with its town and policy) and `request.member`. Others: 404, as if it did not exist.
    """

    def __init__(self, *, contact_only: bool = False) -> None:
        self.contact_only = contact_only
        self.roles = frozenset({Role.CONTACT} if contact_only else {Role.MEMBER, Role.CONTACT})

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        member = (
            GroupMember.objects.filter(
                group=kwargs["group"], user=request.user.pk, status=MemberStatus.ACCEPTED
            )
            .select_related("group__municipality__policy")
            .first()
        )
        if member is None:
            raise Http404
        if self.contact_only and not member.is_contact:
            raise PermissionDenied
        request.group = member.group
        request.member = member
        return None
