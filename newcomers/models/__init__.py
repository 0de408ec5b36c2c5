from . import identity as _sealed  # noqa: F401  a table of ours, but no name to import: see domain/disclosure.py
from .consent import Consent
from .disclosure import DisclosureGrant
from .household import Household

__all__ = ["Consent", "DisclosureGrant", "Household"]
