"""The environment: every wrong value is named, and none is shown."""

import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from reminders.config.environment import Environment

env = Environment()


@pytest.mark.parametrize(
    ("read", "value", "words"),
    [
        (lambda: env.int("X", default=1), "many", "X must be a whole number"),
        (lambda: env.float("X", default=1.0), "fast", "X must be a number"),
        (lambda: env.bool("X", default=False), "maybe", "X must be true or false"),
        (lambda: env.between("X", 1, 9, default=1), "10", "X must be between 1 and 9"),
        (lambda: env.address("X", "https://a.example"), "b.example", "X must be an"),
        (lambda: env.address("X", ""), "ftp://b.example", "X must be an address"),
        (lambda: env.one_of("X", ("A", "B"), default="A"), "c", "X must be one of A"),
        (
            lambda: env.server("X", ("redis",), default="redis://a"),
            "foo://b",
            "redis://",
        ),
        (lambda: env.server("X", ("redis",), default="redis://a"), "b", "redis://"),
    ],
)
def test_it_says_which_variable_is_wrong_and_not_its_value(
    monkeypatch, read, value, words
):
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match=words) as refusal:
        read()
    assert value not in str(refusal.value).split() or len(value) < 3


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (lambda: env.bool("X", default=False), "Yes", True),
        (lambda: env.bool("X", default=True), "off", False),
        (lambda: env.between("X", 1, 9, default=1), "9", 9),
        (lambda: env.address("X", ""), "http://127.0.0.1:1", "http://127.0.0.1:1"),
        (lambda: env.one_of("X", ("A", "B"), default="A"), "b", "B"),
        (
            lambda: env.server("X", ("redis",), default="redis://a"),
            "redis://b",
            "redis://b",
        ),
    ],
)
def test_it_reads_what_is_right(monkeypatch, read, value, expected):
    monkeypatch.setenv("X", value)
    assert read() == expected


def test_it_falls_back_to_defaults(monkeypatch):
    monkeypatch.delenv("X", raising=False)
    assert env.bool("X", default=True) is True
    assert env.address("X", "") == ""
    assert env.server("X", ("redis",), default="redis://a") == "redis://a"


@pytest.mark.parametrize(
    "line", ["DATABASE_URL=mysql://a", "BROKER_URL=amqp://a", "LOG_LEVEL=LOUD"]
)
def test_the_settings_refuse_to_start_on_a_wrong_value(line):
    name, value = line.split("=")
    run = subprocess.run(
        [sys.executable, "-c", "import reminders.config.settings"],
        env={name: value, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode
    assert f"{name} must" in run.stderr.splitlines()[-1]
