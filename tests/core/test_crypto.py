"""Sealing: what goes in comes out, with the right key only."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from samenhier.core import crypto


def test_a_household_key_opens_its_own_values_only():
    mine, other = crypto.new_wrapped_key(), crypto.new_wrapped_key()
    sealed = crypto.seal("أبو ليث", key=mine)
    assert "ليث".encode() not in sealed
    assert crypto.unseal(sealed, key=mine) == "أبو ليث"
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(sealed, key=other)


def test_a_rotated_master_key_still_opens_and_can_be_retired(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.MASTER_KEYS = [old]
    wrapped = crypto.new_wrapped_key()
    sealed = crypto.seal("Emine", key=wrapped)
    settings.MASTER_KEYS = [new, old]
    rewrapped = crypto.rewrap(wrapped)
    settings.MASTER_KEYS = [new]
    assert crypto.unseal(sealed, key=rewrapped) == "Emine"
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(sealed, key=wrapped)


def test_without_a_master_key_nothing_is_sealed(settings):
    settings.MASTER_KEYS = []
    with pytest.raises(ImproperlyConfigured):
        crypto.seal("Emine")


def test_json_goes_both_ways():
    value = {"naam": "Оксана", "aantal": 2, "lijst": ["a"]}
    assert crypto.unseal_json(crypto.seal_json(value)) == value
