"""The shop for credits."""

from datetime import timedelta

import pytest

from provisioning.sandbox import clock
from provisioning.sandbox.models import Account, Ticket

from ..customer import ask, own_page, page, post, sms_active

pytestmark = pytest.mark.django_db


def test_it_sells_a_pack_once():
    sms_active()
    path = own_page("buy_credits_url")
    assert "500 credits" in page(path)
    thanks = post(path, pack=1000).content.decode()
    assert "You may close this page" in thanks
    assert "go back to your application" in thanks
    account = Account.objects.get()
    assert account.credit == 1010
    assert account.bought_at is not None
    again = post(path, pack=1000)
    assert again.status_code == 410
    assert Account.objects.get().credit == 1010


def test_it_asks_for_a_pack():
    sms_active()
    path = own_page("buy_credits_url")
    assert "Choose a pack first" in post(path).content.decode()
    assert Account.objects.get().credit == 10


def test_it_lets_a_link_die_after_fifteen_minutes():
    sms_active()
    path = own_page("buy_credits_url")
    Ticket.objects.update(created_at=clock.now() - timedelta(minutes=15))
    assert ask("GET", path).status_code == 410


def test_it_does_not_take_the_ticket_of_another_page():
    sms_active()
    auth_id = own_page("apply_two_way_url").partition("=")[2]
    assert ask("GET", f"/central/buy_now.php?auth_id={auth_id}").status_code == 410
    assert ask("GET", "/central/buy_now.php").status_code == 410
