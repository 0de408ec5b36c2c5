"""A new group, from what a visitor filled in."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from groups import rules
from groups.enums import GroupKind
from groups.models import RegistrationDraft, SponsorGroup
from groups.tokens import token_hash
from municipalities.models import Municipality
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.crypto import seal_json, unseal_json
from samenhier.core.errors import DomainError
from samenhier.core.reference import CHILD_BANDS, GOALS, WISHES, Options

from .drafts import DraftGone
from .invitations import invite_first
from .locks import lock_group, refuse_stopped


@transaction.atomic
def register_group(
    *,
    municipality: Municipality,
    name: str,
    contact_name: str,
    contact_email: str,
    members: Iterable[tuple[str, str]],
    motivation: str = "",
    part_of_town: str = "",
    offers: Iterable[str] = (),
    kind: GroupKind | str = GroupKind.WELCOME,
    promises: Iterable[str] = (),
    max_household: int = 6,
    child_bands: Iterable[str] = (),
    actor: User | None = None,
) -> SponsorGroup:
    """Register a group. Everybody, the contact person too, gets an invitation and says yes or no themself.

    members: first names and addresses of the others. Raises DomainError when the town takes no groups now, when
    an address occurs twice, or when an address had too much mail already.
    """
    if not municipality.is_open:
        raise DomainError(_("Groups cannot register in %(town)s now.") % {"town": municipality.name})
    people = [(contact_name.strip(), User.objects.normalize_email(contact_email))]
    people += [(one.strip(), User.objects.normalize_email(email)) for one, email in members]
    addresses = [email for _name, email in people]
    if len(set(addresses)) < len(addresses):
        raise DomainError(_("Give each person an e-mail address of their own."))
    if len(people) > rules.MEMBERS_AT_MOST:
        raise DomainError(_("A group has at most %(number)s people.") % {"number": rules.MEMBERS_AT_MOST})
    group = SponsorGroup(
        municipality=municipality,
        name=name.strip(),
        kind=GroupKind(kind),
        motivation=motivation.strip(),
        part_of_town=part_of_town.strip(),
        offers=_known(offers, GOALS),
        promises=_known(promises, WISHES),
        max_household=max_household,
        child_bands=_known(child_bands, CHILD_BANDS),
        created_by=actor,
    )
    group.full_clean(exclude=["municipality", "created_by"])
    group.save()
    audit.record("group.registered", actor=actor, subject=group, invited=len(people))
    invite_first(group=group, people=people, actor=actor)
    return group


def _known(codes: Iterable[str], options: Options) -> list[str]:
    chosen = set(codes)
    return [code for code in options.codes() if code in chosen]


def _asked(codes: Iterable[str]) -> list[str]:
    return [code for code in _known(codes, WISHES) if code in rules.GROUP_WISHES]


@transaction.atomic
def register_from_draft(*, token: str, **group: Any) -> SponsorGroup:
    """Register the group of a draft, once: a second time gives the same group.

    The arguments are those of `register_group`, from the draft's answers. The draft keeps only the group's id.
    """
    draft = RegistrationDraft.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if draft is None:
        raise DraftGone
    content = unseal_json(draft.sealed)
    if done := content.get("registered"):
        return SponsorGroup.objects.select_related("municipality").get(pk=UUID(done))
    row = register_group(**group)
    draft.sealed = seal_json({"registered": str(row.pk), "contact_email": group["contact_email"]})
    draft.save()
    return row


@transaction.atomic
def change_card(
    *,
    group: SponsorGroup,
    actor: User,
    name: str,
    motivation: str,
    part_of_town: str,
    offers: Iterable[str],
    promises: Iterable[str],
    max_household: int,
    child_bands: Iterable[str],
    wishes: Iterable[str] = (),
    would_like: Iterable[str] = (),
    own_child_bands: Iterable[str] = (),
) -> SponsorGroup:
    """The contact person changes what the group says about itself.

    `wishes` are conditions for a household, `would_like` what would be nice; both from `rules.GROUP_WISHES`.
    """
    row = lock_group(group.pk)
    refuse_stopped(row)
    row.name = name.strip()
    row.motivation = motivation.strip()
    row.part_of_town = part_of_town.strip()
    row.offers = _known(offers, GOALS)
    row.promises = _known(promises, WISHES)
    row.max_household = max_household
    row.child_bands = _known(child_bands, CHILD_BANDS)
    row.own_child_bands = _known(own_child_bands, CHILD_BANDS)
    row.wishes = _asked(wishes)
    # What must be so is no longer only nice.
    row.would_like = _asked(set(would_like) - set(row.wishes))
    row.full_clean(exclude=["municipality", "created_by"], validate_constraints=False)
    row.save()
    audit.record("group.card_changed", actor=actor, subject=row)
    return row
