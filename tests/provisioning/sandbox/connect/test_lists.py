"""Calls that need no account."""

import pytest

from provisioning.sandbox.countries import COUNTRIES

from ..customer import codes, connect, recorded, value

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "action",
    [
        "get_list_country",
        "get_list_country_prefix",
        "get_list_account",
        "get_list_callback",
        "get_list_connection",
    ],
)
def test_it_serves_every_recorded_entry(action):
    served, example = connect(action), recorded(f"connect/{action}.xml")
    for entry in example.split("<Value>")[1:]:
        assert f"<Value>{entry.partition('</Value>')[0]}</Value>" in served
    assert served.startswith(example.partition("<Value>")[0])


def test_it_sorts_countries_by_name():
    names = [name for _, name, _ in COUNTRIES]
    assert len(names) == len(set(names)) > 230
    assert names == sorted(names, key=str.lower)
    assert "USA" in names


def test_it_gives_each_country_an_id_of_its_own():
    ids = {name: country_id for country_id, name, _ in COUNTRIES}
    assert len(set(ids.values())) == len(COUNTRIES)
    known = ["Afghanistan", "Albania", "Algeria", "Zimbabwe"]
    assert [ids[name] for name in known] == [1, 2, 3, 305]


def test_it_gives_territories_their_area_code():
    assert "<country_id>340</country_id><prefix>1670</prefix>" in connect(
        "get_list_country_prefix"
    )


def test_it_points_to_the_terms():
    answer = connect("get_list_terms", client_ip_address="192.0.2.7")
    assert value(answer, "URL_location") == "http://sandbox.test/sdk/terms.txt"
    answer = connect("get_list_terms", country_id=305, terms_format=2)
    assert value(answer, "URL_location") == "http://sandbox.test/sdk/terms.html"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "429"),
        ({"client_ip_address": "nowhere"}, "429"),
        ({"country_id": "0"}, "429"),
        ({"country_id": "9999"}, "406"),
        ({"country_id": "305", "terms_format": "3"}, "427"),
    ],
)
def test_it_refuses_terms_for_nobody(asked, code):
    assert codes(connect("get_list_terms", **asked)) == [code]


def test_it_hands_out_captchas():
    answer = connect("get_captcha")
    assert len(value(answer, "captcha_id")) == 32
    assert value(answer, "captcha_image").startswith("%89PNG%0D%0A%1A%0A")
