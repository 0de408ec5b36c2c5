"""What people fill in about matches."""

from .acts import BeginForm, BuilderForm, EndForm, FirstMeetingForm, RecordAnswerForm, SetAsideForm
from .own import CheckInForm

__all__ = [
    "BeginForm",
    "BuilderForm",
    "CheckInForm",
    "EndForm",
    "FirstMeetingForm",
    "RecordAnswerForm",
    "SetAsideForm",
]
