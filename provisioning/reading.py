"""Somebody else reads the picture: for an owner who cannot see it.

The owner gets a link that shows the picture and a box, and nothing of who they are.
What is typed there waits in the cache until the owner's form asks. The link is signed,
works until the picture dies, and takes one answer. Across processes this needs a shared
cache (CACHE_URL).
"""

from django.core import signing
from django.core.cache import cache

from provisioning import offers
from provisioning.offers import CAPTCHA_SECONDS, Picture

SALT = "provisioning.reading"


def token_of(captcha_id: str) -> str:
    """What the helper's link carries: the picture's id, signed, good for its life."""
    return signing.dumps(captcha_id, salt=SALT)


def picture_of(token: str) -> Picture | None:
    """The picture a link is about; None for a forged link or one that is over."""
    try:
        captcha_id: str = signing.loads(token, salt=SALT, max_age=CAPTCHA_SECONDS)
    except signing.BadSignature:
        return None
    return offers.kept_captcha(captcha_id)


def pass_on(captcha_id: str, code: str) -> bool:
    """Keep what the helper read for the owner's form; False if somebody had already."""
    return bool(cache.add(_key(captcha_id), code, CAPTCHA_SECONDS))


def answer(captcha_id: str) -> str:
    """What was read in the picture; empty until it has come, and when it is over."""
    read: str = cache.get(_key(captcha_id), "")
    return read if offers.kept_captcha(captcha_id) else ""


def _key(captcha_id: str) -> str:
    return f"captcha-read:{captcha_id}"
