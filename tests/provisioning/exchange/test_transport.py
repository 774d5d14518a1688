"""What a network and a strange server can do to one exchange."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from requests.adapters import BaseAdapter

from provisioning.clickatell.errors import Refused, Unavailable, from_codes
from provisioning.exchange import deadline, sessions
from provisioning.exchange.transport import Question, Transport, WireCall
from tests.provisioning.provider import Log, Provider, listening, reply

pytestmark = pytest.mark.real_http

# Seconds. Drips go on for many times the total time that the client is given, and the
# test only asks that it gave up long before their end.
SOON = 0.4
DRIPS = [b"<"] * 500
AGES = len(DRIPS) * SOON / 20


def call() -> WireCall:
    return WireCall("connect", "get_list_country", "https://x/[token]", "<masked/>")


def post(
    transport: Transport,
    url: str,
    *,
    repeatable: bool = False,
    entry: WireCall | None = None,
) -> bytes:
    return transport.post(
        f"{url}/secret", "XML", b"<a/>", entry or call(), bytes, repeatable=repeatable
    )


def quick(log: Log | None = None) -> Transport:
    return Transport(log, connect_timeout=SOON, read_timeout=SOON, total=2 * SOON)


def raw(*pieces: bytes, pause: float = 0.0) -> Callable[[BaseHTTPRequestHandler], None]:
    """Write bytes to the socket as they are, and hang up."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
            time.sleep(pause)

    return behave


def in_the_way(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: reply(handler, b"<ok/>", status, **headers)


def silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(3 * SOON)


HEAD = b"HTTP/1.1 200 OK\r\n"


def test_it_posts_one_form_field_and_returns_the_body(provider: Provider) -> None:
    provider.answers_with(b"<ok/>")
    assert post(Transport(), provider.url) == b"<ok/>"
    heard = provider.heard[0]
    assert heard.path == "/secret"
    assert heard.field == ("XML", "<a/>")
    assert heard.body == b"XML=%3Ca%2F%3E"
    assert heard.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert heard.headers["Accept-Encoding"] == "identity"


def test_it_reads_chunks_and_answers_without_a_length(provider: Provider) -> None:
    chunks = b"5\r\n<abc>\r\n6\r\n</abc>\r\n0\r\n\r\n"
    provider.answers_with(
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks),
        raw(HEAD + b"\r\n<abc/>"),
    )
    assert post(Transport(), provider.url) == b"<abc></abc>"
    assert post(Transport(), provider.url) == b"<abc/>"


