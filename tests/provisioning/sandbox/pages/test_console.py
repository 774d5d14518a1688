"""The customer's console: what it shows, and what can be changed there."""

from datetime import timedelta

import pytest

from provisioning.sandbox import callbacks, clock, network
from provisioning.sandbox.models import (
    Account,
    ApiConnection,
    MessagingSession,
    Number,
    SourceAddress,
    Stop,
    Ticket,
)

from .. import customer
from ..customer import ANN, ask, codes, connect, email_active, page, post, ready

pytestmark = pytest.mark.django_db


def signed_in(**changes: str) -> str:
    """The path of the overview, after signing in as Ann."""
    response = post("/central/", **{**ANN, **changes})
    assert response.status_code == 303, response.content
    path: str = response["Location"]
    return path


def test_it_is_linked_from_the_start():
    assert 'href="/central/"' in page("/")


def test_it_asks_for_user_name_and_password():
    html = page("/central/")
    assert 'autocomplete="username"' in html
    assert 'autocomplete="current-password"' in html


@pytest.mark.parametrize(
    "changes", [{"password": "wrong1"}, {"user": "nobody"}, {"password": ""}]
)
def test_it_says_that_a_pair_is_wrong_and_counts_nothing(changes):
    email_active()
    for _ in range(12):
        response = post("/central/", **{**ANN, **changes})
        assert response.status_code == 200
        assert "User name and password do not match." in response.content.decode()
    assert Account.objects.get().auth_failures == 0
    assert not SourceAddress.objects.filter(auth_failures__gt=0).exists()
    assert codes(connect("authenticate_user", **ANN)) == []


def test_it_lets_nobody_into_an_account_that_is_not_active():
    email_active()
    Account.objects.update(is_active=False)
    assert "not active" in post("/central/", **ANN).content.decode()
    assert not Ticket.objects.exists()


def test_it_shows_what_the_account_holds():
    ready(api_description="Appointment reminders", connection_id=2)
    html = page(signed_in(user="ANN@example.org"))
    for shown in [
        "3401455",
        "US Only Account (Small Business)",
        "SMS-ACTIVE",
        "ann@example.org",
        "+1 999 555 0100",
        "510.0 credits",
        "3407892",
        "HTTP API",
        "Appointment reminders",
        "http://app.test/s/",
        "+1 202 555 0111",
        "http://app.test/m/",
    ]:
        assert shown in html
    assert ANN["password"] not in html


def test_it_shows_an_account_that_has_just_begun():
    customer.registered()
    html = page(signed_in())
    assert html.count("not activated") == 2
    assert "Your application makes one" in html
    assert "You rent no number" in html


def test_it_signs_out_after_fifteen_minutes():
    email_active()
    path = signed_in()
    Ticket.objects.update(created_at=clock.now() - timedelta(minutes=15))
    response = ask("GET", path)
    assert response.status_code == 410
    assert "Sign in again" in response.content.decode()
    assert post(path, do="password").status_code == 410
    assert ask("GET", "/central/overview").status_code == 410


def test_it_does_not_take_the_ticket_of_another_page():
    ready()
    auth_id = customer.own_page("buy_credits_url").partition("=")[2]
    assert ask("GET", f"/central/overview?auth_id={auth_id}").status_code == 410


def test_it_corrects_the_reply_path():
    ready()
    path = signed_in()
    wanted = {
        "do": "reply_path",
        "reply_url": "https://app.example.org/right/",
        "reply_type": "2",
        "connection": ApiConnection.objects.get().pk,
    }
    response = post(path, **wanted)
    assert response.status_code == 303
    assert "The reply path is saved." in page(response["Location"])
    assert Number.objects.get().reply_url == "https://app.example.org/right/"
    wrong = post(path, **{**wanted, "reply_url": "nowhere"}).content.decode()
    assert "Nothing was changed." in wrong
    assert 'aria-invalid="true"' in wrong
    assert Number.objects.get().reply_url == "https://app.example.org/right/"


def test_it_gives_the_number_back_once_the_box_is_ticked():
    ready()
    path = signed_in()
    assert "Tick the box first." in post(path, do="give_back").content.decode()
    assert Number.objects.exists()
    response = post(path, do="give_back", sure="on")
    assert "The number is given back." in page(response["Location"])
    assert not Number.objects.exists()
    assert (
        "You rent no number" in post(path, do="give_back", sure="on").content.decode()
    )
    claim = customer.own_page("apply_two_way_url")
    post(claim, number="12025550111")
    assert Number.objects.get().digits == "12025550111"


