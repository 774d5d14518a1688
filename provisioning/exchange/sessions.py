"""Sessions: how connections to the provider are made, and how long one is kept."""

import threading
import time
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter

from . import deadline

# Servers close idle connections after some seconds, and a packet that meets a closing
# one is in doubt. Packets that follow each other save the handshake.
KEPT_SECONDS = 2.0

Adapters = dict[str, BaseAdapter]


class _TimedAdapter(HTTPAdapter):
    """The usual adapter, with connections that keep to the total time."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = deadline.POOLS


def new(adapters: Adapters) -> requests.Session:
    """A session that keeps no cookies and takes nothing from the environment."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for prefix in ("https://", "http://"):
        session.mount(prefix, _TimedAdapter())
    for prefix, adapter in adapters.items():
        session.mount(prefix, adapter)
    return session


@dataclass
class _Kept:
    """A thread's session, and when it was last handed out."""

    session: requests.Session
    adapters: Adapters
    used_at: float


_OF_THREAD = threading.local()


def kept(adapters: Adapters) -> requests.Session:
    """The session that this thread used a moment ago, or a new one."""
    found: _Kept | None = getattr(_OF_THREAD, "kept", None)
    now = time.monotonic()
    if found and found.adapters == adapters and now - found.used_at < KEPT_SECONDS:
        found.used_at = now
        return found.session
    if found:
        found.session.close()
    session = new(adapters)
    _OF_THREAD.kept = _Kept(session, dict(adapters), now)
    return session
