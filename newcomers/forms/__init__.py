from .card import CardForm, initial_of
from .intake import IdentityForm, RecordConsentForm, RegisterForm, RevealForm, UrgencyForm
from .own import (
    OWN_LINES,
    AvailabilityForm,
    GoalsForm,
    InterestsForm,
    OwnChoiceForm,
    OwnConsentForm,
    OwnLanguageForm,
    WishesForm,
    WouldLikeForm,
)

__all__ = [
    "OWN_LINES",
    "AvailabilityForm",
    "CardForm",
    "GoalsForm",
    "IdentityForm",
    "InterestsForm",
    "OwnChoiceForm",
    "OwnConsentForm",
    "OwnLanguageForm",
    "RecordConsentForm",
    "RegisterForm",
    "RevealForm",
    "UrgencyForm",
    "WishesForm",
    "WouldLikeForm",
    "initial_of",
]
