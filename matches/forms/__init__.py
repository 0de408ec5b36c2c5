"""What people fill in about matches."""

from .acts import BeginForm, BuilderForm, EndForm, FirstMeetingForm, RecordAnswerForm, SetAsideForm
from .check_in import CheckInForm

__all__ = [
    "BeginForm",
    "BuilderForm",
    "CheckInForm",
    "EndForm",
    "FirstMeetingForm",
    "RecordAnswerForm",
    "SetAsideForm",
]
