from .municipality import DetailsForm, OnboardingForm
from .neighbours import AskNeighbourForm
from .parts import AddPartForm, DistancesForm
from .policy import PolicyForm
from .staff import InviteStaffForm, JoinForm, LanguagesForm
from .weights import WeightsForm

__all__ = [
    "AddPartForm",
    "AskNeighbourForm",
    "DetailsForm",
    "DistancesForm",
    "InviteStaffForm",
    "JoinForm",
    "LanguagesForm",
    "OnboardingForm",
    "PolicyForm",
    "WeightsForm",
]
