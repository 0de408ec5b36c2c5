from .checkin import CheckIn, CheckInReport
from .contact import ContactRequest
from .match import Answer, Match
from .run import MatchingRun

__all__ = ["Answer", "CheckIn", "CheckInReport", "ContactRequest", "Match", "MatchingRun"]
