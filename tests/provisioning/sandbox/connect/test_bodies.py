"""Bodies as real clients send them, byte by byte (dossier of the guide, 1.1)."""

from urllib.parse import quote

import pytest

from provisioning.sandbox.models import Account, Mail

from ..customer import (
    ANN,
    TOKEN,
    ask,
    captcha,
    codes,
    email_active,
    recorded,
    registered,
    timeless,
)

pytestmark = pytest.mark.django_db

LOGGED_IN = recorded("connect/authenticate_user.xml")


def answer(body: bytes, query: str = "", method: str = "POST") -> str:
    response = ask(method, f"/connect/{TOKEN}{query}", body)
    assert response.status_code == 200
    return timeless(response.content)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            b"XML=%3C%3Fxml+version%3D%221.0%22%3F%3E%0A%3Cclickatellsdk%3E%3Caction%3E"
            b"authenticate_user%3C%2Faction%3E%3Cuser%3Eann%40example.org%3C%2Fuser%3E"
            b"%3Cpassword%3Eabc123%3C%2Fpassword%3E%3C%2Fclickatellsdk%3E%0A",
            id="a: form-encoded",
        ),
        pytest.param(
            b"XML=%3cclickatellsdk%3e%3caction%3eauthenticate_user%3c/action%3e"
            b"%3cuser%3eann@example.org%3c/user%3e%3cpassword%3eabc123%3c/password%3e"
            b"%3c/clickatellsdk%3e",
            id="a: lower-case hex, only what must be is encoded",
        ),
        pytest.param(
            b"XML=<clickatellsdk><action>authenticate_user</action>"
            b"<user>ann@example.org</user><password>abc123</password></clickatellsdk>",
            id="b: not encoded",
        ),
        pytest.param(
            b'XML=<?xml version="1.0"?>\n<clickatellsdk><user>ann@example.org</user>'
            b"<password>abc123</password><company>A &amp; B</company>"
            b"<Action>authenticate_user</Action></clickatellsdk>\n",
            id="b: not encoded, with an ampersand, prolog and newlines",
        ),
        pytest.param(
            b"XML=%3C%3Fxml+version%3D%221.0%22+encoding%3D%22UTF-8%22%3F%3E"
            b"%3Cclickatellsdk%3E%3Caction%3Eauthenticate_user%3C%2Faction%3E"
            b"%3Cuser%3Eann%40example.org%3C%2Fuser%3E%3Cpassword%3Eabc123"
            b"%3C%2Fpassword%3E%3Cfname%3EJos%E9%3C%2Ffname%3E%3C%2Fclickatellsdk%3E",
            id="c: ISO-8859-1 under a prolog that says UTF-8",
        ),
        pytest.param(
            b"XML=%0A%3C%3Fxml+version%3D%221.0%22%3F%3E%0D%0A%3Cclickatellsdk%3E%0A"
            b"++%3Caction%3E+authenticate_user+%3C%2Faction%3E%0A"
            b"++%3Cuser%3Eann%40example.org%3C%2Fuser%3E%0A"
            b"++%3Cpassword%3Eabc123%3C%2Fpassword%3E%0A%3C%2Fclickatellsdk%3E%0A%0A",
            id="d: prolog, newlines before and after, indentation",
        ),
        pytest.param(
            b"XML=%3Cclickatellsdk%3E%3Caction%3Eauthenticate_user%3C%2Faction%3E"
            b"%3Cuser%3Eann%40example.org%3C%2Fuser%3E%3Cpassword%3Eabc123"
            b"%3C%2Fpassword%3E%3Cconnection_id%3E2%3C%2Fconnection_id%3E%3Cx%3E"
            b"%3Cuser%3Eeve%3C%2Fuser%3E%3C%2Fx%3E++%3C%2Fclickatellsdk%3E",
            id="e: strangers, and spaces before the end",
        ),
        pytest.param(
            b"XML=%3CCLICKATELLSDK%3E%3CUser%3Eann%40example.org%3C%2FUser%3E"
            b"%3CPASSWORD%3Eabc123%3C%2FPASSWORD%3E%3CAction%3Eauthenticate_user"
            b"%3C%2FAction%3E%3C%2FCLICKATELLSDK%3E",
            id="f: Action last, any letter case",
        ),
        pytest.param(
            b"submit=Send&XML=%3Cclickatellsdk%3E%3Caction%3Eauthenticate_user"
            b"%3C%2Faction%3E%3Cuser%3Eann%40example.org%3C%2Fuser%3E%3Cpassword%3E"
            b"abc123%3C%2Fpassword%3E%3C%2Fclickatellsdk%3E&token=x",
            id="the test console's form, with other fields around",
        ),
    ],
)
def test_it_reads_every_body_that_was_seen(body):
    email_active()
    assert answer(body) == LOGGED_IN


