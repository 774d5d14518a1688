"""Where people turn when only we can help: contacts, support codes, word to the operator.

A support code is the number of the call in the wire log (`ProviderCall`), which an
operator finds under /admin/.
"""

from collections.abc import Collection

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from provisioning.catalogue import TABLES
from provisioning.clickatell.errors import ProviderError

log = structlog.get_logger(__name__)

OURS = ("operator", "developer")
# The operator is told of the same code once in so many seconds.
QUIET = 60 * 60


def is_ours(error: ProviderError) -> bool:
    """Whether whoever runs or builds the application has to mend it."""
    return any(problem.who in OURS for problem in error.problems)


def contacts() -> list[str]:
    """Where we can be reached, as far as the settings say."""
    return [way for way in (settings.SUPPORT_EMAIL, settings.SUPPORT_PHONE) if way]


def words(error: ProviderError) -> str:
    """What to tell us, and where; empty where the error is not ours to mend."""
    if not is_ours(error):
        return ""
    said = []
    if error.call is not None:
        said.append(_("Support code %(code)s.") % {"code": error.call})
    if contacts():
        said.append(_("Our support: %(ways)s.") % {"ways": ", ".join(contacts())})
    return " ".join(said)


def tell_operator(api: str, codes: Collection[str], call: int) -> None:
    """Log codes that only we can mend: an error line for each, once an hour."""
    for code in codes:
        entry = TABLES.get(api, {}).get(code)
        if entry is None or entry.who not in OURS:
            continue
        if cache.add(f"support:{api}:{code}", call, QUIET):
            log.error(
                "provider_refuses_us",
                api=api,
                code=code,
                label=entry.label,
                who=entry.who,
                call=call,
            )
