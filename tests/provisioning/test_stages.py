"""Moves between stages: one step forward, by exactly one of those who try."""

import pytest

from provisioning import stages
from provisioning.models import Stage, StageChange
from tests.make import NOW, make_account, make_practice

pytestmark = pytest.mark.django_db


def test_it_moves_one_stage_on_and_remembers_who_and_when():
    account = make_account(make_practice(), Stage.REGISTERED)
    assert stages.advance(
        account, Stage.EMAIL_ACTIVATED, now=NOW, by=None, user_number="7"
    )
    assert (account.stage, account.user_number) == (Stage.EMAIL_ACTIVATED, "7")
    assert account.stage_since == NOW
    change = StageChange.objects.get()
    assert (change.before, change.after) == (Stage.REGISTERED, Stage.EMAIL_ACTIVATED)


def test_it_lets_the_second_of_two_change_nothing():
    account = make_account(make_practice(), Stage.REGISTERED)
    stages.advance(account, Stage.EMAIL_ACTIVATED, now=NOW, by=None, user_number="7")
    assert not stages.advance(
        account, Stage.EMAIL_ACTIVATED, now=NOW, by=None, user_number="8"
    )
    assert account.user_number == "7"
    assert StageChange.objects.count() == 1


def test_it_skips_no_stage():
    account = make_account(make_practice(), Stage.REGISTERED)
    assert not stages.advance(account, Stage.PHONE_VERIFIED, now=NOW, by=None)
    assert account.stage == Stage.REGISTERED
