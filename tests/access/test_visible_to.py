"""Every table of a municipality says who may see it, and somebody of another town sees nothing."""

import pytest
from django.apps import apps

from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from samenhier.core.access import Role
from tests import factories as make

from . import world

pytestmark = pytest.mark.django_db

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]


def test_every_tenant_model_answers_the_question():
    assert len(TENANT_MODELS) >= 18
    for model in TENANT_MODELS:
        queryset = type(model._default_manager.all())
        assert issubclass(queryset, TenantQuerySet), model
        assert queryset.visible_to is not TenantQuerySet.visible_to, f"{model} does not say who may see it"


def test_strangers_see_no_row_of_any_table():
    here = world.build()
    elsewhere = make.municipality()
    strangers = [make.user(), *(make.staff(role, elsewhere) for role in ("coordinator", "builder", "viewer"))]
    strangers += [make.staff(StaffRole.NATIONAL), make.staff(StaffRole.OPERATOR)]
    seen = 0
    for model in TENANT_MODELS:
        for stranger in strangers:
            assert not model._default_manager.visible_to(stranger).exists(), (model, stranger)
        seen += model._default_manager.visible_to(here.people[Role.COORDINATOR]).count()
    assert seen > 30
