"""What all our forms share: the look, clear messages, careful text."""

from .fields import SplitDateField, SplitDateInput
from .nlds import NldsFormMixin, NldsHelper
from .points import PointsForm
from .search import SearchForm
from .text import refuse_bsn, refuse_control_characters, tidy_digits

__all__ = [
    "NldsFormMixin",
    "NldsHelper",
    "PointsForm",
    "SearchForm",
    "SplitDateField",
    "SplitDateInput",
    "refuse_bsn",
    "refuse_control_characters",
    "tidy_digits",
]
