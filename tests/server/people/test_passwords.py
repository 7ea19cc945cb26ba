"""Passwords and their hashes."""

import pytest
from argon2 import PasswordHasher

from server.people import passwords
from server.people.passwords import fits, hash_password

pytestmark = pytest.mark.usefixtures("real_passwords")


def test_a_password_fits_its_hash_and_no_other() -> None:
    kept = hash_password("a good password")
    assert fits("a good password", kept)
    assert not fits("another password", kept)
    assert not fits("a good password", None)
    assert not fits("a good password", "no hash at all")


def test_nobodys_hash_costs_as_much_as_anybodys() -> None:
    """With other parameters the time would tell who has a log-in."""
    assert not PasswordHasher().check_needs_rehash(passwords._NOBODYS)
