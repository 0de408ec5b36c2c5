from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffRole(models.TextChoices):
    COORDINATOR = "coordinator", _("coordinator")
    BUILDER = "builder", _("community builder")
    VIEWER = "viewer", _("municipality staff")
    NATIONAL = "national", _("national coordinator")
    OPERATOR = "operator", _("operator")


#: Roles that belong to one municipality; the others to none.
LOCAL_ROLES = [StaffRole.COORDINATOR, StaffRole.BUILDER, StaffRole.VIEWER]


class OpeningStatus(models.TextChoices):
    ASKED = "asked", _("asked")
    OPEN = "open", _("open to each other")
    CLOSED = "closed", _("closed")


#: Two municipalities have one opening in one of these at most.
STANDING = [OpeningStatus.ASKED, OpeningStatus.OPEN]


class Distance(models.IntegerChoices):
    """Between two parts of town, in the order of the engine's bands; 0 is the same part."""

    NEAR = 1, _("near")
    FURTHER = 2, _("further")
    FAR = 3, _("far")


class Province(models.TextChoices):
    DRENTHE = "DR", "Drenthe"
    FLEVOLAND = "FL", "Flevoland"
    FRYSLAN = "FR", "Fryslân"
    GELDERLAND = "GE", "Gelderland"
    GRONINGEN = "GR", "Groningen"
    LIMBURG = "LI", "Limburg"
    NOORD_BRABANT = "NB", "Noord-Brabant"
    NOORD_HOLLAND = "NH", "Noord-Holland"
    OVERIJSSEL = "OV", "Overijssel"
    UTRECHT = "UT", "Utrecht"
    ZEELAND = "ZE", "Zeeland"
    ZUID_HOLLAND = "ZH", "Zuid-Holland"
