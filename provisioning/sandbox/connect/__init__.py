"""The Connect API: an account's registration, activation and connections.

``door`` takes a request through the stages of the "Connect API validation flow",
``stages`` are those checks, and ``lists``, ``registering`` and ``owning`` hold what
each call does. Source: "Connect API User Guide", 9 November 2011.
"""

from .door import connect

__all__ = ["connect"]
