"""Stored credentials: encrypted, rotated, never shown."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection

from provisioning import checks
from provisioning.models import ProviderAccount
from provisioning.models.fields import UnreadableCredential
from tests.make import make_account, make_practice

pytestmark = pytest.mark.django_db


def stored(account: ProviderAccount) -> str:
    """What the database file holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT password FROM provisioning_provideraccount WHERE id = %s",
            [account.pk],
        )
        return str(cursor.fetchone()[0])


def test_it_encrypts_at_rest():
    account = make_account(make_practice())
    assert account.password not in stored(account)
    assert ProviderAccount.objects.get().password == account.password


def test_it_makes_passwords_that_the_provider_takes():
    passwords = {ProviderAccount().password for _n in range(20)}
    assert len(passwords) == 20
    for password in passwords:
        assert password.isalnum()
        assert 6 <= len(password) <= 32
        assert any(c.isdigit() for c in password)
        assert any(c.isalpha() for c in password)


def test_it_rotates_keys(settings):
    account = make_account(make_practice(), api_key="a-key-of-one-api")
    old, new = settings.CREDENTIAL_KEYS[0], Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [new, old]
    assert ProviderAccount.objects.get().password == account.password
    call_command("rotate_credentials", stdout=StringIO())
    settings.CREDENTIAL_KEYS = [new]
    found = ProviderAccount.objects.get()
    assert (found.password, found.api_key) == (account.password, account.api_key)
    assert found.hook_password == account.hook_password
    settings.CREDENTIAL_KEYS = [old]
    with pytest.raises(UnreadableCredential):
        ProviderAccount.objects.get()


def test_it_keeps_nothing_as_nothing():
    account = make_account(make_practice(), password="")
    assert stored(account) == ""
    assert ProviderAccount.objects.get().password == ""


def test_it_prints_a_key_that_can_be_used(settings):
    out = StringIO()
    call_command("make_credential_key", stdout=out)
    settings.CREDENTIAL_KEYS = [out.getvalue().strip()]
    assert checks.credential_keys_can_be_used() == []


def test_it_says_when_a_key_is_none(settings):
    settings.CREDENTIAL_KEYS = ["nonsense"]
    assert [found.id for found in checks.credential_keys_can_be_used()] == [
        "provisioning.E001"
    ]
