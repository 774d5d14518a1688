"""The provider, played by threads of the test: it writes down what it takes, then answers.

It knows `sendMsg`, `queryMsg` and `getBalance` of the XML messaging API (XML API
Specification V2.4.9), and takes texts by One API. What a fault test asks is how often a text was
taken, so that is noted before anything can go wrong with the answer.

- `books`: what it has been told, and what it thinks of each account
- `manners`: how its answers come, or do not come
- `desk`: the server, with or without TLS, which can shut and open again
"""

from tests.faults.provider.books import Account, Heard, Provider, Taken
from tests.faults.provider.desk import Business, nobody_home, open_for_business
from tests.faults.provider.manners import Manner

__all__ = [
    "Account",
    "Business",
    "Heard",
    "Manner",
    "Provider",
    "Taken",
    "nobody_home",
    "open_for_business",
]
