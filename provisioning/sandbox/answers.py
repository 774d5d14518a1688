"""Documents out, and the provider's tables: error codes, lists, labels.

Sources: "Connect API User Guide" (2011) with recorded answers, and "XML API
Specification V2.4.9". The answers are built the way the recorded ones look: one
line, errors with their ``Value`` directly under the root, and no XML prolog on
answers to ``authenticate_user`` and on errors of the early checks.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from lxml import etree

Pairs = Sequence[tuple[str, str]]

PROLOG = b'<?xml version="1.0"?>\n'

CONNECT_ERRORS = {
    "001": "Success",
    "002": "Source IP Address Blocked",
    "003": "Max IP auth attempts exceeded, captcha required",
    "004": "Max user auth attempts exceeded, captcha required",
    "005": "Invalid Unique URL",
    "006": "Account not active",
    "007": "Command not allowed",
    "008": "Connect API disabled",
    "009": "HTTP protocol not allowed, require HTTPS",
    "100": "Blocked Mobile Number",
    "101": "Destination not covered",
    "102": "Max SMS activation attempts exceeded",
    "103": "Not email activated",
    "104": "Not SMS activated",
    "105": "Matching account found (email address)",
    "106": "Unable to create account due to restrictions",
    "107": "Account already email activated",
    "108": "Account already SMS activated",
    "109": "Coupon Error: coupon has expired",
    "400": "Invalid or missing captcha_ID",
    "401": "Invalid or missing captcha_code",
    "402": "Captcha expired",
    "403": "Captcha already redeemed",
    "404": "Authentication failed",
    "405": "Authentication failed",
    "406": "Invalid or missing country ID",
    "407": "Invalid email_format",
    "408": "Invalid weekly update",
    "409": "Invalid accept_terms",
    "410": "Terms acceptance required",
    "411": "Invalid Test_mode",
    "412": "Invalid account_ID",
    "413": "Invalid force_create",
    "414": "Invalid or missing registration data",
    "415": "Invalid activation_redirect",
    "416": "Invalid or missing email_address",
    "417": "Invalid or missing mobile_number",
    "418": "Invalid or missing sms_activation_code",
    "419": "Invalid connection_id",
    "420": "Invalid or missing ftp_password",
    "421": "Invalid dial_prefix",
    "422": "Invalid ip_address",
    "423": "Invalid callback_URL",
    "424": "Invalid callback_type",
    "425": "Invalid callback_username",
    "426": "Invalid callback_password",
    "427": "Invalid terms_format",
    "428": "Invalid api_description",
    "429": "Invalid or missing client_ip_address",
    "430": "Unknown service request",
    "431": "Invalid or missing username",
    "432": "Invalid or missing password",
    "433": "Invalid or missing firstname",
    "434": "Invalid or missing surname",
    "435": "Invalid or missing company",
    "436": "Invalid activation redirect",
    "437": "The credit value is not valid",
    "438": "The user is not valid",
    "439": "Username is unavailable",
    "440": "Incorrect username and/or password",
    "999": "Unknown error",
}

# Recorded without a prolog: answers to the login, and errors found early.
BARE_ACTIONS = {"authenticate_user"}
BARE_ERRORS = {*(f"{code:03}" for code in range(2, 10)), "430", "999"}

MESSAGING_ERRORS = {
    "001": "Authentication failed",
    "002": "Unknown username or password",
    "003": "Session ID expired",
    "004": "Account frozen",
    "005": "Missing session ID",
    "007": "IP Lockdown violation",
    "100": "Data malformed",
    "101": "Invalid or missing parameters",
    "102": "Invalid user data header",
    "103": "Unknown API message ID",
    "104": "Unknown client message ID",
    "105": "Invalid destination address",
    "106": "Invalid source address",
    "107": "Empty message",
    "108": "Invalid or missing API ID",
    "109": "Missing message ID",
    "110": "Error with email message",
    "111": "Invalid protocol",
    "112": "Invalid message type",
    "113": "Maximum message parts exceeded",
    "114": "Cannot route message",
    "115": "Message expired",
    "116": "Invalid Unicode data",
    "120": "Invalid delivery time",
    "121": "Destination mobile number blocked",
    "122": "Destination mobile opted out",
    "123": "Invalid Sender ID",
    "128": "Number delisted",
    "130": "Maximum MT limit exceeded until",
    "201": "Invalid batch ID",
    "202": "No batch template",
    "301": "No credit left",
    "302": "Max allowed credit",
    "606": "Invalid voucher",
    "607": "Voucher expired",
    "609": "Voucher feature off",
    "901": "Internal error",
}

# One sample in the specification prints a fault with this prefix, one without;
# which codes carry it is invented.
PREFIXED_FAULTS = {"113", "116", "130", "301", "901"}

ACCOUNT_TYPES: Pairs = (
    ("1", "International"),
    ("2", "South Africa Only Account"),
    ("3", "UK Only Account"),
    ("4", "US Only Account (Enterprize)"),
    ("6", "Ireland Only Account"),
    ("7", "India Only Account"),
    ("9", "US Only Account (Small Business)"),
)

CALLBACK_TYPES: Pairs = (
    ("0", "HTTP Get"),
    ("1", "HTTP Post"),
    ("2", "XML Post"),
    ("3", "XML Get"),
    ("5", "SOAP Get"),
    ("6", "SOAP Post"),
)

CONNECTION_TYPES: Pairs = (
    ("12", "COM OBJECT API"),
    ("7", "FTP API"),
    ("2", "HTTP API"),
    ("9", "SMTP API"),
    ("14", "SOAP API"),
    ("13", "XML API"),
)

TERMS = """\
TERMS OF THE SANDBOX PROVIDER

