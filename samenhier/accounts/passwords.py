"""What is asked of a password, in our words: Django's own are not in each of our languages."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """At least so many letters or digits."""

    def get_error_message(self) -> str:
        return _("This is too short. Choose at least %(number)s letters or digits.") % {
            "number": self.min_length
        }
