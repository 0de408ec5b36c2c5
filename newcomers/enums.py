from django.db import models
from django.utils.translation import gettext_lazy as _


class HouseholdStatus(models.TextChoices):
    REGISTERED = "registered", _("registered")
    CONSENTED = "consented", _("in intake")
    READY = "ready", _("ready to meet a group")
    PAUSED = "paused", _("paused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CLOSED = "closed", _("closed")


class Shown(models.TextChoices):
    """Filters of the list of households that are no state: the state “ready” in parts."""

    WAITING = "wacht", _("waits for a group")
    LONG = "wacht-lang", _("waits for more than 60 days")
    ASKED = "gevraagd", _("is asked about a group")
    GROUP = "groep", _("has a group")


#: A household in one of these takes no part now; with a new yes it can start again.
STOPPED_STATUSES = [HouseholdStatus.WITHDRAWN, HouseholdStatus.CLOSED]


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


class Arrival(models.TextChoices):
    """Which kind of group fits: one that waits for somebody to arrive, or one for who lives here already."""

    UNKNOWN = "", _("not known yet")
    HERE = "here", _("lives here already")
    EXPECTED = "expected", _("still has to arrive")


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
