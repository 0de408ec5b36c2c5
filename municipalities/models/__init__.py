from .municipality import Municipality
from .policy import Policy
from .retention import Removal
from .staff import StaffInvitation, StaffMembership
from .tenant import TenantModel, TenantQuerySet

__all__ = [
    "Municipality",
    "Policy",
    "Removal",
    "StaffInvitation",
    "StaffMembership",
    "TenantModel",
    "TenantQuerySet",
]
