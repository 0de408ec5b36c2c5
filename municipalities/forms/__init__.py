from .municipality import DetailsForm, OnboardingForm
from .policy import PolicyForm
from .staff import InviteStaffForm, JoinForm, LanguagesForm
from .weights import WeightsForm

__all__ = [
    "DetailsForm",
    "InviteStaffForm",
    "JoinForm",
    "LanguagesForm",
    "OnboardingForm",
    "PolicyForm",
    "WeightsForm",
]
