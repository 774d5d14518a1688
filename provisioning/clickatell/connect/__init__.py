"""The Connect API: signing a practice up, one method a service call.

Source: "Connect API User Guide" (9 Nov 2011); each method names its section there.
Calls are form POSTs to a secret address that belongs to the application. Account
calls repeat the user name and password; there is no session.

Every call can raise Unavailable (network, 008, 999), NotAllowed (002, 005, 007, 009,
430) and Unknown. Account calls can also raise NeedsCaptcha (003, 004, 400-403) and
Refused (006, 404, 431, 432, 440). The docstrings name what else can come.

A captcha dies with its first use, right or wrong: fetch a new one after every call
that carried one.

``calls`` makes one call, ``lists`` has the methods without an account, ``account`` the
others and the class that has them all.
"""

from .account import Connect

__all__ = ["Connect"]
