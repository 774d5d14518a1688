"""Calls that need no account: the lists, the terms and the captcha."""

import ipaddress

from .. import answers, pictures
from ..countries import COUNTRIES, COUNTRY_IDS
from ..models import Captcha
from ..models.gates import new_code
from .call import Call, Refused, Rows

CAPTCHA_LENGTH = 4


def countries(call: Call) -> Rows:
    """``get_list_country``: sorted by name."""
    return [
        [("country_id", str(country_id)), ("name", name)]
        for country_id, name, _ in COUNTRIES
    ]


def prefixes(call: Call) -> Rows:
    """``get_list_country_prefix``: dialling prefixes without ``+``, by id."""
    return [
        [("country_id", str(country_id)), ("prefix", prefix)]
        for country_id, _, prefix in sorted(COUNTRIES)
    ]


def account_types(call: Call) -> Rows:
    """``get_list_account``."""
    return _rows("account_id", "account_type", answers.ACCOUNT_TYPES)


def callback_types(call: Call) -> Rows:
    """``get_list_callback``."""
    return _rows("callback_type_id", "callback_type", answers.CALLBACK_TYPES)


def connection_types(call: Call) -> Rows:
    """``get_list_connection``."""
    return _rows("connection_type_id", "connection_type", answers.CONNECTION_TYPES)


def terms(call: Call) -> Rows:
    """``get_list_terms``: by country, or by the address of the person's browser."""
    terms_format = call.question["terms_format"] or "1"
    if terms_format not in {"1", "2"}:
        raise Refused("427")
    country = call.question["country_id"] or "0"
    if country != "0" and not is_country(country):
        raise Refused("406")
    if country == "0" and not is_ip_address(call.question["client_ip_address"]):
        raise Refused("429")
    path = "/sdk/terms.txt" if terms_format == "1" else "/sdk/terms.html"
    return [[("URL_location", call.absolute(path))]]


def captcha(call: Call) -> Rows:
    """``get_captcha``: a new picture, good for one try within 15 minutes."""
    shown = Captcha.objects.create(code=new_code(CAPTCHA_LENGTH), created_at=call.now)
    picture = pictures.form_encoded(pictures.captcha_png(shown.code))
    return [[("captcha_id", shown.captcha_id), ("captcha_image", picture)]]


def is_country(text: str) -> bool:
    """Whether this is an id of ``get_list_country``."""
    return text.isdecimal() and int(text) in COUNTRY_IDS


def is_ip_address(text: str) -> bool:
    """Whether this is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _rows(id_name: str, label_name: str, table: answers.Pairs) -> Rows:
    return [[(id_name, key), (label_name, label)] for key, label in table]
