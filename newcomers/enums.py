from django.db import models
from django.utils.translation import gettext_lazy as _


class HouseholdStatus(models.TextChoices):
    REGISTERED = "registered", _("registered")
    CONSENTED = "consented", _("in intake")
    READY = "ready", _("ready to meet a group")
    PAUSED = "paused", _("paused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CLOSED = "closed", _("closed")


class Channel(models.TextChoices):
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    WHATSAPP = "whatsapp", _("WhatsApp")


class ConsentPurpose(models.TextChoices):
    PARTICIPATION = "participation", _("taking part and being introduced")


class ConsentHow(models.TextChoices):
    ONLINE = "online", _("by the newcomer, online")
    IN_PERSON = "in_person", _("read together")
    INTERPRETER = "interpreter", _("with an interpreter")
    PHONE = "phone", _("by phone")


class Urgency(models.IntegerChoices):
    NORMAL = 0, _("normal")
    SOON = 1, _("soon")
    URGENT = 2, _("urgent")
    VERY_URGENT = 3, _("very urgent")


class RevealReason(models.TextChoices):
    """Why somebody opened the name and the contact channel. The newcomer reads these words too."""

    CONTACT = "contact", _("to call or to write")
    MEETING = "meeting", _("to plan a meeting")
    CORRECT = "correct", _("to check or correct the data")
    REQUEST = "request", _("because the newcomer asked for it")
    SAFETY = "safety", _("because somebody may be in danger")
    INTRODUCED = "introduced", _("to get in touch after both said yes")
    OWN = "own", _("to read their own data")


#: What a coordinator may choose from.
STAFF_REASONS = [
    RevealReason.CONTACT,
    RevealReason.MEETING,
    RevealReason.CORRECT,
    RevealReason.REQUEST,
    RevealReason.SAFETY,
]
