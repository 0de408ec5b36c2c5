from .municipality import Municipality
from .policy import Policy
from .staff import StaffInvitation, StaffMembership
from .tenant import TenantModel, TenantQuerySet

__all__ = [
    "Municipality",
    "Policy",
    "StaffInvitation",
    "StaffMembership",
    "TenantModel",
    "TenantQuerySet",
]
