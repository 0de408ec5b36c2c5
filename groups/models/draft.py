"""A registration that is not finished: saved on each page, found again by a link in a mail."""

from django.db import models

from samenhier.core.db import UuidModel


class RegistrationDraft(UuidModel):
    """What a visitor typed so far, sealed. The token is in the visitor's session or in the mailed link, hashed here."""

    token_hash = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return f"draft {self.pk}"
