"""Archive files: added to, read back, written with a new key, and torn by a crash."""

import stat

import pytest
from cryptography.fernet import Fernet

from reminders.archive import files


@pytest.fixture
def path(folder):
    return folder / "1" / f"texts-2019-03{files.ENDING}"


def test_it_reads_back_what_was_added(path):
    files.append(path, '{"pk": 1}\n{"pk": 2}\n')
    files.append(path, '{"pk": 3}\n')
    assert files.read(path).rows == ['{"pk": 1}', '{"pk": 2}', '{"pk": 3}']


def test_it_gives_a_row_that_was_written_twice_once(path):
    files.append(path, '{"pk": 1}\n')
    files.append(path, '{"pk": 1}\n{"pk": 2}\n')
    assert files.read(path).rows == ['{"pk": 1}', '{"pk": 2}']


def test_it_lets_nobody_else_in(path):
    files.append(path, '{"pk": 1}\n')
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_it_shows_nothing_to_who_has_no_key(path):
    files.append(path, '{"pk": 1, "body": "Sam, see you on Tuesday"}\n')
    assert b"Tuesday" not in path.read_bytes()


def test_it_goes_on_after_a_line_that_a_crash_tore(path):
    files.append(path, '{"pk": 1}\n')
    with path.open("ab") as file:
        file.write(b"gAAAAAtorn")
    files.append(path, '{"pk": 2}\n')
    assert files.read(path) == files.Contents(['{"pk": 1}', '{"pk": 2}'], 1)


def test_it_is_read_with_the_new_key_alone_once_rotated(path, settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [old]
    files.append(path, '{"pk": 1}\n')
    settings.CREDENTIAL_KEYS = [new, old]
    assert files.rotate(path) == 1
    settings.CREDENTIAL_KEYS = [new]
    assert files.read(path).rows == ['{"pk": 1}']
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_it_keeps_what_it_cannot_read_when_it_rotates(path, settings):
    other, ours = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [other]
    files.append(path, '{"pk": 1}\n')
    settings.CREDENTIAL_KEYS = [ours]
    files.rotate(path)
    settings.CREDENTIAL_KEYS = [other]
    assert files.read(path).rows == ['{"pk": 1}']
