from .card import CardForm, initial_of
from .intake import IdentityForm, RecordConsentForm, RegisterForm, RevealForm, UrgencyForm
from .own import (
    AvailabilityForm,
    GoalsForm,
    InterestsForm,
    OwnChoiceForm,
    OwnConsentForm,
    OwnLanguageForm,
    WishesForm,
)

__all__ = [
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
    "initial_of",
]
