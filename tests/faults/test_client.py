"""What the client makes of strange answers, over a real connection; no process of ours.

The stories in `test_answers` and `test_provider` say what becomes of the texts.
"""

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from provisioning.clickatell.errors import Unavailable
from provisioning.clickatell.messaging import Messaging
from provisioning.clickatell.types import ApiCredentials, TextAnswer, TextOrder
from provisioning.exchange import sessions
from provisioning.exchange.transport import Transport
from tests.faults.certificates import Authority
from tests.faults.provider import Manner, Provider, manners, open_for_business
from tests.provisioning.provider import Log

pytestmark = pytest.mark.real_http

PASSWORD = "a-password-of-the-account"
ORDER = TextOrder(
    ApiCredentials("someone", PASSWORD, "3000001"),
    "c" * 32,
    "12125550121",
    "12125550122",
    "A text.",
    unicode=False,
    max_parts=1,
)
# Seconds that a whole call may take here.
TOTAL = 1.0


@pytest.fixture
def business() -> Iterator[Provider]:
    with open_for_business() as provider:
        yield provider


def send(
    url: str, log: Log | None = None, session: requests.Session | None = None
) -> list[TextAnswer]:
    """Send a text as the product does."""
    transport = Transport(log, total=TOTAL, session=session)
    return Messaging(url, transport).send([ORDER])


@pytest.mark.parametrize("text", ["\0", "half \ud83d of it", "\x0b"], ids=ascii)
@pytest.mark.parametrize("unicode", [True, False], ids=["digits", "characters"])
def test_it_carries_every_text_whole_or_says_so_before_it_says_anything(
    business: Provider, text: str, *, unicode: bool
) -> None:
    """E31: what no database of ours holds, and what XML cannot carry."""
    order = replace(ORDER, text=text, unicode=unicode)
    with suppress(ValueError):
        Messaging(business.url, Transport(total=TOTAL)).send([order])
    assert [taken.text for taken in business.taken] in ([], [text])
    assert len(business.requests) == len(business.taken)


def test_it_reads_the_answer_of_a_provider_that_is_well(business: Provider) -> None:
    (answer,) = send(business.url)
    assert answer.message_id == business.taken[0].message_id


@pytest.mark.parametrize(
    "manner",
    [
        manners.failing(500, takes=True),
        manners.failing(429, takes=True),
        manners.LOGIN_PAGE,
        manners.EMPTY,
        manners.GARBAGE,
        manners.WRONG_CHARSET,
        manners.TRUNCATED,
        manners.BROKEN_OFF,
        manners.DRIPPING,
        manners.DRIPPING_HEADERS,
        manners.ENDLESS,
        manners.HUGE,
        manners.ZIPPED,
        manners.LAUGHING,
        Manner.NEVER,
    ],
    ids=str,
)
def test_it_is_in_doubt_after_an_answer_that_is_none(
    business: Provider, manner: Manner
) -> None:
    """E10, E14, E15, E16: the text was taken, whatever the answer looks like."""
    business.manner = manner
    log = Log()
    with pytest.raises(Unavailable) as caught:
        send(business.url, log)
    assert caught.value.maybe_done
    assert len(business.taken) == 1
    (call,) = log.calls
    assert PASSWORD not in f"{call} {caught.value!r} {caught.value}"


def test_it_says_a_text_once_when_a_kept_connection_ends_without_a_word() -> None:
    """E12: nothing is repeated on another connection by itself."""
    session = sessions.new({})
    with open_for_business(keeps_connections=True) as provider:
        assert send(provider.url, session=session)
        provider.manner = Manner.NEVER
        with pytest.raises(Unavailable) as caught:
            send(provider.url, session=session)
        assert caught.value.maybe_done
        assert len(provider.peers) == 1
        assert len(provider.taken) == 2
    session.close()


def test_it_believes_nothing_that_an_echo_seems_to_say(business: Provider) -> None:
    """E14: the answer names no text, so there is none in the list."""
    business.manner = manners.ECHOING
    log = Log()
    assert send(business.url, log) == []
    assert PASSWORD not in str(log.calls)


def test_it_reads_no_file_for_an_answer(business: Provider, tmp_path: Path) -> None:
    """E16: the answer wants a file of ours in it."""
    secret = tmp_path / "secret"
    secret.write_text("0" * 32)
    business.manner = manners.reading_file(str(secret))
    log = Log()
    with pytest.raises(Unavailable) as caught:
        send(business.url, log)
    assert caught.value.maybe_done
    assert "0" * 32 not in str(log.calls)


@pytest.mark.parametrize("elsewhere", ["reading_url", "with_types_of"])
def test_it_fetches_nothing_for_an_answer(business: Provider, elsewhere: str) -> None:
    """E16: the answer has a part, or its type, at another address."""
    with open_for_business() as other:
        business.manner = getattr(manners, elsewhere)(other.url)
        with pytest.raises(Unavailable):
            send(business.url)
        assert not other.strays


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_shows_the_password_to_nobody_else_when_redirected(
    business: Provider, status: int
) -> None:
    """E17: wherever the answer leads."""
    with open_for_business() as other:
        business.manner = manners.redirecting(other.url, status)
        with pytest.raises(Unavailable) as caught:
            send(business.url)
        assert caught.value.maybe_done
        assert not other.strays
        assert not other.requests


@pytest.mark.parametrize(
    ("address", "ends_in"),
    [
        pytest.param("127.0.0.2", timedelta(days=1), id="another host"),
        pytest.param("127.0.0.1", timedelta(days=-1), id="expired"),
    ],
)
def test_it_says_nothing_to_a_provider_that_cannot_prove_who_it_is(
    tmp_path: Path, address: str, ends_in: timedelta
) -> None:
    """E17: though its authority is one that we trust. Surely nothing was sent."""
    authority = Authority(tmp_path)
    session = requests.Session()
    session.verify = str(authority.path)
    with open_for_business(authority.certificate(address, ends_in=ends_in)) as there:
        with pytest.raises(Unavailable) as caught:
            send(there.url, session=session)
        assert not caught.value.maybe_done
        assert not there.requests


def test_it_speaks_to_a_provider_that_proves_who_it_is(tmp_path: Path) -> None:
    """E17: so that the two above fail for their reason alone."""
    authority = Authority(tmp_path)
    session = requests.Session()
    session.verify = str(authority.path)
    with open_for_business(authority.certificate("127.0.0.1")) as there:
        assert send(there.url, session=session)
        assert there.taken


def test_it_was_surely_not_sent_when_the_name_is_not_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E11: no test asks a real server for names, so the resolver is played."""

    def unknown(*_asked: object, **_how: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unavailable) as caught:
        send("http://api.example.invalid/xml/xml")
    assert not caught.value.maybe_done
