"""The doors `demo` and `journey`: how they get into their premises, or do not."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reminders.demo import premises
from reminders.demo.premises import Premises

NEAR = 28700


class Entered(Exception):
    """The command would have started over with this environment."""

    def __init__(self, environment: dict[str, str]) -> None:
        super().__init__()
        self.environment = environment


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the demo lives; nobody really starts over."""

    def enter(environment: dict[str, str]) -> None:
        raise Entered(environment)

    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(premises, "enter", enter)
    monkeypatch.delenv(premises.ENTERED, raising=False)
    return tmp_path / "demo"


def run_demo(*args: str) -> dict[str, str]:
    """The environment that the demo starts over with."""
    with pytest.raises(Entered) as entered:
        call_command("demo", *args)
    return entered.value.environment


def test_the_demo_makes_premises_of_its_own(folder: Path) -> None:
    environment = run_demo("--port", str(NEAR))

    assert environment["VAR_DIR"] == str(folder)
    assert int(environment["BASE_URL"].rpartition(":")[2]) >= NEAR


def test_the_demo_comes_back_to_what_it_had(folder: Path) -> None:
    made = Premises.at(folder, NEAR)
    premises.note_furnished(folder)

    assert run_demo()["SECRET_KEY"] == made.secret_key


def test_the_demo_starts_anew_when_asked_to(folder: Path) -> None:
    made = Premises.at(folder, NEAR)
    premises.note_furnished(folder)

    assert run_demo("--fresh")["SECRET_KEY"] != made.secret_key


def test_the_demo_starts_anew_when_it_was_left_half_furnished(folder: Path) -> None:
    made = Premises.at(folder, NEAR)

    assert run_demo()["SECRET_KEY"] != made.secret_key


def test_the_demo_does_not_move_away_from_where_the_provider_knows_it(
    folder: Path,
) -> None:
    made = Premises.at(folder, NEAR)
    premises.note_furnished(folder)

    with pytest.raises(CommandError, match="--fresh"):
        call_command("demo", "--port", str(made.port + 1))


def test_the_demo_runs_once(folder: Path) -> None:
    premises.lock(folder)

    with pytest.raises(CommandError, match="already"):
        call_command("demo")


def test_the_journey_uses_a_new_folder_and_does_not_wait(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.mkdtemp", lambda **options: str(tmp_path / "new"))
    monkeypatch.setattr(premises, "on_servers", lambda *args: {"TASK_QUEUE": "mine"})

    with pytest.raises(Entered) as entered:
        call_command("journey")

    assert entered.value.environment["VAR_DIR"] == str(tmp_path / "new")
    assert entered.value.environment["UNDO_GRACE_SECONDS"] == "1"
    assert entered.value.environment["TASK_QUEUE"] == "mine"
