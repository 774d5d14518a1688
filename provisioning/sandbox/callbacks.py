"""Posts receipts and inbound texts to the addresses customers registered.

Repeats follow the documented ladders: receipts after 2, 4, 8, 16, 32, 64, 128
minutes and 3 days, inbound texts after 2, 4, 8, 16 and 25 minutes, each counted
from the previous try. Any 2xx is success; everything else is tried again.
"""

import logging
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple
from urllib.parse import quote_plus

import requests
from lxml import etree

from . import network
from .models import CallbackJob
from .platform import posting

log = logging.getLogger(__name__)

# Connect and read time-outs, seconds.
TIMEOUT = (3.05, 10)

# Inbound times are written in this fixed zone, without summer time.
GMT_PLUS_2 = timezone(timedelta(hours=2))

HTTP_GET, HTTP_POST, XML_POST, XML_GET, SOAP_GET, SOAP_POST = 0, 1, 2, 3, 5, 6
GETS = {HTTP_GET, XML_GET, SOAP_GET}
# Not in the list that customers choose from: how the present-day platform posts.
JSON_POST = 100
FORM, JSON = "application/x-www-form-urlencoded", "application/json"

# One session for all callbacks; tests mount their adapters on it.
http = requests.Session()

Fields = list[tuple[str, str]]


class Address(NamedTuple):
    """Where a callback goes, in which form, and with which Basic pair."""

    url: str
    callback_type: int
    username: str
    password: str


def deliver_due(now: datetime) -> int:
    """Move texts on to where they are by now, then post what is due.

    Returns how many callbacks were tried. Each is claimed before it is posted, so
    that several threads never post the same one, and no transaction is open
    meanwhile.
    """
    network.advance(now)
    tried = 0
    for job in CallbackJob.objects.due(now):
        address = address_of(job)
        if address and job.claim(now):
            answer, delivered = _post(job, address)
            job.settle(answer, delivered=delivered)
            tried += 1
    return tried


def address_of(job: CallbackJob) -> Address | None:
    """The address as registered now; None while there is none, and it waits."""
    text = job.text
    receipt = job.kind == CallbackJob.Kind.RECEIPT
    if integration := text.integration:
        url = integration.status_url if receipt else integration.inbound_url
        return Address(url, JSON_POST, "", "") if url else None
    if receipt:
        line = text.connection
        if line is None or not line.callback_url:
            return None
        return Address(
            line.callback_url,
            line.callback_type,
            line.callback_username,
            line.callback_password,
        )
    number = getattr(text.account, "number", None)
    if number is None or not number.reply_url:
        return None
    return Address(
        number.reply_url,
        number.reply_type,
        number.reply_username,
        number.reply_password,
    )


def encoded(job: CallbackJob, callback_type: int) -> str:
    """The body, or query string, for this callback in this form."""
    if callback_type == JSON_POST:
        return posting.document(job).decode("ascii")
    if callback_type in {HTTP_GET, HTTP_POST}:
        return _as_form(job)
    document = _as_soap(job) if callback_type in {SOAP_GET, SOAP_POST} else _as_xml(job)
    return "data=" + quote_plus(document)


def fields(job: CallbackJob) -> Fields:
    """The values of a callback by their HTTP names, in the order seen on the wire."""
    text = job.text
    api_id = str(text.connection.api_id) if text.connection else ""
    if job.kind == CallbackJob.Kind.RECEIPT:
        return [
            ("api_id", api_id),
            ("apiMsgId", job.message_id),
            ("cliMsgId", text.client_id),
            ("timestamp", str(int(job.event_at.astimezone(UTC).timestamp()))),
            ("to", text.recipient),
            ("from", text.sender),
            ("status", job.status),
            ("charge", f"{text.charge:.6f}"),
        ]
    return [
        ("api_id", api_id),
        ("from", text.sender),
        ("timestamp", f"{job.event_at.astimezone(GMT_PLUS_2):%Y-%m-%d %H:%M:%S}"),
        ("text", job.part),
        ("charset", _charset(job.part)),
        ("udh", job.udh),
        ("moMsgId", job.message_id),
        ("to", text.recipient),
    ]


def _post(job: CallbackJob, address: Address) -> tuple[str, bool]:
    """One try: what came back, and whether it counts as delivered."""
    body = encoded(job, address.callback_type)
    kind = "MT" if job.kind == CallbackJob.Kind.RECEIPT else "MO"
    headers = {"User-Agent": f"Clickatell {kind} Callback"}
    auth = (address.username, address.password) if address.username else None
    try:
        if address.callback_type in GETS:
            joint = "&" if "?" in address.url else "?"
            response = http.get(
                f"{address.url}{joint}{body}",
                headers=headers,
                auth=auth,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        else:
            headers["Content-Type"] = (
                JSON if address.callback_type == JSON_POST else FORM
            )
            response = http.post(
                address.url,
                data=body.encode("ascii"),
                headers=headers,
                auth=auth,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
    except requests.RequestException as error:
        log.warning("callback %s failed: %s", job.pk, type(error).__name__)
        return type(error).__name__, False
    return str(response.status_code), 200 <= response.status_code < 300


def _charset(part: str) -> str:
    """The smallest of the charsets seen that holds the text."""
    try:
        part.encode("iso-8859-1")
    except UnicodeEncodeError:
        return "UTF-16BE"
    return "ISO-8859-1"


def _as_form(job: CallbackJob) -> str:
    """Form pairs; an inbound text is percent-encoded bytes in its own charset."""
    inbound = job.kind == CallbackJob.Kind.INBOUND
    charset = _charset(job.part) if inbound else "ascii"
    return "&".join(
        f"{name}={quote_plus(value.encode(charset if name == 'text' else 'ascii'))}"
        for name, value in fields(job)
    )


def _as_xml(job: CallbackJob) -> bytes:
    """The ``callback`` or ``clickmo`` document, everything beyond ASCII as entities.

    Receipts leave ``api_id`` out, as the samples do.
    """
    receipt = job.kind == CallbackJob.Kind.RECEIPT
    root = etree.Element("callback" if receipt else "clickmo")
    for name, value in fields(job):
        if not (receipt and name == "api_id"):
            etree.SubElement(root, name).text = value
    return b'<?xml version="1.0"?>\n' + etree.tostring(root, encoding="us-ascii")


def _as_soap(job: CallbackJob) -> bytes:
    """An envelope with lower-case names; only local names are documented."""
    space = "http://schemas.xmlsoap.org/soap/envelope/"
    envelope = etree.Element(f"{{{space}}}Envelope", nsmap={"SOAP-ENV": space})
    body = etree.SubElement(envelope, f"{{{space}}}Body")
    receipt = job.kind == CallbackJob.Kind.RECEIPT
    call = etree.SubElement(body, "mt_callback" if receipt else "mo_callback")
    for name, value in fields(job):
        etree.SubElement(call, name.lower()).text = value
    return b'<?xml version="1.0"?>\n' + etree.tostring(envelope, encoding="us-ascii")
