"""The provider's two interfaces under one face, chosen by the account.

- `shapes`: what goes in and comes out, in our words
- `face`: what an interface has to be able to do
- `central`: Developers' Central (`provisioning.clickatell`): XML packets, credits
- `platform`: the present-day platform (`provisioning.oneapi`): JSON, money

They translate, and note nothing: what an answer means for the account is for whoever
asked. A third interface is a third module here, and a line in `FACES`.
"""

from provisioning.interfaces import central, platform
from provisioning.interfaces.face import Face
from provisioning.models import Interface, ProviderAccount

FACES: dict[str, Face] = {
    Interface.CONNECT: central,
    Interface.ONE_API: platform,
}


def of(account: ProviderAccount) -> Face:
    """Return what speaks for this account."""
    return FACES[account.interface]
