"""Who the practice is, its account at the provider, and the wire log.

- `people`: User, Practice, Membership, Language
- `invitation`: Invitation (somebody is asked to work at the practice)
- `account`: ProviderAccount, its stages and its interface
- `change`: StageChange (one move from stage to stage)
- `balance`: BalanceReading (what was on the account, and when)
- `notice`: Notice (what the owners must know, from when to when)
- `line`: Line (the US long number), TwoWayTest (the live test that proves it)
- `call`: ProviderCall (the wire log)
"""

from provisioning.models.account import Interface, ProviderAccount, Stage
from provisioning.models.balance import BalanceReading
from provisioning.models.call import ProviderCall
from provisioning.models.change import StageChange
from provisioning.models.invitation import Invitation
from provisioning.models.line import Line, TwoWayTest
from provisioning.models.notice import Notice
from provisioning.models.outage import Outage
from provisioning.models.people import Language, Membership, Practice, User

__all__ = [
    "BalanceReading",
    "Interface",
    "Invitation",
    "Language",
    "Line",
    "Membership",
    "Notice",
    "Outage",
    "Practice",
    "ProviderAccount",
    "ProviderCall",
    "Stage",
    "StageChange",
    "TwoWayTest",
    "User",
]