@pytest.mark.parametrize(
    "document",
    [
        "%3Cclickatellsdk%3E%3Caction%3Eget_list_account%3C/action%3E%3C/clickatellsdk%3E",
        "<clickatellsdk><action>get_list_account</action></clickatellsdk>",
    ],
)
def test_it_reads_the_document_from_a_query(document):
    assert "Small Business" in answer(b"", f"?XML={document}", "GET")


def registration(fname: str, company: str) -> str:
    """Ann's registration as one line, not encoded."""
    shown = captcha()
    return (
        "<clickatellsdk><action>register</action><user>ann@example.org</user>"
        f"<fname>{fname}</fname><sname>Lee</sname><password>abc123</password>"
        f"<email_address>ann@example.org</email_address><company>{company}</company>"
        "<country_id>305</country_id><mobile_number>19995550100</mobile_number>"
        "<accept_terms>1</accept_terms>"
        f"<captcha_id>{shown['captcha_id']}</captcha_id>"
        f"<captcha_code>{shown['captcha_code']}</captcha_code></clickatellsdk>"
    )


@pytest.mark.parametrize(
    ("charset", "fname"), [("utf-8", "Žofia José"), ("iso-8859-1", "José")]
)
def test_it_keeps_names_in_either_encoding(charset, fname):
    document = registration(fname, "Smith &amp; Co + 1")
    body = b"XML=" + quote(document.encode(charset)).encode()
    assert answer(body) == recorded("connect/register.xml")
    account = Account.objects.get()
    assert (account.fname, account.company) == (fname, "Smith & Co + 1")


def test_it_keeps_names_in_a_query_that_is_not_encoded():
    document = registration("José", "Praxis")
    assert answer(b"", f"?XML={document}", "GET") == recorded("connect/register.xml")
    assert Account.objects.get().fname == "José"


def test_it_keeps_the_signs_of_a_body_that_was_not_encoded_at_all():
    body = registration("José", "Smith &amp; Co + 10%").encode()
    assert answer(b"XML=" + body) == recorded("connect/register.xml")
    account = Account.objects.get()
    assert (account.fname, account.company) == ("José", "Smith & Co + 10%")


def test_it_takes_a_plus_for_a_space_where_a_form_parser_would():
    body = registration("Ann", "A+B").encode()
    assert codes(answer(b"XML=" + body)) == []
    assert Account.objects.get().company == "A B"


@pytest.mark.parametrize("name", ["user", "username", "USERNAME"])
def test_it_takes_either_name_of_the_user_for_a_forgotten_password(name):
    registered()
    shown = captcha()
    document = (
        f"<clickatellsdk><action>forgot_password</action>"
        f"<{name}>ann@example.org</{name}>"
        "<email_address>ann@example.org</email_address>"
        f"<captcha_id>{shown['captcha_id']}</captcha_id>"
        f"<captcha_code>{shown['captcha_code']}</captcha_code></clickatellsdk>"
    )
    assert answer(b"XML=" + document.encode()) == recorded(
        "connect/forgot_password.xml"
    )
    assert Mail.objects.latest("pk").subject == "Your new password"


def test_it_takes_username_nowhere_else():
    email_active()
    document = (
        "<clickatellsdk><action>authenticate_user</action>"
        f"<username>{ANN['user']}</username><password>abc123</password></clickatellsdk>"
    )
    assert codes(answer(b"XML=" + document.encode())) == ["431"]


def test_it_does_not_know_the_misprinted_name_of_the_sms_status():
    email_active()
    document = (
        "<clickatellsdk><action>send_activation_status</action>"
        f"<user>{ANN['user']}</user><password>abc123</password></clickatellsdk>"
    )
    assert answer(b"XML=" + document.encode()) == recorded("connect/any.430.xml")
