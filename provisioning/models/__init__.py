"""Who the practice is, its account at the provider, and the wire log.

- `people`: User, Practice, Membership, Language
- `account`: ProviderAccount and its stages, StageChange
- `line`: Line (the US long number), TwoWayTest (the live test that proves it)
- `call`: ProviderCall (the wire log)
"""

from provisioning.models.account import ProviderAccount, Stage, StageChange
from provisioning.models.call import ProviderCall
from provisioning.models.line import Line, TwoWayTest
from provisioning.models.people import Language, Membership, Practice, User

__all__ = [
    "Language",
    "Line",
    "Membership",
    "Practice",
    "ProviderAccount",
    "ProviderCall",
    "Stage",
    "StageChange",
    "TwoWayTest",
    "User",
]
