"""Moves between stages: one step forward, by exactly one of those who try."""

import pytest

from provisioning import stages
from provisioning.models import Stage, StageChange
from provisioning.stages import Event
from tests.make import NOW, make_account, make_practice

pytestmark = pytest.mark.django_db


def test_it_moves_one_stage_on_and_remembers_who_and_when():
    account = make_account(make_practice(), Stage.REGISTERED)
    assert stages.advance(
        account, Event.EMAIL_CONFIRMED, now=NOW, by=None, user_number="7"
    )
    assert (account.stage, account.user_number) == (Stage.EMAIL_ACTIVATED, "7")
    assert account.stage_since == NOW
    change = StageChange.objects.get()
    assert (change.before, change.after) == (Stage.REGISTERED, Stage.EMAIL_ACTIVATED)


def test_it_lets_the_second_of_two_change_nothing():
    account = make_account(make_practice(), Stage.REGISTERED)
    stages.advance(account, Event.EMAIL_CONFIRMED, now=NOW, by=None, user_number="7")
    assert not stages.advance(
        account, Event.EMAIL_CONFIRMED, now=NOW, by=None, user_number="8"
    )
    assert account.user_number == "7"
    assert StageChange.objects.count() == 1


def test_it_skips_no_stage():
    account = make_account(make_practice(), Stage.REGISTERED)
    assert not stages.advance(account, Event.MOBILE_VERIFIED, now=NOW, by=None)
    assert account.stage == Stage.REGISTERED


def test_every_event_leads_somewhere_and_every_stage_can_be_left_and_reached():
    assert set(stages.MOVES) == set(Event)
    left = {before for move in stages.MOVES.values() for before in move.before}
    reached = {move.after for move in stages.MOVES.values()}
    assert left == set(Stage)
    assert reached == set(Stage) - {Stage.DRAFT}


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("stage", Stage)
def test_it_takes_an_event_for_news_only_where_the_table_says_so(stage, event):
    fields = {"api_id": "3000001", "api_key": "a-key"}
    account = make_account(make_practice(), stage)
    moved = stages.advance(account, event, now=NOW, by=None, **fields)
    move = stages.MOVES[event]
    assert moved == (stage in move.before)
    assert account.stage == (move.after if moved else stage)
    changes = account.stage_changes.values_list("before", "after", "event")
    assert list(changes) == ([(stage, move.after, event)] if moved else [])