def test_it_leaves_the_number_of_others_alone():
    ready()
    email_active(user="bob", email_address="bob@example.org")
    post(signed_in(user="bob"), do="give_back", sure="on")
    assert Number.objects.exists()


def test_it_forgets_who_stopped_a_number_that_is_given_back(receiver):
    ready()
    network.answer(customer.PHONE, "12025550111", "STOP", clock.now())
    post(signed_in(), do="give_back", sure="on")
    assert not Stop.objects.exists()
    assert customer.fault(customer.send()).startswith("106")
    network.answer(customer.PHONE, "12025550111", "Hello?", clock.now())
    assert callbacks.deliver_due(clock.now() + timedelta(hours=7)) == 0
    assert receiver.got == []


def test_it_deletes_a_connection_once_the_box_is_ticked(receiver):
    number = ready()
    customer.packet(customer.command("auth"))
    text = customer.sent(callback=7)
    path = signed_in()
    wanted = {"do": "delete", "connection": number.connection_id}
    assert "Tick the box first." in post(path, **wanted).content.decode()
    assert ApiConnection.objects.live().exists()
    response = post(path, **wanted, sure="on")
    html = page(response["Location"])
    assert "The API connection is deleted." in html
    assert "3407892" not in html
    assert customer.fault(customer.send()).startswith("108")
    assert not MessagingSession.objects.exists()
    number.refresh_from_db()
    assert number.connection is None
    assert callbacks.deliver_due(clock.now() + timedelta(seconds=2)) == 0
    assert receiver.got == []
    text.refresh_from_db()
    assert text.status == "004"


def test_it_never_gives_an_api_id_twice():
    connection = ready().connection
    assert connection
    assert connection.retire(clock.now())
    assert not connection.retire(clock.now())
    answer = connect("create_connection", **ANN, connection_id=2)
    assert customer.value(answer, "api_id") == "3407893"


@pytest.mark.parametrize("wanted", ["other", "", "hello", "0"])
def test_it_deletes_only_a_connection_of_ones_own(wanted):
    number = ready()
    bob = {"user": "bob", "password": "abc123"}
    email_active(**bob, email_address="bob@example.org")
    connect("create_connection", **bob, connection_id=2)
    chosen = number.connection_id if wanted == "other" else wanted
    form = {"do": "delete", "connection": chosen, "sure": "on"}
    html = post(signed_in(**bob), **form).content.decode()
    assert "Nothing was changed." in html
    assert 'id="delete_connection_error"' in html
    assert ApiConnection.objects.live().count() == 2


def test_it_changes_nothing_by_looking():
    number = ready()
    path = signed_in()
    page(f"{path}&do=delete&connection={number.connection_id}&sure=on")
    page(f"{path}&do=give_back&sure=on")
    assert ApiConnection.objects.live().exists()
    assert Number.objects.exists()


def test_it_changes_the_password_everywhere_at_once():
    ready()
    auth = customer.packet(customer.command("auth"))
    session = customer.value(auth, "session_id")
    ping = customer.element("ping", session_id=session)
    assert "<ok" in customer.packet(ping)
    response = post(
        signed_in(), do="password", old_password="abc123", new_password="def456"
    )
    assert "The password is changed." in page(response["Location"])
    assert codes(connect("authenticate_user", **ANN)) == ["404"]
    assert customer.fault(customer.send()).startswith("001")
    assert customer.fault(customer.packet(ping)).startswith("003")
    assert not MessagingSession.objects.exists()
    assert post("/central/", **ANN).status_code == 200
    new = {**ANN, "password": "def456"}
    assert codes(connect("authenticate_user", **new)) == []
    assert signed_in(**new)


@pytest.mark.parametrize(
    "changes",
    [
        {"old_password": "wrong1"},
        {"new_password": "abc12"},
        {"new_password": "abc 123"},
        {"new_password": "a" * 33},
        {"new_password": "abc-123"},
    ],
)
def test_it_refuses_a_password_that_does_not_fit(changes):
    email_active()
    good = {"do": "password", "old_password": "abc123", "new_password": "def456"}
    response = post(signed_in(), **{**good, **changes})
    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.content.decode()
    assert Account.objects.get().password == "abc123"
