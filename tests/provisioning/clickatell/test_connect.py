"""The Connect API, call by call, over HTTP and on recorded documents."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pytest
import urllib3
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from provisioning.clickatell.connect import Connect
from provisioning.clickatell.errors import (
    AlreadyDone,
    NeedsCaptcha,
    NotAllowed,
    ProviderError,
    Refused,
    Unavailable,
)
from provisioning.clickatell.types import (
    AccountType,
    CallbackType,
    CaptchaAnswer,
    ConnectionRequest,
    ConnectionType,
    Country,
    CountryPrefix,
    Credentials,
    EmailState,
    MobileState,
    Registration,
)
from provisioning.exchange import sessions
from provisioning.exchange.transport import Transport
from tests.provisioning.provider import Log, Provider, recorded

from .conftest import TOKEN

pytestmark = pytest.mark.real_http

ANN = Credentials("ann@example.org", "abc123")
CAPTCHA = CaptchaAnswer("5f0c2a9be1d34786a0b1c2d3e4f50617", "HZ32")
REGISTRATION = Registration(
    user="ann@example.org",
    password="abc123",
    first_name="Ann",
    surname="Lee",
    email_address="ann@example.org",
    country_id=305,
    mobile_number="19995550100",
    company="Smith & Co",
    account_id=9,
    accept_terms=True,
    captcha=CAPTCHA,
    activation_redirect="https://app.example.org/sms/activated/",
)
CONNECTION = ConnectionRequest(
    connection_type_id=2,
    description="Appointment reminders",
    callback_url="https://app.example.org/sms/status/",
    callback_type_id=1,
    callback_username="clickatell",
    callback_password="s3cret",
)

Ask = Callable[[Connect], object]
LISTS: list[Ask] = [
    Connect.countries,
    Connect.country_prefixes,
    Connect.account_types,
    Connect.callback_types,
    Connect.connection_types,
]
LINKS: list[Ask] = [
    lambda connect: connect.buy_credits_url(ANN),
    lambda connect: connect.two_way_url(ANN),
]


def answer_of(body: str) -> bytes:
    return f"<CLICKATELLSDK>{body}</CLICKATELLSDK>".encode()


def success_of(value: str) -> bytes:
    return answer_of(f"<Result>Success</Result><Values><Value>{value}</Value></Values>")


def request_of(name: str) -> str:
    """A recorded request, without the prolog that some have."""
    return recorded(f"connect/{name}.request.xml").decode().split("?>\n")[-1]


class Canned(HTTPAdapter):
    """Answers everything with one document, without a socket."""

    def __init__(self, document: bytes) -> None:
        super().__init__()
        self.document = document

    def send(
        self, request: PreparedRequest, *args: object, **kwargs: object
    ) -> Response:
        """Answer as a socket would."""
        body = BytesIO(self.document)
        answer = urllib3.HTTPResponse(body, status=200, preload_content=False)
        return self.build_response(request, answer)


# --- What is asked, and what comes back ----------------------------------------------


@pytest.mark.parametrize(
    ("ask", "request_name", "answer", "result"),
    [
        pytest.param(
            Connect.countries,
            "get_list_country",
            "get_list_country",
            [Country(1, "Afghanistan"), Country(305, "Zimbabwe")],
            id="countries",
        ),
        pytest.param(
            lambda connect: connect.terms_url(client_ip="192.0.2.7"),
            "get_list_terms",
            "get_list_terms",
            "http://www.clickatell.com/sdk/terms.txt",
            id="terms",
        ),
        pytest.param(
            lambda connect: connect.register(REGISTRATION),
            "register",
            "register",
            None,
            id="register",
        ),
        pytest.param(
            lambda connect: connect.resend_activation(ANN, "ann.lee@example.org"),
            "resend_email_activation",
            "resend_email_activation.number",
            None,
            id="resend",
        ),
        pytest.param(
            lambda connect: connect.authenticate(ANN),
            "authenticate_user",
            "authenticate_user",
            EmailState(active=True, user_number="3401455"),
            id="authenticate",
        ),
        pytest.param(
            lambda connect: connect.authenticate(
                ANN, CaptchaAnswer("5f0c2a9be1d34786a0b1c2d3e4f50618", "K7QP")
            ),
            "authenticate_user.captcha",
            "authenticate_user.103",
            EmailState(active=False, email_address="ann.lee@example.org"),
            id="authenticate with a captcha, not active",
        ),
        pytest.param(
            lambda connect: connect.forgot_password(
                "ann@example.org",
                "ann.lee@example.org",
                CaptchaAnswer("5f0c2a9be1d34786a0b1c2d3e4f50619", "M3XA"),
            ),
            "forgot_password",
            "forgot_password",
            None,
            id="forgot",
        ),
        pytest.param(
            lambda connect: connect.mobile_state(ANN),
            "sms_activation_status",
            "sms_activation_status",
            MobileState(
                active=True, mobile_number="19995550100", user_number="3401455"
            ),
            id="mobile state",
        ),
        pytest.param(
            lambda connect: connect.mobile_state(ANN),
            "sms_activation_status",
            "sms_activation_status.104",
            MobileState(active=False, mobile_number="19995550100"),
            id="mobile state, not active",
        ),
        pytest.param(
            lambda connect: connect.send_activation_sms(ANN, "19995550101"),
            "send_activation_sms",
            "send_activation_sms",
            None,
            id="send code",
        ),
        pytest.param(
            lambda connect: connect.validate_activation_sms(ANN, "4G7K2"),
            "validate_activation_sms",
            "validate_activation_sms",
            None,
            id="validate code",
        ),
        pytest.param(
            lambda connect: connect.create_connection(ANN, CONNECTION),
            "create_connection",
            "create_connection",
            "3407892",
            id="connection",
        ),
        pytest.param(
            lambda connect: connect.buy_credits_url(ANN),
            "buy_credits_url",
            "buy_credits_url",
            "https://central.clickatell.com/central/buy_now.php"
            "?auth_id=Q7vTz1nRk4LxW8dYc2HsB6pMj3FgE9aU",
            id="buy",
        ),
        pytest.param(
            lambda connect: connect.two_way_url(ANN),
            "apply_two_way_url",
            "apply_two_way_url",
            "https://central.clickatell.com/twoway/ussb/"
            "?auth_id=b8NwK5sXq2JcR7tYh4VdL9mGz6PfA3eC",
            id="two-way",
        ),
    ],
)
def test_it_asks_and_understands_as_recorded(
    connect: Connect,
    provider: Provider,
    ask: Ask,
    request_name: str,
    answer: str,
    result: object,
) -> None:
    provider.answers_with(recorded(f"connect/{answer}.xml"))
    assert ask(connect) == result
    assert provider.document == request_of(request_name)
    assert provider.heard[0].path == f"/{TOKEN}"
    assert provider.heard[0].field[0] == "XML"


def test_it_reads_the_other_lists(connect: Connect, provider: Provider) -> None:
    provider.answers_with(
        recorded("connect/get_list_country_prefix.xml"),
        recorded("connect/get_list_account.xml"),
        recorded("connect/get_list_callback.xml"),
        recorded("connect/get_list_connection.xml"),
    )
    assert connect.country_prefixes() == [
        CountryPrefix(1, "93"),
        CountryPrefix(2, "355"),
    ]
    assert connect.account_types() == [
        AccountType(1, "International"),
        AccountType(9, "US Only Account (Small Business)"),
    ]
    assert connect.callback_types() == [
        CallbackType(0, "HTTP Get"),
        CallbackType(1, "HTTP Post"),
        CallbackType(2, "XML Post"),
    ]
    assert connect.connection_types() == [
        ConnectionType(2, "HTTP API"),
        ConnectionType(13, "XML API"),
    ]


def test_it_asks_for_the_terms_of_a_country(
    connect: Connect, provider: Provider
) -> None:
    provider.answers_with(recorded("connect/get_list_terms.xml"))
    connect.terms_url(country_id=305)
    assert "<country_id>305</country_id></clickatellsdk>" in provider.document


def test_it_decodes_the_picture_to_its_bytes(
    connect: Connect, provider: Provider
) -> None:
    provider.answers_with(recorded("connect/get_captcha.xml"))
    captcha = connect.captcha()
    assert provider.document == request_of("get_captcha")
    assert captcha.id == "5f0c2a9be1d34786a0b1c2d3e4f50617"
    assert len(captcha.image) == 94
    assert sha256(captcha.image).hexdigest() == (
        "247c0b475edf7cf3ad354486f7cc5875b9307d42a29163d2f0fee04f3e8a0356"
    )


def test_it_takes_either_success_of_a_resent_activation(
    connect: Connect, provider: Provider
) -> None:
    provider.answers_with(recorded("connect/resend_email_activation.xml"))
    connect.resend_activation(ANN, captcha=CAPTCHA)
    assert "email_address" not in provider.document
    assert "<captcha_code>HZ32</captcha_code>" in provider.document


def test_it_registers_with_everything_there_is(
    connect: Connect, provider: Provider
) -> None:
    provider.answers_with(recorded("connect/register.xml"))
    full = replace(
        REGISTRATION,
        accept_terms=False,
        force_create=True,
        activation_redirect="",
        coupon_code="SPRING",
        test_mode=True,
    )
    connect.register(full)
    assert "<accept_terms>0</accept_terms><force_create>1" in provider.document
    assert "<coupon_code>SPRING</coupon_code><test_mode>1" in provider.document
    assert "activation_redirect" not in provider.document


def test_it_sends_the_dialling_prefix_under_its_printed_name(
    connect: Connect, provider: Provider
) -> None:
    provider.answers_with(recorded("connect/create_connection.xml"))
    request = replace(
        CONNECTION, dial_prefix="1", ip_addresses=("192.0.2.7", "192.0.2.8")
    )
    connect.create_connection(ANN, request)
    assert "<Dial_prefix>1</Dial_prefix>" in provider.document
    assert "<ip_address>192.0.2.7,192.0.2.8</ip_address>" in provider.document


# --- Refusals ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind", "fields"),
    [
        ("register.431-433-410", Refused, ["user", "fname", "accept_terms"]),
        ("register.105", Refused, ["email_address"]),
        ("register.439", Refused, ["user"]),
        ("register.106", Refused, ["country_id"]),
        ("register.109", Refused, ["coupon_code"]),
        ("register.401", NeedsCaptcha, ["captcha_code"]),
        ("register.402", NeedsCaptcha, ["captcha_code"]),
        ("register.403", NeedsCaptcha, ["captcha_code"]),
        ("resend_email_activation.107", AlreadyDone, [""]),
        ("authenticate_user.103", Refused, ["email_address"]),
        ("authenticate_user.404", Refused, ["password"]),
        ("authenticate_user.004", NeedsCaptcha, ["captcha_code"]),
        ("forgot_password.405", Refused, ["email_address"]),
        ("send_activation_sms.101", Refused, ["mobile_number"]),
        ("send_activation_sms.102", Refused, ["sms_activation_code"]),
        ("sms_activation_status.104", Refused, ["sms_activation_code"]),
        ("validate_activation_sms.418", Refused, ["sms_activation_code"]),
        ("validate_activation_sms.108", AlreadyDone, [""]),
        ("create_connection.423", NotAllowed, ["callback_url"]),
        ("get_list_terms.429", NotAllowed, ["country_id"]),
        ("any.003", NeedsCaptcha, ["captcha_code"]),
        ("any.005", NotAllowed, [""]),
        ("any.430", NotAllowed, [""]),
        ("any.999", Unavailable, [""]),
    ],
)
def test_it_raises_a_refusal_with_the_inputs_to_mark(
    connect: Connect,
    provider: Provider,
    answer: str,
    kind: type[ProviderError],
    fields: list[str],
) -> None:
    provider.answers_with(recorded(f"connect/{answer}.xml"))
    with pytest.raises(ProviderError) as caught:
        connect.register(REGISTRATION)
    assert type(caught.value) is kind
    assert [problem.field for problem in caught.value.problems] == fields


def test_it_takes_103_for_a_fault_where_the_mobile_number_is_asked_for(
    connect: Connect, provider: Provider
) -> None:
    provider.answers_with(recorded("connect/authenticate_user.103.xml"))
    with pytest.raises(Refused):
        connect.mobile_state(ANN)


def test_it_takes_103_beside_another_code_for_a_fault(
    connect: Connect, provider: Provider
) -> None:
    provider.answers_with(answer_of("<Error>103</Error><Error>004</Error>"))
    with pytest.raises(NeedsCaptcha):
        connect.authenticate(ANN)


# --- Hostile and broken answers ------------------------------------------------------


@pytest.mark.parametrize("ask", LISTS)
@pytest.mark.parametrize(
    "value",
    [
        "<country_id>x</country_id><name>Y</name>",
        "<country_id>1234567890</country_id><name>Y</name>",
        "<name>Y</name>",
        f"<country_id>1</country_id><name>{'Y' * 300}</name>",
        "<country_id>1</country_id><name/>",
        "<country_id>1</country_id><name>a&#x85;b</name>",
    ],
)
def test_it_refuses_a_malformed_list(
    connect: Connect, provider: Provider, ask: Ask, value: str
) -> None:
    provider.answers_with(success_of(value))
    with pytest.raises(Unavailable):
        ask(connect)


@pytest.mark.parametrize(
    ("ask", "value"),
    [
        (
            Connect.captcha,
            "<captcha_id>a</captcha_id><captcha_image>GIF</captcha_image>",
        ),
        (
            Connect.captcha,
            "<captcha_id>../a</captcha_id><captcha_image>%89PNG%0D%0A%1A%0A</captcha_image>",
        ),
        (
            Connect.captcha,
            f"<captcha_id>a</captcha_id><captcha_image>%89PNG%0D%0A%1A%0A{'a' * 100_000}</captcha_image>",
        ),
        (lambda connect: connect.authenticate(ANN), "<Usernumber>seven</Usernumber>"),
        (lambda connect: connect.mobile_state(ANN), "<Cellphone>+1 999</Cellphone>"),
        (lambda connect: connect.create_connection(ANN, CONNECTION), ""),
    ],
)
def test_it_calls_a_success_without_its_value_maybe_done(
    connect: Connect, provider: Provider, log: Log, ask: Ask, value: str
) -> None:
    provider.answers_with(success_of(value))
    with pytest.raises(Unavailable) as caught:
        ask(connect)
    assert caught.value.maybe_done
    assert log.calls[0].outcome == "unknown"


def test_it_finds_no_value_in_an_empty_success(
    connect: Connect, provider: Provider
) -> None:
    provider.answers_with(answer_of("<Result>Success</Result><Values/>"))
    with pytest.raises(Unavailable):
        connect.authenticate(ANN)


@pytest.mark.parametrize("ask", LINKS)
@pytest.mark.parametrize(
    "link",
    [
        "http://central.clickatell.com/?auth_id=a",
        "javascript:alert(1)",
        "https:///path",
        "https://user@central.clickatell.com/",
        "https://central.clickatell.com/ a",
        "https://central.clickatell.com/é",
        f"https://central.clickatell.com/{'a' * 2048}",
        "https://[::1",
        "",
    ],
)
def test_it_follows_only_secure_links(ask: Ask, link: str) -> None:
    answer = f"<buy_url>{link}</buy_url><apply_url>{link}</apply_url>"
    session = sessions.new({"https://": Canned(success_of(answer))})
    connect = Connect("https://connect.test/", TOKEN, Transport(session=session))
    with pytest.raises(Unavailable):
        ask(connect)


@pytest.mark.parametrize("ask", LINKS)
def test_it_follows_plain_links_of_a_sandbox(
    connect: Connect, provider: Provider, ask: Ask
) -> None:
    link = "http://sandbox.test/buy?auth_id=a"
    answer = f"<buy_url>{link}</buy_url><apply_url>{link}</apply_url>"
    provider.answers_with(success_of(answer))
    assert ask(connect) == link


def test_it_takes_the_first_link_when_the_two_way_element_has_another_name(
    provider: Provider,
) -> None:
    connect = Connect(
        f"{provider.url}/", TOKEN, Transport(), "order_number", "Order_URL"
    )
    provider.answers_with(
        success_of(
            "<a>1</a><help_url>none</help_url><X_url>https://x.example/</X_url>"
        ),
        success_of(
            "<X_url>https://x.example/</X_url><order_url>https://o.example/</order_url>"
        ),
    )
    assert connect.two_way_url(ANN) == "https://x.example/"
    assert connect.two_way_url(ANN) == "https://o.example/"
    assert "<action>order_number</action>" in provider.document


# --- The wire log and repeats --------------------------------------------------------


def test_it_logs_a_call_without_its_secrets(
    connect: Connect, provider: Provider, log: Log
) -> None:
    provider.answers_with(recorded("connect/register.431-433-410.xml"))
    with pytest.raises(Refused):
        connect.register(REGISTRATION)
    (call,) = log.calls
    assert (call.api, call.action) == ("connect", "register")
    assert call.address == f"{provider.url}/[token]"
    assert call.codes == ("431", "433", "410")
    assert call.outcome == "refused"
    assert "<company>Smith &amp; Co</company>" in call.request
    assert "<password>[hidden]</password>" in call.request
    assert "Invalid or missing username" in call.response
    for secret in (TOKEN, "abc123", "HZ32"):
        assert secret not in repr(call)


def test_it_logs_a_state_as_an_answer(
    connect: Connect, provider: Provider, log: Log
) -> None:
    provider.answers_with(recorded("connect/authenticate_user.103.xml"))
    connect.authenticate(ANN)
    assert log.calls[0].outcome == "answered"
    assert log.calls[0].codes == ("103",)


@pytest.mark.parametrize(
    ("ask", "attempts"),
    [
        (Connect.countries, 2),
        (Connect.captcha, 2),
        (lambda connect: connect.authenticate(ANN), 2),
        (lambda connect: connect.authenticate(ANN, CAPTCHA), 1),
        (lambda connect: connect.mobile_state(ANN, CAPTCHA), 1),
        (lambda connect: connect.register(REGISTRATION), 1),
        (lambda connect: connect.send_activation_sms(ANN), 1),
        (lambda connect: connect.buy_credits_url(ANN), 1),
    ],
)
def test_it_repeats_reads_only_and_never_one_that_spends_a_captcha(
    log: Log, ask: Ask, attempts: int
) -> None:
    connect = Connect("http://127.0.0.1:1", TOKEN, Transport(log))
    with pytest.raises(Unavailable):
        ask(connect)
    assert log.calls[0].attempts == attempts


def test_it_keeps_secrets_out_of_its_representation() -> None:
    for secret in ("abc123", "HZ32", "s3cret"):
        assert secret not in f"{REGISTRATION!r}{CONNECTION!r}{ANN!r}"
