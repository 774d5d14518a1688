"""What the wire log may show: no secrets, no patients' numbers, no texts.

Names are compared in lower case, in requests and answers alike. What was sent under a
masked name is also taken out wherever an answer repeats it.
"""

import re
from collections.abc import Iterable
from html import escape

from . import envelope
from .envelope import Fields
from .errors import Unavailable

HIDDEN = "[hidden]"
SECRETS = frozenset(
    {
        "password",
        "callback_password",
        "captcha_code",
        "sms_activation_code",
        "session_id",
        "ftp_password",
        "token",
    }
)
NUMBERS = frozenset({"to", "from"})
_TICKET = re.compile(r"(auth_id=)[^&#\s]+", re.IGNORECASE)
# A link may sign the person in by a parameter of whatever name.
_PARAMETERS = re.compile(r"([?&](?:[^=&#\s]*=)?)[^&#\s]+")
_PATH = re.compile(r"(\w+://[^/?#]*).*", re.DOTALL)
_PICTURE_SHOWN = 24
_ID_LENGTH = 32
_ID = re.compile(rf">[0-9A-Za-z]{{{_ID_LENGTH}}}<")
# Shorter values are found by chance all over an answer.
_TELLING = 4


def mask(name: str, value: str) -> str:
    """``value`` as the wire log may show it under ``name``."""
    name = name.lower()
    if name in SECRETS:
        return HIDDEN
    if name in NUMBERS:
        return "*" * (len(value) - 2) + value[-2:]
    if name == "text":
        return f"[{len(value)} characters]"
    if name == "callback_url":  # its path is the secret that lets callers in
        return _PATH.sub(rf"\1/{HIDDEN}", value)
    if name.endswith("url"):
        return _PARAMETERS.sub(rf"\1{HIDDEN}", value)
    if name == "captcha_image" and len(value) > _PICTURE_SHOWN:
        return f"{value[:_PICTURE_SHOWN]}[{len(value)} characters]"
    return _TICKET.sub(rf"\1{HIDDEN}", value) if "=" in value else value


def masked_fields(fields: Fields) -> Fields:
    """The same fields, as the wire log may show them."""
    return [(name, mask(name, value)) for name, value in fields]


def masked_answer(
    data: bytes, sent: Iterable[tuple[str, str]] = (), most: int | None = None
) -> str:
    """An answer as the wire log may show it; ``sent``: (name, value) of the request.

    ``most``: see ``envelope.shown``. What cannot be read as XML cannot be masked, so
    only its size is kept.
    """
    try:
        text = envelope.shown(data, mask, most)
    except Unavailable:
        return f"[{len(data)} bytes that are not a document]"
    # Most answers are ids and nothing else. What is sent is not looked for inside them.
    beside_ids = _ID.sub("><", text)
    for name, value in sent:
        if len(value) < _TELLING:
            continue
        repeated = value if value.isalnum() else escape(value, quote=False)
        if repeated in beside_ids or len(value) == _ID_LENGTH:
            text = text.replace(repeated, mask(name, value))
    return text
