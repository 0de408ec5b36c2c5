from .checkin import CheckIn, CheckInReport
from .contact import ContactRequest
from .insight import PoolInsight
from .match import Answer, Match
from .national import NationalRun
from .outcome import OutcomeRespondent, OutcomeSurvey
from .price import PairPrice
from .run import MatchingRun, RunInput
from .safety import SafetyFlag
from .trial import Trial, TrialChoice
from .whatif import WhatIf

__all__ = [
    "Answer",
    "CheckIn",
    "CheckInReport",
    "ContactRequest",
    "Match",
    "MatchingRun",
    "NationalRun",
    "OutcomeRespondent",
    "OutcomeSurvey",
    "PairPrice",
    "PoolInsight",
    "RunInput",
    "SafetyFlag",
    "Trial",
    "TrialChoice",
    "WhatIf",
]
