"""Who fits whom, exactly, with proof and reasons. Pure: numpy and scipy, no Django. See README.md here."""

from .assignment import solver_version
from .check import CertificateError, check
from .criteria import CRITERIA, NEUTRAL, Criterion, Reason
from .pool import MAX_SCORE, MAX_TIER, Pool, PoolError
from .profiles import (
    BUDGET,
    CRITERION_CODES,
    KIND_OPEN,
    KIND_SPONSOR,
    KIND_WELCOME,
    SLOTS,
    UNKNOWN_PART,
    GroupProfiles,
    HouseholdProfiles,
    ProfileError,
    bits_of,
    mask,
)
from .result import Certificate, Price, Result, Stage
from .rulebook import Blocked, Rulebook
from .rules import RULES, RULES_VERSION, Rule
from .scoring import PairExplanation, Part, Weights, explain_pair, score_matrix
from .sentences import Names, blocked_in_words, reason_in_words, slot_name
from .solve import solve

__all__ = [
    "BUDGET",
    "CRITERIA",
    "CRITERION_CODES",
    "KIND_OPEN",
    "KIND_SPONSOR",
    "KIND_WELCOME",
    "MAX_SCORE",
    "MAX_TIER",
    "NEUTRAL",
    "RULES",
    "RULES_VERSION",
    "SLOTS",
    "UNKNOWN_PART",
    "Blocked",
    "Certificate",
    "CertificateError",
    "Criterion",
    "GroupProfiles",
    "HouseholdProfiles",
    "Names",
    "PairExplanation",
    "Part",
    "Pool",
    "PoolError",
    "Price",
    "ProfileError",
    "Reason",
    "Result",
    "Rule",
    "Rulebook",
    "Stage",
    "Weights",
    "bits_of",
    "blocked_in_words",
    "check",
    "explain_pair",
    "mask",
    "reason_in_words",
    "score_matrix",
    "slot_name",
    "solve",
    "solver_version",
]
