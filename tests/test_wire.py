"""The tests' own walls: what they refuse, and what they let through."""

import socket
import tracemalloc

import pytest
import requests
from django.db import transaction

from provisioning.clickatell.errors import Unavailable
from provisioning.exchange.transport import Transport, WireCall
from provisioning.sandbox import behaviour, callbacks
from provisioning.sandbox.behaviour import HANG_UP
from provisioning.sandbox.models import Rule
from tests import wire

CONNECT = "http://sandbox.test/connect/0123456789abcdef0123456789abcdef"


def post(url: str) -> bytes:
    call = WireCall("connect", "get_countries", url, "<clickatellsdk/>")
    return Transport().post(url, "XML", b"<clickatellsdk/>", call, bytes)


def lose(kind: str, seconds: float = 0) -> None:
    Rule.objects.create(action="any", kind=kind, seconds=seconds, times=1)


@pytest.mark.django_db
def test_it_leads_our_client_to_the_sandbox():
    assert b"<" in post(CONNECT)


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/xml/xml", "https://connect.example/", "http://localhost/"]
)
def test_it_refuses_every_other_host_by_name(url):
    with pytest.raises(AssertionError, match="wanted to talk to"):
        post(url)


@pytest.mark.django_db
def test_it_leads_the_sandbox_to_our_own_addresses():
    answer = callbacks.http.get("http://testserver/no-such-page", timeout=30)
    assert answer.status_code == 404


def test_it_lets_the_sandbox_call_nobody_else():
    with pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        callbacks.http.get("http://192.0.2.1/", timeout=30)


@pytest.mark.django_db
def test_it_refuses_a_call_inside_a_transaction():
    with (
        transaction.atomic(),
        pytest.raises(AssertionError, match="a transaction was open"),
    ):
        post(CONNECT)


@pytest.mark.django_db
def test_it_drops_the_connection_when_the_sandbox_hangs_up():
    lose(Rule.Kind.SILENT)
    with wire.on_the_wire(requests.Session()) as session:
        with pytest.raises(requests.ConnectionError):
            session.post(CONNECT, data={"XML": "<clickatellsdk/>"}, timeout=30)
        answer = session.post(CONNECT, data={"XML": "<clickatellsdk/>"}, timeout=30)
    assert HANG_UP not in answer.headers


@pytest.mark.django_db
def test_it_times_out_when_the_sandbox_takes_too_long():
    lose(Rule.Kind.GARBAGE, seconds=0.02)
    with (
        wire.on_the_wire(requests.Session()) as session,
        pytest.raises(requests.ReadTimeout),
    ):
        session.post(CONNECT, data={"XML": "<clickatellsdk/>"}, timeout=(1, 0.01))


@pytest.mark.django_db
def test_it_makes_a_huge_answer_only_as_it_is_read():
    lose(Rule.Kind.HUGE)
    tracemalloc.start()
    try:
        with wire.on_the_wire(requests.Session()) as session:
            answer = session.post(
                CONNECT, data={"XML": "<clickatellsdk/>"}, timeout=30, stream=True
            )
            first = answer.raw.read(1_000)
            answer.close()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert b"Unknown service request" in first
    assert peak < 2_000_000


@pytest.mark.django_db
def test_it_carries_a_huge_answer_to_its_end():
    lose(Rule.Kind.HUGE)
    with wire.on_the_wire(requests.Session()) as session:
        answer = session.post(CONNECT, data={"XML": "<clickatellsdk/>"}, timeout=30)
    assert answer.content.endswith(b" </CLICKATELLSDK>")
    assert len(answer.content) > behaviour.HUGE_BYTES


@pytest.mark.django_db
def test_it_lets_our_client_stop_reading_a_huge_answer():
    lose(Rule.Kind.HUGE)
    with pytest.raises(Unavailable):
        post(CONNECT)
    assert b"<" in post(CONNECT)


def test_it_refuses_any_other_socket_that_leaves_this_machine():
    with pytest.raises(AssertionError, match="wanted to connect"):
        socket.create_connection(("192.0.2.1", 80), timeout=30)
    with pytest.raises(AssertionError, match="wanted to connect"):
        socket.getaddrinfo("provider.example", 443)


def test_it_lets_loopback_through():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        socket.create_connection(server.getsockname(), timeout=30).close()
