"""A text column that is encrypted at rest.

Keys are `CREDENTIAL_KEYS`, newest first: values are written with the first and read
with any, so a key is rotated by putting a new one in front, running
`manage.py rotate_credentials`, and then removing the old one.
"""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=8)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured(
            "CREDENTIAL_KEYS holds a value that is not a Fernet key "
            "(44 characters of URL-safe base64)."
        ) from error


def cipher() -> MultiFernet:
    """Return the cipher for the keys in force; raises ImproperlyConfigured."""
    return _cipher(tuple(settings.CREDENTIAL_KEYS))


class UnreadableCredential(Exception):
    """A stored credential was written with a key that is not in CREDENTIAL_KEYS."""


class EncryptedTextField(models.TextField[str, str]):
    """Text that only this application can read.

    The empty string is stored as it is, so that "nothing yet" needs no key. Reading
    with a missing key raises UnreadableCredential rather than returning ciphertext.
    """

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way to the database."""
        text = super().get_prep_value(value)
        return cipher().encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        """Decrypt on the way from the database; raises UnreadableCredential."""
        if not value:
            return value
        try:
            return cipher().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise UnreadableCredential(
                f"{self.name} was encrypted with a key that CREDENTIAL_KEYS lacks."
            ) from error
