"""The provider's two interfaces under one face, chosen by the account.

- `shapes`: what goes in and comes out, in our words
- `refusals`: what both make of a text that is refused
- `face`: what an interface has to be able to do
- `central`: Developers' Central (`provisioning.clickatell`): XML packets, credits
- `platform`: the present-day platform (`provisioning.oneapi`): JSON, money

They translate, and note nothing: what an answer means for the account is for whoever
asked. A third interface is a third module here, and a line in `FACES`.
"""

from provisioning.interfaces import central, platform
from provisioning.interfaces.face import Face
from provisioning.interfaces.shapes import HookRequest
from provisioning.models import Interface, ProviderAccount

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
FACES: dict[str, Face] = {
    Interface.CONNECT: central,
    Interface.ONE_API: platform,
}


def of(account: ProviderAccount) -> Face:
    """Return what speaks for this account."""
    return FACES[account.interface]


def that_posted(account: ProviderAccount, request: HookRequest) -> Face:
    """Return what speaks for whoever sent this callback to the account's address.

    That is not always the account's present interface: the address outlives the
    account, so a patient's STOP to the number of a former one still comes in here. The
    platform posts a document in JSON, Developers' Central fields and XML.
    """
    if request.is_probe:
        return of(account)
    start = request.body.removeprefix(BYTE_ORDER_MARK).lstrip()[:1]
    return platform if start in (b"{", b"[") else central
