"""Field habits that every table shares."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class UuidModel(models.Model):
    """A row that may be named in a URL: its id is random, so that nothing can be counted or guessed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


def codes_field(**kwargs: Any) -> ArrayField:
    """A list of codes from `samenhier.core.reference`; stored as text so that SQL can read it."""
    return ArrayField(models.CharField(max_length=24), default=list, blank=True, **kwargs)


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """A check constraint: the database, too, knows only the states of the enum."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": choices.values}), name=name)
