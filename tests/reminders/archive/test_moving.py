"""What moves out of the tables, what stays, and in which order it happens."""

import json
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from provisioning.models import BalanceReading
from reminders import archive
from reminders.archive import files
from reminders.models import (
    AppointmentEvent,
    ConsentEvent,
    Message,
    Phone,
    Receipt,
    Reminder,
)
from tests import make

pytestmark = pytest.mark.django_db

LONG_AGO = make.NOW - timedelta(days=1000)
RECENTLY = make.NOW - timedelta(days=30)
SENT = Message.State.SENT


@pytest.fixture
def phone():
    return make.make_phone(make.make_ready_practice())


def move(**sizes):
    return archive.move(make.NOW, lambda: True, **sizes)


def archived(folder, name):
    """Rows of one table in the archive, all practices and months."""
    paths = sorted(folder.rglob(f"{name}-*{files.ENDING}"))
    return [json.loads(row) for path in paths for row in files.read(path).rows]


def make_receipt(text, at):
    return Receipt.objects.create(
        practice=text.practice,
        message=text,
        provider_id=f"p{text.pk}",
        status="004",
        status_at=at,
        received_at=at,
    )


def test_it_moves_a_text_that_is_past_its_time(phone, folder):
    old = make.make_message(phone, "Long ago.", state=SENT, now=LONG_AGO)
    recent = make.make_message(phone, state=SENT, now=RECENTLY)
    assert move() == 1
    assert list(Message.objects.all()) == [recent]
    (row,) = archived(folder, "texts")
    assert row["pk"] == old.pk
    assert row["fields"]["body"] == "Long ago."


def test_it_keeps_a_folder_for_each_practice_and_a_file_for_each_month(phone, folder):
    other = make.make_phone(make.make_ready_practice())
    for each in (phone, other):
        make.make_message(each, state=SENT, now=LONG_AGO)
        make.make_message(each, state=SENT, now=LONG_AGO - timedelta(days=31))
    move()
    paths = sorted(folder.rglob(f"*{files.ENDING}"))
    assert [str(path.relative_to(folder)) for path in paths] == [
        f"{each.practice_id}/texts-{month}{files.ENDING}"
        for each in (phone, other)
        for month in ("2023-05", "2023-06")
    ]


@pytest.mark.parametrize("state", ["queued", "sending", "unknown"])
def test_it_leaves_texts_that_are_under_way(phone, state):
    make.make_message(phone, state=Message.State(state), now=LONG_AGO)
    assert move() == 0


def test_it_leaves_texts_that_nobody_has_dealt_with(phone):
    make.make_inbound(phone, "help me", now=LONG_AGO, needs_staff=True)
    assert move() == 0


def test_it_leaves_consent_and_what_the_phone_knows(phone):
    ConsentEvent.objects.create(
        phone=phone,
        kind=ConsentEvent.Kind.OPTED_OUT,
        source=ConsentEvent.Source.TEXT,
        wording="STOP",
        at=LONG_AGO,
    )
    Phone.objects.filter(pk=phone.pk).update(opted_out_at=LONG_AGO)
    make.make_message(phone, state=SENT, now=LONG_AGO)
    move()
    assert ConsentEvent.objects.get().wording == "STOP"
    assert Phone.objects.get().opted_out_at == LONG_AGO


def test_it_moves_receipts_sooner_than_their_text(phone, folder):
    at = make.NOW - timedelta(days=400)
    text = make.make_message(phone, state=SENT, now=at)
    make_receipt(text, at)
    assert move() == 1
    assert Message.objects.filter(pk=text.pk).exists()
    (row,) = archived(folder, "receipts")
    assert row["fields"]["message"] == text.pk


def test_it_keeps_a_text_as_long_as_something_hangs_on_it(phone):
    text = make.make_message(phone, state=SENT, now=LONG_AGO)
    make_receipt(text, RECENTLY)
    assert move() == 0


def test_it_moves_a_reminder_and_its_text_in_one_go_and_leaves_the_visit(phone, folder):
    visit = make.make_appointment(
        make.make_patient(phone.practice, phone=phone), starts_at=LONG_AGO
    )
    text = make.make_message(phone, state=SENT, now=LONG_AGO)
    make.make_reminder(visit, state=Reminder.State.QUEUED, message=text)
    AppointmentEvent.objects.create(
        appointment=visit, kind="booked", source="staff", at=LONG_AGO
    )
    assert move() == 3
    visit.refresh_from_db()
    assert not Reminder.objects.exists()
    for name in ("reminders", "texts", "appointment-events"):
        assert len(archived(folder, name)) == 1


def test_it_leaves_reminders_that_are_planned(phone):
    visit = make.make_appointment(
        make.make_patient(phone.practice, phone=phone), starts_at=LONG_AGO
    )
    make.make_reminder(visit, state=Reminder.State.PLANNED)
    move()
    assert Reminder.objects.exists()


def test_it_moves_balances(phone, folder):
    account = phone.practice.account
    BalanceReading.objects.create(account=account, balance=10, at=LONG_AGO)
    move()
    assert not BalanceReading.objects.exists()
    assert len(archived(folder, "balances")) == 1


def test_it_passes_by_what_stays_and_moves_what_comes_after(phone):
    for _text in range(3):
        make.make_message(phone, now=LONG_AGO)  # under way
    make.make_message(phone, state=SENT, now=LONG_AGO)
    assert move(look=2) == 1


def test_it_stops_when_its_turn_is_over(phone):
    for _text in range(4):
        make.make_message(phone, state=SENT, now=LONG_AGO)
    # Once for each of the three tables before, once for the texts, once for a batch.
    turns = iter([True] * 5)
    assert archive.move(make.NOW, lambda: next(turns, False), batch=2) == 2


def test_it_keeps_everything_where_the_period_is_nought(phone, settings):
    settings.KEEP = type(settings.KEEP)(settings.KEEP.folder, 0, 0, 0)
    make.make_message(phone, state=SENT, now=LONG_AGO)
    assert move() == 0


def test_it_deletes_nothing_that_it_could_not_write(phone, folder):
    make.make_message(phone, state=SENT, now=LONG_AGO)
    folder.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="irectory"):
        move()
    assert Message.objects.exists()


def test_the_phone_knows_up_to_when_its_texts_are_archived(phone):
    make.make_message(phone, state=SENT, now=LONG_AGO)
    make.make_message(phone, state=SENT, now=LONG_AGO - timedelta(days=9))
    move(batch=1)
    phone.refresh_from_db()
    assert phone.archived_until == LONG_AGO


def test_the_command_prints_what_loaddata_takes(phone, folder, capsys, tmp_path):
    text = make.make_message(phone, "Long ago.", state=SENT, now=LONG_AGO)
    move()
    call_command("read_archive", *folder.rglob(f"*{files.ENDING}"))
    rows = tmp_path / "rows.jsonl"
    rows.write_text(capsys.readouterr().out)
    call_command("loaddata", rows, verbosity=0)
    assert Message.objects.get(pk=text.pk).body == "Long ago."


def test_the_command_rotates_every_file(phone, folder, capsys):
    make.make_message(phone, state=SENT, now=LONG_AGO)
    move()
    call_command("rotate_archive")
    assert "1 files (1 batches)" in capsys.readouterr().out
    assert len(archived(folder, "texts")) == 1


def test_the_command_fails_when_it_could_not_read_all(phone, folder, settings):
    make.make_message(phone, state=SENT, now=LONG_AGO)
    move()
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="1 batches"):
        call_command("read_archive", *folder.rglob(f"*{files.ENDING}"))
