"""A sender process of its own, for tests that kill it: `python -m tests.notifications.sender`."""

import django
from django.utils import timezone

django.setup()

from samenhier.notifications import sweeps  # noqa: E402 - Django first
from tests.notifications import sample_kinds  # noqa: E402, F401 - registers the kinds

if __name__ == "__main__":
    sweeps.run("outbox", timezone.now())