1. Nothing here is real: no account, no number, no text, no credit, no price.
2. This document stands where the provider's terms of service would be, so that a
   person can read and accept something before an account is registered.
3. Nobody is bound by it.
"""


def connect_success(action: str, rows: Iterable[Pairs], now: datetime) -> bytes:
    """A Connect answer with one ``Value`` a row, ``<Values/>`` without any."""
    root = etree.Element("CLICKATELLSDK")
    _add(root, [("Action", action), ("Result", "Success")])
    values = etree.SubElement(root, "Values")
    for row in rows:
        _add(etree.SubElement(values, "Value"), row)
    _add(root, [("Timestamp", str(int(now.timestamp())))])
    return _document(root, prolog=action not in BARE_ACTIONS)


def connect_error(
    action: str, errors: Sequence[tuple[str, str]], value: Pairs, now: datetime
) -> bytes:
    """A Connect error: (code, description) pairs one after the other."""
    root = etree.Element("CLICKATELLSDK")
    _add(root, [("Result", "Error")])
    for code, description in errors:
        _add(root, [("Error", code), ("Description", description)])
    if value:
        _add(etree.SubElement(root, "Value"), value)
    _add(root, [("Timestamp", str(int(now.timestamp())))])
    bare = action in BARE_ACTIONS or errors[0][0] in BARE_ERRORS
    return _document(root, prolog=not bare)


def messaging_packet(replies: Iterable[tuple[str, Pairs]]) -> bytes:
    """A messaging answer: one ``<command>Resp`` per command, in the same order."""
    root = etree.Element("clickAPI")
    for command, row in replies:
        _add(etree.SubElement(root, f"{command}Resp"), row)
    return _document(root, prolog=True)


def fault(code: str, detail: str = "") -> tuple[str, str]:
    """The ``fault`` element of a refused command."""
    label = " ".join(filter(None, [MESSAGING_ERRORS[code], detail]))
    prefix = "ERR: " if code in PREFIXED_FAULTS else ""
    return ("fault", f"{prefix}{code}, {label}")


def _add(parent: etree._Element, row: Pairs) -> None:
    for name, text in row:
        etree.SubElement(parent, name).text = text


def _document(root: etree._Element, *, prolog: bool) -> bytes:
    body = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return PROLOG + body if prolog else body
