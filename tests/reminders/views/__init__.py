"""The pages of the desk, asked for as a browser asks.

`sign_in` gives the browser of somebody who works at the practice, and `queries_of`
counts what a page costs. The desk stands at `make.NOW` (conftest).
"""

import re
from html import unescape
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from provisioning.models import Membership, Practice
from tests import make

MOST_QUERIES = 12


def sign_in(
    practice: Practice, role: Membership.Role = Membership.Role.OWNER
) -> Client:
    """A browser in which a new member of the practice has signed in."""
    client = Client()
    client.force_login(make.make_member(practice, role).user)
    return client


def words_of(answer: Any) -> str:
    """What is to be read on the page: text without mark-up, spaces made one."""
    html = re.sub(r"<script.*?</script>|<!--.*?-->", " ", answer.content.decode())
    main = html.split('id="main"', 1)[-1]
    text = unescape(re.sub(r"<[^>]+>", " ", main))
    return re.sub(r"\s+([,.!?”])", r"\1", " ".join(text.split()))


def queries_of(client: Client, path: str) -> int:
    """How many queries the page costs, sessions and sign-in included."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(captured)
