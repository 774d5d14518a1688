"""One step at a time for one account."""

from datetime import timedelta

import pytest

from tests.make import NOW, make_account, make_practice

pytestmark = pytest.mark.django_db

SOON, LATER = NOW + timedelta(minutes=2), NOW + timedelta(minutes=4)


def test_it_goes_to_the_next_when_it_is_given_back():
    account = make_account(make_practice())
    assert account.take_turn(NOW, SOON)
    assert not account.take_turn(NOW, SOON)
    account.end_turn(SOON)
    assert account.take_turn(NOW, SOON)


def test_it_goes_to_the_next_when_it_has_run_out():
    account = make_account(make_practice())
    assert account.take_turn(NOW, SOON)
    assert account.take_turn(SOON, LATER)


def test_it_is_not_ended_by_one_whose_turn_ran_out():
    account = make_account(make_practice())
    account.take_turn(NOW, SOON)
    account.take_turn(SOON, LATER)
    account.end_turn(SOON)
    assert not account.take_turn(SOON, LATER)