def test_it_keeps_no_cookies(provider: Provider) -> None:
    # Announced, or the next call may meet the end of an idle connection.
    baker = in_the_way(200, Set_Cookie="a=b; Path=/", Connection="close")
    provider.answers_with(baker, b"<ok/>")
    transport = Transport()
    post(transport, provider.url)
    post(transport, provider.url)
    assert "Cookie" not in provider.heard[1].headers


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(silent, id="no answer in time"),
        pytest.param(raw(), id="hangs up"),
        pytest.param(raw(b"SSH-2.0-OpenSSH\r\n"), id="not HTTP"),
        pytest.param(raw(HEAD + b"Content-Length: 9\r\n\r\n<o"), id="cut short"),
        pytest.param(
            raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<ab"), id="cut chunk"
        ),
        pytest.param(
            raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<ab"), id="bad chunk"
        ),
        pytest.param(raw(HEAD + b"\r\n", *DRIPS, pause=SOON / 10), id="drips its body"),
        pytest.param(raw(HEAD, *DRIPS, pause=SOON / 10), id="drips its headers"),
        pytest.param(raw(HEAD + b"\r\n<o", b"", pause=2 * SOON), id="stops half way"),
        pytest.param(raw(HEAD + b"\r\n", *[b"a" * 65536] * 40), id="never ends"),
        pytest.param(in_the_way(200, Content_Encoding="gzip"), id="compressed"),
        pytest.param(in_the_way(302, Location="/elsewhere"), id="redirects"),
        pytest.param(in_the_way(307, Location="/elsewhere"), id="redirects the post"),
        pytest.param(in_the_way(500), id="server fault"),
        pytest.param(in_the_way(404), id="not found"),
    ],
)
def test_it_turns_a_strange_answer_into_unavailable_and_maybe_done(
    provider: Provider, log: Log, behaviour: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    provider.answers_with(behaviour)
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        post(quick(log), provider.url)
    assert caught.value.maybe_done
    assert caught.value.codes == ()
    assert time.monotonic() - began < AGES
    assert len(provider.heard) == 1
    assert log.events == [("started", "pending"), ("ended", "unknown")]


def test_it_reads_nothing_after_the_end(provider: Provider) -> None:
    provider.answers_with(b"<ok/>")
    session = sessions.new({})
    with deadline.ends_at(time.monotonic()), pytest.raises(requests.ReadTimeout):
        session.post(provider.url, data={"XML": "<a/>"}, timeout=SOON)


def test_it_says_so_when_the_provider_was_never_reached(log: Log) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(Unavailable) as caught:
            post(quick(log), f"http://127.0.0.1:{port}")
    assert not caught.value.maybe_done
    assert log.calls[0].outcome == "failed"
    assert log.calls[0].http_status is None


@pytest.mark.parametrize("url", ["", "nowhere", "ftp://127.0.0.1", "http://[::1"])
def test_it_calls_an_impossible_address_unreachable(url: str) -> None:
    with pytest.raises(Unavailable) as caught:
        post(quick(), url)
    assert not caught.value.maybe_done


def test_it_keeps_the_secret_address_out_of_errors(provider: Provider) -> None:
    provider.answers_with(raw())
    with pytest.raises(Unavailable) as caught:
        post(quick(), provider.url)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "secret" not in f"{caught.value} {caught.value!r}"


def test_it_repeats_a_read_once(provider: Provider, log: Log) -> None:
    provider.answers_with(silent, b"<ok/>")
    entry = call()
    assert post(quick(log), provider.url, repeatable=True, entry=entry) == b"<ok/>"
    assert entry.attempts == 2
    assert len(log.calls) == 1


def test_it_does_not_repeat_a_read_that_was_answered(provider: Provider) -> None:
    provider.answers_with(in_the_way(500), b"<ok/>")
    with pytest.raises(Unavailable):
        post(quick(), provider.url, repeatable=True)


def test_it_does_not_begin_a_second_try_without_time(provider: Provider) -> None:
    provider.answers_with(silent, b"<ok/>")
    entry = call()
    transport = Transport(None, read_timeout=SOON, total=SOON)
    with pytest.raises(Unavailable) as caught:
        post(transport, provider.url, repeatable=True, entry=entry)
    assert caught.value.maybe_done
    assert len(provider.heard) == 1


def test_it_tells_the_recorder_before_and_after(provider: Provider, log: Log) -> None:
    provider.answers_with(b"<ok/>")
    post(Transport(log), provider.url)
    assert log.events == [("started", "pending"), ("ended", "answered")]
    (entry,) = log.calls
    assert entry.http_status == 200
    assert entry.duration_ms is not None
    assert entry.duration_ms >= 0


def test_it_touches_nothing_when_the_recorder_cannot_keep_the_call(
    provider: Provider,
) -> None:
    class Full(Log):
        def started(self, call: WireCall) -> None:
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        post(Transport(Full()), provider.url)
    assert not provider.heard


def test_it_records_a_refusal_and_an_interruption(provider: Provider, log: Log) -> None:
    def refuse(body: bytes) -> None:
        raise from_codes([("404", "Authentication failed")])

    def interrupt(body: bytes) -> None:
        raise KeyboardInterrupt

    provider.answers_with(b"<ok/>", b"<ok/>")
    transport = Transport(log)
    with pytest.raises(Refused):
        transport.post(provider.url, "XML", b"<a/>", call(), refuse)
    with pytest.raises(KeyboardInterrupt):
        transport.post(provider.url, "XML", b"<a/>", call(), interrupt)
    assert [entry.outcome for entry in log.calls] == ["refused", "unknown"]


def test_it_mounts_the_adapters_that_tests_ask_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Wall(BaseAdapter):
        def send(self, *args: object, **kwargs: object) -> requests.Response:
            raise AssertionError("no host but the sandbox")

        def close(self) -> None:
            """Nothing is open."""

    monkeypatch.setattr(Transport, "adapters", {"https://": Wall()})
    with pytest.raises(AssertionError, match="no host but the sandbox"):
        post(Transport(), "https://connect.example.org")


def test_it_ignores_the_environment(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    provider.answers_with(b"<ok/>")
    assert post(quick(), provider.url) == b"<ok/>"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody trusts, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nobody")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "nobody.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


def tls(certificate: Path) -> Callable[[ThreadingHTTPServer], str]:
    def wrap(server: ThreadingHTTPServer) -> str:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        return "https"

    return wrap


@pytest.mark.parametrize("verify", [True, False])
def test_it_refuses_a_certificate_nobody_trusts(
    certificate: Path, *, verify: bool
) -> None:
    session = sessions.new({})
    session.verify = verify
    with listening(tls(certificate)) as provider:
        with pytest.raises(Unavailable) as caught:
            post(Transport(session=session), provider.url)
        assert not provider.heard
    assert not caught.value.maybe_done


def test_it_keeps_to_the_total_time_over_tls(certificate: Path) -> None:
    session = sessions.new({})
    session.verify = str(certificate)
    drip = raw(HEAD + b"\r\n", *DRIPS, pause=SOON / 10)
    with listening(tls(certificate)) as provider:
        provider.answers_with(b"<ok/>", drip)
        assert post(Transport(session=session), provider.url) == b"<ok/>"
        with pytest.raises(Unavailable):
            post(Transport(None, total=SOON, session=session), provider.url)


def test_it_calls_a_broken_tls_conversation_maybe_done(provider: Provider) -> None:
    with pytest.raises(Unavailable) as caught:
        post(quick(), provider.url.replace("http:", "https:"))
    assert caught.value.maybe_done


KEY = "a-key-of-nobody=="
JSON_OR_ERROR = (*range(200, 300), *range(400, 600))


def ask(transport: Transport, url: str, entry: WireCall | None = None) -> bytes:
    question = Question(
        "GET", f"{url}/v1/x", headers={"Authorization": KEY}, documents=JSON_OR_ERROR
    )
    return transport.ask(question, entry or call(), bytes, repeatable=True)


def test_it_asks_without_a_body_and_with_headers_of_the_callers(
    provider: Provider,
) -> None:
    provider.answers_with(b"{}")
    assert ask(Transport(), provider.url) == b"{}"
    heard = provider.heard[0]
    assert (heard.method, heard.path, heard.body) == ("GET", "/v1/x", b"")
    assert heard.headers["Authorization"] == KEY
    assert heard.headers["Accept-Encoding"] == "identity"
    assert "Content-Type" not in heard.headers


def test_it_reads_an_error_where_the_caller_says_that_it_is_a_document(
    provider: Provider,
) -> None:
    provider.answers_with(in_the_way(503), in_the_way(302, Location="/elsewhere"))
    entry = call()
    assert ask(Transport(), provider.url, entry) == b"<ok/>"
    assert entry.http_status == 503
    with pytest.raises(Unavailable):
        ask(Transport(), provider.url)
    assert len(provider.heard) == 2


def test_it_keeps_the_key_out_of_the_log_and_of_errors(
    provider: Provider, log: Log
) -> None:
    provider.answers_with(raw())
    question = Question("POST", provider.url, KEY, {"Authorization": KEY})
    with pytest.raises(Unavailable) as caught:
        quick(log).ask(question, call(), bytes)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert KEY not in f"{caught.value!r} {question!r} {log.calls}"


def test_it_calls_a_header_that_cannot_travel_unreachable() -> None:
    question = Question("GET", "http://127.0.0.1:9", headers={"Authorization": "a\nb"})
    with pytest.raises(Unavailable) as caught:
        quick().ask(question, call(), bytes)
    assert not caught.value.maybe_done
