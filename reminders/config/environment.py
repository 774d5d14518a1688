"""Reads the environment, and says in words which variable is wrong and why.

Values are never shown: any of them may be a secret.
"""

from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

KINDS = {int: "a whole number", float: "a number", bool: "true or false"}
YES = ("true", "on", "ok", "y", "yes", "1")
NO = ("false", "off", "n", "no", "0", "")


class Environment(environ.Env):  # type: ignore[misc]  # environ is untyped
    """django-environ, with errors that name the variable."""

    def get_value(self, var: str, cast: Any = None, *args: Any, **options: Any) -> Any:
        """Return the value; raises ImproperlyConfigured in words."""
        try:
            return super().get_value(var, cast, *args, **options)
        except ValueError as error:
            kind = KINDS.get(cast, "a value of another form")
            raise ImproperlyConfigured(f"{var} must be {kind}.") from error

    def bool(self, var: str, default: Any = environ.Env.NOTSET) -> bool:
        """Return yes or no; a word that is neither is refused, not taken for no."""
        value = self.str(var, default="" if default is self.NOTSET else str(default))
        if value.lower() not in YES + NO:
            raise ImproperlyConfigured(f"{var} must be true or false.")
        return value.lower() in YES

    def between(self, var: str, lowest: int, highest: int, *, default: int) -> int:
        """Return a whole number within bounds, both included."""
        number: int = self.int(var, default=default)
        if not lowest <= number <= highest:
            raise ImproperlyConfigured(f"{var} must be between {lowest} and {highest}.")
        return number

    def address(self, var: str, default: str) -> str:
        """Return an http or https address; empty only where the default is."""
        value: str = self.str(var, default=default)
        parts = urlsplit(value)
        if value == default or (parts.scheme in ("http", "https") and parts.netloc):
            return value
        raise ImproperlyConfigured(
            f"{var} must be an address that begins with https:// or http://."
        )

    def one_of(self, var: str, choices: tuple[str, ...], *, default: str) -> str:
        """Return one of the choices, in capitals."""
        value: str = self.str(var, default=default).upper()
        if value not in choices:
            raise ImproperlyConfigured(f"{var} must be one of {', '.join(choices)}.")
        return value

    def server(self, var: str, schemes: tuple[str, ...], *, default: str) -> str:
        """Return a URL of one of these kinds, such as postgres://…"""
        value: str = self.str(var, default=default)
        kind, separator, _rest = value.partition("://")
        if not separator or kind not in schemes:
            kinds = ", ".join(f"{scheme}://" for scheme in schemes)
            raise ImproperlyConfigured(f"{var} must begin with {kinds}.")
        return value
