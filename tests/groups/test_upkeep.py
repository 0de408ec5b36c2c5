"""Old drafts disappear after the months of the town."""

from datetime import timedelta

from django.utils import timezone

from groups.domain import drafts
from groups.domain.upkeep import remove_old_drafts
from groups.models import RegistrationDraft


def test_untouched_drafts_are_removed_after_the_towns_months(town):
    town.policy.draft_months = 2
    town.policy.save()
    here = drafts.keep(token="", step="gemeente", answers={"municipality": [town.slug]})
    nowhere = drafts.keep(token="", step="groep", answers={"name": ["De Lindebuurt"]})
    now = timezone.now()
    assert remove_old_drafts(now=now + timedelta(days=55)) == 0
    assert remove_old_drafts(now=now + timedelta(days=63)) == 1
    assert drafts.read(here) is None
    assert drafts.read(nowhere) is not None
    assert remove_old_drafts(now=now + timedelta(days=190)) == 1
    assert RegistrationDraft.objects.count() == 0
