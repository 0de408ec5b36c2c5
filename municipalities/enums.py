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
