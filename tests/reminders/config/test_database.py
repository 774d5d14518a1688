"""What goes with every connection to PostgreSQL."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from reminders.config import database
from reminders.config.environment import Environment


def options(given=None, **environment):
    env = Environment()
    env.ENVIRON = environment
    return database.options(env, given or {})


def test_it_waits_for_nothing_for_ever():
    words = options()["options"].split("-c ")
    assert "statement_timeout=30s " in words
    assert "lock_timeout=10s " in words
    assert "idle_in_transaction_session_timeout=60s" in words


def test_each_wait_can_be_set():
    words = options(STATEMENT_TIMEOUT="5", LOCK_TIMEOUT="0")["options"]
    assert "-c statement_timeout=5s" in words
    assert "-c lock_timeout=0s" in words


def test_what_the_address_says_has_the_last_word():
    given = {"sslmode": "require", "options": "-c jit=on"}
    found = options(given)
    assert found["sslmode"] == "require"
    assert found["options"].endswith(" -c jit=on")


def test_a_word_is_refused():
    with pytest.raises(ImproperlyConfigured, match="LOCK_TIMEOUT"):
        options(LOCK_TIMEOUT="soon")


@pytest.mark.django_db
def test_postgresql_takes_them():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has none of these.")
    names = ("statement_timeout", "lock_timeout", "jit")
    with connection.cursor() as cursor:
        shown = {}
        for name in names:
            cursor.execute(f"SHOW {name}")
            shown[name] = cursor.fetchone()[0]
    assert shown == {"statement_timeout": "30s", "lock_timeout": "10s", "jit": "off"}
