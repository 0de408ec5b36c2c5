from .consent import Consent
from .disclosure import DisclosureGrant
from .household import Household
from .identity import HouseholdIdentity, HouseholdKey

__all__ = ["Consent", "DisclosureGrant", "Household", "HouseholdIdentity", "HouseholdKey"]
