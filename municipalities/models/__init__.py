from .municipality import Municipality
from .opening import Opening
from .parts import PartDistance, PartOfTown
from .policy import Policy
from .retention import Removal
from .staff import StaffInvitation, StaffMembership
from .tenant import TenantModel, TenantQuerySet

__all__ = [
    "Municipality",
    "Opening",
    "PartDistance",
    "PartOfTown",
    "Policy",
    "Removal",
    "StaffInvitation",
    "StaffMembership",
    "TenantModel",
    "TenantQuerySet",
]
