from .draft import RegistrationDraft
from .group import SponsorGroup
from .member import Agreement, GroupMember, Screening
from .review import GroupReview
from .together import MembersTogether
from .training import Attendance, TrainingSession

__all__ = [
    "Agreement",
    "Attendance",
    "GroupMember",
    "GroupReview",
    "MembersTogether",
    "RegistrationDraft",
    "Screening",
    "SponsorGroup",
    "TrainingSession",
]
