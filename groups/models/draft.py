"""A registration that is not finished: saved on each page, found again by a link in a mail."""

from django.db import models

from samenhier.core.db import UuidModel


class RegistrationDraft(UuidModel):
    """What a visitor typed so far, sealed. The token is in the visitor's session or in the mailed link, hashed here."""

    token_hash = models.CharField(max_length=64, unique=True)
    # Of the mailed link that was used last: who opens it again may ask for a new one.
    used_hash = models.CharField(max_length=64, blank=True, db_index=True)
    sealed = models.BinaryField()
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return f"draft {self.pk}"
