"""Who fits whom, exactly, with proof and reasons. Pure: numpy and scipy, no Django. See README.md here."""

from .assignment import solver_version
from .check import CertificateError, check
from .pool import MAX_SCORE, MAX_TIER, Pool, PoolError
from .result import Certificate, Price, Result, Stage
from .solve import solve
