"""What a customer of the provider does, as plain functions over the wire.

The requests go straight to the view, without any middleware: that is how the sandbox
must work inside another project.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode
from xml.sax.saxutils import escape

import requests
from django.test import RequestFactory
from django.urls import resolve
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from provisioning.sandbox.models import (
    Account,
    ApiConnection,
    Captcha,
    Mail,
    Number,
    Text,
)

TOKEN = "0123456789abcdef0123456789abcdef"
RECORDED = Path(__file__).parents[2] / "recorded"
FORM = "application/x-www-form-urlencoded"

ANN = {"user": "ann@example.org", "password": "abc123"}
REGISTRATION = {
    **ANN,
    "fname": "Ann",
    "sname": "Lee",
    "email_address": "ann@example.org",
    "company": "Smith & Co",
    "country_id": "305",
    "mobile_number": "19995550100",
    "account_id": "9",
    "accept_terms": "1",
}
PHONE = "12025550100"


def ask(
    method: str, path: str, body: str | bytes = b"", content_type: str = FORM
) -> Any:
    """One request to the sandbox, from the address 127.0.0.1."""
    request = RequestFactory().generic(
        method,
        path,
        body.encode() if isinstance(body, str) else body,
        content_type,
        SERVER_NAME="sandbox.test",
    )
    view, args, kwargs = resolve(request.path_info)
    return view(request, *args, **kwargs)


def post(path: str, **fields: object) -> Any:
    """A form sent from a page."""
    return ask("POST", path, urlencode(fields))


def page(path: str) -> str:
    """A page's HTML."""
    response = ask("GET", path)
    assert response.status_code == 200, response
    html: str = response.content.decode()
    return html


def element(name: str, **values: object) -> str:
    """An XML element with one child a value, in the given order."""
    children = "".join(
        f"<{key}>{escape(str(text))}</{key}>" for key, text in values.items()
    )
    return f"<{name}>{children}</{name}>"


# --- Connect -------------------------------------------------------------------------


def connect(action: str, token: str = TOKEN, **values: object) -> str:
    """The answer to one Connect call, with its time replaced by T0."""
    document = element("clickatellsdk", action=action, **values)
    response = ask("POST", f"/connect/{token}", urlencode({"XML": document}))
    assert response.status_code == 200
    return timeless(response.content)


def timeless(answer: bytes) -> str:
    """The answer without its time stamp."""
    return re.sub(r"(?<=<Timestamp>)\d+", "T0", answer.decode())


def codes(answer: str) -> list[str]:
    """The error codes of an answer; empty after success."""
    return re.findall(r"<Error>(.*?)</Error>", answer)


def value(answer: str, name: str) -> str:
    """The text of one element."""
    found = re.search(f"<{name}>(.*?)</{name}>", answer)
    assert found, answer
    return found[1].replace("&amp;", "&")


def captcha() -> dict[str, str]:
    """A fresh captcha, read off the switchboard and typed in."""
    captcha_id = value(connect("get_captcha"), "captcha_id")
    code = Captcha.objects.get(captcha_id=captcha_id).code
    return {"captcha_id": captcha_id, "captcha_code": code}


def register(**changes: str) -> str:
    """Ann registers, with a fresh captcha."""
    return connect("register", **{**REGISTRATION, **captcha(), **changes})


def registered(**changes: str) -> Account:
    """An account whose mail has not been opened yet."""
    assert codes(register(**changes)) == []
    return Account.objects.get(user=changes.get("user", ANN["user"]))


def email_active(**changes: str) -> Account:
    """An account whose link was opened."""
    account = registered(**changes)
    mail = Mail.objects.filter(account=account).latest("pk")
    ask("GET", mail.link.removeprefix("http://sandbox.test"))
    account.refresh_from_db()
    return account


