"""What people fill in about matches."""

from .acts import (
    BeginForm,
    BuilderForm,
    EndForm,
    FirstMeetingForm,
    MoveEndForm,
    RecordAnswerForm,
    RecordTrialForm,
    RefuseVisitForm,
    SetAsideForm,
)
from .choosing import ChooseForm, PairForm
from .own import CheckInForm
from .own_outcome import OutcomeForm

__all__ = [
    "BeginForm",
    "BuilderForm",
    "CheckInForm",
    "ChooseForm",
    "EndForm",
    "FirstMeetingForm",
    "MoveEndForm",
    "OutcomeForm",
    "PairForm",
    "RecordAnswerForm",
    "RecordTrialForm",
    "RefuseVisitForm",
    "SetAsideForm",
]
