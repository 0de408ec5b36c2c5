"""Who fits whom, exactly, with proof and reasons. Pure: numpy and scipy, no Django. See README.md here."""

from .assignment import solver_version
from .check import CertificateError, check
from .criteria import CRITERIA, NEUTRAL, Criterion, Reason
from .explain import BANNED, Candidate, Change, Marginal, Unmatched, candidates_of, marginals, unmatched
from .floors import cost_of, highest_floor, with_floor
from .goals import GOALS, Goal
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
from .result import Certificate, Gain, Price, Result, Stage
from .rulebook import Blocked, Rulebook
from .rules import RULES, RULES_VERSION, Rule
from .scoring import PairExplanation, Part, Weights, explain_pair, explain_pairs, score_matrix
from .sentences import Names, blocked_in_words, reason_in_words, slot_name
from .solve import solve
from .whatif import forbid, price, prices_of_group, prices_of_household

__all__ = [
    "BANNED",
    "BUDGET",
    "CRITERIA",
    "CRITERION_CODES",
    "GOALS",
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
    "Candidate",
    "Certificate",
    "CertificateError",
    "Change",
    "Criterion",
    "Gain",
    "Goal",
    "GroupProfiles",
    "HouseholdProfiles",
    "Marginal",
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
    "Unmatched",
    "Weights",
    "bits_of",
    "blocked_in_words",
    "candidates_of",
    "check",
    "cost_of",
    "explain_pair",
    "explain_pairs",
    "forbid",
    "highest_floor",
    "marginals",
    "mask",
    "price",
    "prices_of_group",
    "prices_of_household",
    "reason_in_words",
    "score_matrix",
    "slot_name",
    "solve",
    "solver_version",
    "unmatched",
    "with_floor",
]
