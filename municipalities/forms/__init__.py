from .municipality import DetailsForm, OnboardingForm
from .policy import PolicyForm
from .staff import InviteStaffForm, JoinForm

__all__ = ["DetailsForm", "InviteStaffForm", "JoinForm", "OnboardingForm", "PolicyForm"]