def sms_active(**changes: str) -> Account:
    """An account with both activations."""
    account = email_active(**changes)
    login = {"user": account.user, "password": account.password}
    connect("send_activation_sms", **login)
    account.refresh_from_db()
    answer = connect(
        "validate_activation_sms", **login, sms_activation_code=account.sms_code
    )
    assert codes(answer) == []
    account.refresh_from_db()
    return account


def own_page(action: str) -> str:
    """The path of the page behind one of Ann's links."""
    name = "buy_url" if action == "buy_credits_url" else "apply_url"
    link = value(connect(action, **ANN), name)
    return link.removeprefix("http://sandbox.test")


def ready(**connection: str | int) -> Number:
    """Ann's account with a connection, a number with its reply path, and credits."""
    sms_active()
    wanted: dict[str, str | int] = {
        **ANN,
        "connection_id": 13,
        "callback_url": "http://app.test/s/",
        "callback_type_id": 1,
    }
    assert codes(connect("create_connection", TOKEN, **{**wanted, **connection})) == []
    post(own_page("buy_credits_url"), pack=500)
    two_way = own_page("apply_two_way_url")
    post(two_way, number="12025550111")
    number = Number.objects.get()
    post(
        two_way,
        reply_url="http://app.test/m/",
        reply_type="1",
        connection=ApiConnection.objects.get().pk,
    )
    number.refresh_from_db()
    return number


# --- Messaging -----------------------------------------------------------------------


def packet(*commands: str) -> str:
    """The answer to one messaging packet."""
    document = f"<clickAPI>{''.join(commands)}</clickAPI>"
    response = ask("POST", "/xml/xml", urlencode({"data": document}))
    assert response.status_code == 200
    answer: str = response.content.decode()
    return answer


def command(name: str, **values: object) -> str:
    """One command with Ann's credentials."""
    return element(name, **{"api_id": 3407892, **ANN, **values})


def send(**changes: object) -> str:
    """Ann sends one text from her number."""
    wanted: dict[str, object] = {
        "to": PHONE,
        "from": "12025550111",
        "mo": 1,
        "callback": 7,
        "concat": 3,
        "text": "Visit 10:30",
    }
    return packet(command("sendMsg", **{**wanted, **changes}))


def sent(**changes: object) -> Text:
    """A text that was accepted."""
    answer = send(**changes)
    return Text.objects.get(message_id=value(answer, "apiMsgId"))


def fault(answer: str) -> str:
    """The fault of an answer, code and label; empty without one."""
    found = re.search("<fault>(.*?)</fault>", answer)
    return found[1] if found else ""


# --- Callbacks -----------------------------------------------------------------------


@dataclass
class Received:
    """A callback as it arrived."""

    method: str
    path: str
    query: str
    body: str
    headers: dict[str, str]

    @property
    def fields(self) -> dict[str, str]:
        """The form or query fields, read as bytes in ISO-8859-1."""
        pairs = parse_qsl(
            self.body or self.query, keep_blank_values=True, encoding="iso-8859-1"
        )
        return dict(pairs)


@dataclass
class Receiver(BaseAdapter):
    """The customer's web site; ``status`` is what it answers, None is a dead line."""

    status: int | None = 200
    got: list[Received] = field(default_factory=list)

    def send(
        self, request: PreparedRequest, *args: object, **kwargs: object
    ) -> Response:
        """Note the request and answer."""
        path, _, query = request.path_url.partition("?")
        body = request.body or b""
        text = body if isinstance(body, str) else bytes(body).decode("ascii")
        headers = {key: str(text) for key, text in request.headers.items()}
        self.got.append(Received(str(request.method), path, query, text, headers))
        if self.status is None:
            raise requests.ConnectionError("no route")
        response = Response()
        response.status_code = self.status
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is held open."""

    def statuses(self) -> list[str]:
        """The message statuses that arrived, in order."""
        return [callback.fields["status"] for callback in self.got]


def recorded(name: str) -> str:
    """A recorded document, with its time replaced by T0."""
    return timeless((RECORDED / name).read_bytes().strip())
