"""`manage.py check_health`: words, exit codes, and mails when nobody else is left."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from provisioning.models import Notice
from reminders import clock
from reminders.health import installation
from reminders.health.verdict import Tone, Verdict
from tests import make

pytestmark = pytest.mark.django_db


def said(*options):
    """What the command says, and the code it ends with."""
    out = io.StringIO()
    try:
        call_command("check_health", *options, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), ended.code
    return out.getvalue(), 0


@pytest.mark.parametrize(
    ("tone", "code"), [(Tone.OK, 0), (Tone.WARN, 1), (Tone.BAD, 2)]
)
def test_it_ends_with_the_code_of_the_worst(monkeypatch, tone, code):
    parts = [Verdict("a", "Disk", tone, "Full.", todo="Make room."), OK]
    monkeypatch.setattr(installation, "verdicts", lambda now: parts)
    assert said() == (f"{tone:5}Disk: Full. Make room.\nok   Clock: It ticks.\n", code)


OK = Verdict("b", "Clock", Tone.OK, "It ticks.")


def test_it_can_keep_silent_about_what_is_well(monkeypatch):
    monkeypatch.setattr(installation, "verdicts", lambda now: [OK])
    assert said("--quiet") == ("", 0)


def test_it_tells_an_engine_that_was_never_started():
    words, code = said()
    assert code == 2
    assert "bad  Clock: No word of the clock has ever arrived." in words


def test_it_tells_that_the_database_does_not_answer(monkeypatch):
    def gone(now):
        raise DatabaseError

    monkeypatch.setattr(installation, "verdicts", gone)
    with pytest.raises(CommandError) as refused:
        call_command("check_health")
    assert refused.value.returncode == 2


def test_it_mails_owners_whose_texts_stand_still_once_and_only_when_asked():
    practice, now = make.make_ready_practice(), clock.now()
    make.make_member(practice)
    make.make_member(make.make_ready_practice())
    make.make_message(make.make_phone(practice), now=now - timedelta(minutes=10))
    said()
    assert not Notice.objects.exists()
    said("--mail")
    said("--mail")
    (letter,) = mail.outbox
    assert "texts stand still" in letter.subject
