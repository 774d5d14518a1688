"""The provider's locks: how close we are to one, and what opens it again.

Source: Connect API User Guide, captcha. Two failed sign-ins in a row on one account
put that account behind a picture code (004). Ten in a row from one address do so to
every call from it (003), and the address is our server's: all practices share it. One
success on the account, or from the address, ends the lock.

The counting is done from our wire log, since the provider does not tell its counts.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Max, OuterRef, QuerySet, Subquery

from provisioning.clickatell.errors import ProviderError
from provisioning.models import Interface, ProviderAccount, ProviderCall, Stage

# Codes of a wrong username and password (Connect API User Guide, error table).
BAD_CREDENTIALS = frozenset({"404", "405", "431", "432", "438", "440"})
ACCOUNT_LOCK, ADDRESS_LOCK = "004", "003"
# 400 is also the word for "a picture code is needed now".
LOCKS = frozenset({ACCOUNT_LOCK, ADDRESS_LOCK, "400"})
# Checked after the sign-in (the guide's validation flow): who gets one of these has
# signed in, and the account is active. INFERRED for the codes of single inputs.
SIGNED_IN = frozenset({"100", "101", "102", "103", "104", "107", "108", "418"})
SIGNED_IN |= frozenset({"416", "417", *(str(code) for code in range(419, 427)), "428"})

# The provider locks at ten. From five on we sign in ourselves, which sets its count to
# zero; from nine on a failure of our own would be the last straw.
ENOUGH, TOO_MANY = 5, 9
# More of the wire log than this is never looked at to find a success.
LOOKED_AT = 50
# How long a lock keeps the watcher away at first; it doubles, up to the longest.
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=15), timedelta(hours=6)
# Calls of these actions do not sign in.
WITHOUT_SIGN_IN = ("register", "forgot_password", "get_captcha")


def signed_in(error: ProviderError) -> bool:
    """Whether the provider had let us in before it said no."""
    return bool(error.codes) and SIGNED_IN.issuperset(error.codes)


def close(account: ProviderAccount, now: datetime) -> None:
    """Note that the account is behind a picture code, which keeps the watcher away."""
    ProviderAccount.objects.still(account).filter(locked_at=None).update(
        locked_at=now, check_after=now + SHORTEST_PAUSE
    )


def open_up(account: ProviderAccount, now: datetime) -> None:
    """Note a sign-in that succeeded: its own lock is over, and that of our address.

    The watcher asks about everybody who was locked with the address at once.
    """
    locked = ProviderAccount.objects.exclude(locked_at=None)
    own = locked.still(account)
    for rows in (own, by_address(locked)):
        rows.update(locked_at=None, check_after=now)


def by_address(
    accounts: QuerySet[ProviderAccount], lock: str = ADDRESS_LOCK
) -> QuerySet[ProviderAccount]:
    """Those whose newest lock was put on our address and not on the account itself."""
    # The messaging APIs have other things to say under the same numbers.
    calls = ProviderCall.objects.filter(api=ProviderCall.Api.CONNECT)
    newest = calls.filter(account=OuterRef("pk")).with_any_code(LOCKS)
    codes = newest.order_by("-pk").values("codes")[:1]
    hit = accounts.annotate(lock=Subquery(codes)).filter(lock__contains=lock)
    return ProviderAccount.objects.filter(pk__in=hit.values("pk"))


def pause(account: ProviderAccount, now: datetime) -> timedelta:
    """How long the watcher leaves a locked account alone: as long as it is locked."""
    since = account.locked_at or now
    return min(max(now - since, SHORTEST_PAUSE), LONGEST_PAUSE)


def failures_in_a_row() -> int:
    """How many sign-ins in a row have failed, of all practices together.

    Zero while we are locked or nobody answers: signing in would help nobody then.
    """
    failures = 0
    for outcome, codes in _sign_ins():
        if ADDRESS_LOCK in codes or outcome in _NO_ANSWER:
            return 0
        if BAD_CREDENTIALS.intersection(codes):
            failures += 1
        elif outcome == ProviderCall.Outcome.ANSWERED or SIGNED_IN.issuperset(codes):
            break
    return failures


def is_near() -> bool:
    """Whether the lock of our address is near, and a success would still ward it off."""
    return ENOUGH <= failures_in_a_row() < TOO_MANY


def known_good() -> ProviderAccount | None:
    """The account that signed in last, of those with which nothing is the matter."""
    return (
        ProviderAccount.objects.answered_to()
        .filter(locked_at=None, suspended_at=None, interface=Interface.CONNECT)
        # One that was let go of has another password by now.
        .exclude(stage__in=[Stage.DRAFT, Stage.DISCONNECTED])
        .filter(calls__in=_sign_in_calls().filter(outcome="answered"))
        .annotate(last_success=Max("calls__pk"))
        .order_by("-last_success")
        .first()
    )


_NO_ANSWER = (
    ProviderCall.Outcome.PENDING,
    ProviderCall.Outcome.UNKNOWN,
    ProviderCall.Outcome.FAILED,
)


def _sign_in_calls() -> QuerySet[ProviderCall]:
    return (
        ProviderCall.objects.filter(api=ProviderCall.Api.CONNECT)
        .exclude(action__in=WITHOUT_SIGN_IN)
        .exclude(action__startswith="get_list_")
    )


def _sign_ins() -> Iterator[tuple[str, list[str]]]:
    newest = _sign_in_calls().order_by("-pk").values_list("outcome", "codes")
    for outcome, codes in newest[:LOOKED_AT]:
        yield outcome, codes.split(",") if codes else []
