"""The claim of a number and its reply path."""

from datetime import timedelta

import pytest

from provisioning.sandbox import clock
from provisioning.sandbox.models import ApiConnection, Number, Ticket

from ..customer import ANN, ask, connect, own_page, page, post, sms_active

pytestmark = pytest.mark.django_db


def claim(number: str = "12025550111") -> str:
    """Ann claims a number; the path of her page."""
    sms_active()
    connect("create_connection", **ANN, connection_id=13)
    path = own_page("apply_two_way_url")
    post(path, number=number)
    return path


def reply_path(**changes: object) -> dict[str, object]:
    good = {
        "reply_url": "https://app.example.org/m/",
        "reply_type": "2",
        "reply_username": "clickatell",
        "reply_password": "s3cret",
        "connection": ApiConnection.objects.get().pk,
    }
    return {**good, **changes}


def test_it_leads_from_the_area_to_the_price():
    sms_active()
    path = own_page("apply_two_way_url")
    assert "512 – Austin, TX" in page(path)
    assert "+1 512 555 0118" in page(f"{path}&area=512")
    price = page(f"{path}&area=512&number=15125550118")
    assert "$ 25.00 a month" in price
    assert not Number.objects.exists()


def test_it_rents_the_number_and_links_the_only_connection():
    path = claim()
    number = Number.objects.get()
    assert number.digits == "12025550111"
    assert number.connection == ApiConnection.objects.get()
    assert "+1 202 555 0111" in page(path)


@pytest.mark.parametrize("number", ["12025550112", "19995550111", "", "hello"])
def test_it_rents_only_what_it_offers(number):
    sms_active()
    answer = post(own_page("apply_two_way_url"), number=number)
    assert "that number is gone" in answer.content.decode()
    assert not Number.objects.exists()


def test_it_offers_a_rented_number_to_nobody_else():
    claim()
    bob = sms_active(user="bob", email_address="bob@example.org")
    ticket = Ticket.objects.create(account=bob, page="two_way", created_at=clock.now())
    path = f"/twoway/ussb/?auth_id={ticket.auth_id}"
    assert "+1 202 555 0111" not in page(f"{path}&area=202")
    assert "that number is gone" in post(path, number="12025550111").content.decode()


def test_it_links_no_connection_that_was_deleted():
    sms_active()
    for _ in range(2):
        connect("create_connection", **ANN, connection_id=13)
    first, second = ApiConnection.objects.all()
    first.retire(clock.now())
    path = own_page("apply_two_way_url")
    post(path, number="12025550111")
    assert Number.objects.get().connection == second
    assert str(first.api_id) not in page(path)
    second.retire(clock.now())
    assert "API connection is needed first" in page(path)


def test_it_keeps_the_number_when_the_claim_is_repeated():
    path = claim()
    post(path, number="12025550118")
    assert Number.objects.get().digits == "12025550111"


def test_it_stores_the_reply_path_and_lets_it_be_corrected():
    path = claim()
    assert "is saved" in post(path, **reply_path()).content.decode()
    post(path, **reply_path(reply_url="https://app.example.org/right/"))
    number = Number.objects.get()
    assert number.reply_url == "https://app.example.org/right/"
    assert number.reply_type == 2
    assert (number.reply_username, number.reply_password) == ("clickatell", "s3cret")
    assert "https://app.example.org/right/" in page(path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reply_url": "app.example.org"}, "with http:// or https://"),
        ({"reply_url": ""}, "required"),
        ({"reply_type": "5"}, "valid choice"),
        ({"reply_username": "a b"}, "valid value"),
        ({"connection": "999"}, "valid choice"),
    ],
)
def test_it_marks_what_is_wrong_with_a_reply_path(changes, words):
    path = claim()
    html = post(path, **reply_path(**changes)).content.decode()
    assert words in html
    assert 'aria-invalid="true"' in html
    assert Number.objects.get().reply_url == ""


def test_it_wants_a_connection_first():
    sms_active()
    path = own_page("apply_two_way_url")
    post(path, number="12025550111")
    assert "API connection is needed first" in page(path)


def test_it_lets_the_page_die_after_fifteen_minutes():
    path = claim()
    Ticket.objects.update(created_at=clock.now() - timedelta(minutes=15))
    assert ask("GET", path).status_code == 410


def test_it_shows_the_number_an_account_has_instead_of_selling_a_second():
    claim()
    path = own_page("apply_two_way_url")
    assert "+1 202 555 0111" in page(f"{path}&area=512&number=15125550118")
    assert "Rent this number" not in page(f"{path}&area=512&number=15125550118")
    again = post(path, number="15125550118")
    assert again.status_code == 302
    assert "marked fields" not in page(again["Location"])
    assert Number.objects.get().digits == "12025550111"


def test_it_sends_people_back_to_the_application_at_the_end():
    path = claim()
    back = "<strong>go back to your application</strong>"
    assert f"Save the reply path, then {back}" in page(path)
    saved = post(path, **reply_path()).content.decode()
    assert f"You may close this page and {back}" in saved
    assert f"You may close this page and {back}" in page(path)
