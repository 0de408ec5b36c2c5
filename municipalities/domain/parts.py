"""A coordinator lists the parts of town and says how far they lie from each other. It counts from the next run on."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from municipalities.enums import Distance
from municipalities.models import Municipality, PartDistance, PartOfTown
from municipalities.models.parts import NAME_LENGTH
from municipalities.parts import plain
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError

#: Enough for the largest city, and few enough to fill in.
MOST_PARTS = 40


def add(*, municipality: Municipality, actor: User, name: str) -> PartOfTown:
    """One more part of town. Raises `Conflict` when it stands there already, however it is written."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise DomainError(_("Write the name of a part of town."))
    try:
        with transaction.atomic():
            # The town's row: two who add at once do not both pass the bound.
            Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
            if PartOfTown.objects.filter(municipality=municipality).count() >= MOST_PARTS:
                raise DomainError(
                    _("%(most)s parts of town is the most. Remove one first.") % {"most": MOST_PARTS}
                )
            part = PartOfTown.objects.create(municipality=municipality, name=name, meant=plain(name))
            audit.record("part.added", actor=actor, subject=part, name=name)
            return part
    except IntegrityError as error:
        raise Conflict(_("This part of town stands in the list already.")) from error


@transaction.atomic
def remove(*, part: PartOfTown, actor: User) -> None:
    """Take a part off the list, with its distances. Nothing happens when it is gone already."""
    row = PartOfTown.objects.select_for_update().filter(pk=part.pk).first()
    if row is not None:
        audit.record("part.removed", actor=actor, subject=row, name=row.name)
        row.delete()


@transaction.atomic
def set_distances(*, part: PartOfTown, actor: User, bands: Mapping[UUID, int | None]) -> list[str]:
    """Say how far other parts lie from this one, and so this one from them; None: not known.

    What is not in `bands` stays as it is. Returns the names of the parts whose distance changed. Raises `DomainError`
    for a part that is not of this town, or this part itself.
    """
    parts = {
        one.pk: one
        for one in PartOfTown.objects.select_for_update()
        .filter(municipality=part.municipality_id)
        .order_by("pk")
    }
    if part.pk not in parts or bands.keys() - (parts.keys() - {part.pk}):
        raise DomainError(
            _("One of these parts of town was removed in the meantime. Look at the list again.")
        )
    known = {row.other_of(part.pk): row for row in PartDistance.objects.between(part.pk)}
    changed = {}
    for pk, band in bands.items():
        row = known.get(pk)
        before = row.band if row is not None else None
        if before == band:
            continue
        changed[parts[pk].name] = [before, band]
        if band is None:
            assert row is not None, "otherwise nothing would have changed"
            row.delete()
            continue
        first, second = sorted([part.pk, pk])
        PartDistance.objects.update_or_create(
            one_id=first,
            other_id=second,
            defaults={"municipality_id": part.municipality_id, "band": Distance(band)},
        )
    if changed:
        audit.record("part.distances_changed", actor=actor, subject=parts[part.pk], distances=changed)
    return list(changed)
