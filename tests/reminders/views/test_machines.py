"""Addresses for machines: alive, ready, figures; for whoever may have them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from reminders.health import figures, readiness
from reminders.models import Heartbeat, Message, RefusedCallback
from reminders.views import machines
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-tests"
SHOWN = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def stopped(monkeypatch):
    monkeypatch.setattr(machines, "clock_now", lambda: NOW)


@pytest.fixture
def token(settings):
    settings.HEALTH = replace(settings.HEALTH, metrics_token=TOKEN)


def figures_of(answer):
    """The samples of an answer, by name and labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


# --- Alive ----------------------------------------------------------------------------


def test_it_is_alive_without_asking_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"OK")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_answered_by_any_name_and_over_http(settings, path):
    settings.ALLOWED_HOSTS = ["frontdesk.example"]
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get(path, headers={"host": "10.0.0.7:8000"})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_they_change_nothing(token, path):
    assert Client().post(path, headers=SHOWN).status_code == 405


# --- Ready ----------------------------------------------------------------------------


def test_it_is_ready_when_nothing_is_missing():
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "missing": [], "silent": []}


def test_it_names_silent_parts_of_the_engine_and_stays_ready():
    later = NOW - timedelta(minutes=9)
    Heartbeat.objects.filter(part="send").update(beat_at=later)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["silent"]) == (200, ["send"])


def test_it_is_not_ready_without_its_database(monkeypatch):
    def gone():
        raise DatabaseError("could not connect to 10.1.2.3 as frontdesk")

    monkeypatch.setattr(readiness, "database_seconds", gone)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "missing": ["database"]}


def test_it_is_not_ready_before_the_migrations(monkeypatch):
    monkeypatch.setattr(readiness, "pending_migrations", lambda: 1)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["migrations"])


def test_it_is_not_ready_without_a_cache_that_remembers(monkeypatch):
    monkeypatch.setattr(cache, "get", lambda key: None)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["cache"])


def test_it_looks_for_migrations_until_all_are_applied_and_then_no_more(
    django_assert_num_queries,
):
    assert readiness.pending_migrations() == 0
    with django_assert_num_queries(0):
        assert readiness.pending_migrations() == 0


# --- Figures --------------------------------------------------------------------------


def test_there_are_no_figures_without_a_token():
    assert Client().get("/metrics").status_code == 404
    assert (
        Client().get("/metrics", headers={"authorization": "Bearer "}).status_code
        == 404
    )


@pytest.mark.parametrize(
    "shown", ["", "Bearer wrong", TOKEN, f"Basic {TOKEN}", "Bearer ñ"]
)
def test_only_who_shows_the_token_reads_them(token, shown):
    answer = Client().get("/metrics", headers={"authorization": shown})
    assert (answer.status_code, answer.content) == (401, b"")


def test_it_writes_what_the_database_says_at_this_moment(token):
    practice = make.make_ready_practice()
    phone = make.make_phone(practice)
    make.make_message(phone, send_after=NOW - timedelta(seconds=9))
    practice.account.lines.update(free_at=NOW - timedelta(seconds=7))
    make.make_message(phone, state=Message.State.FAILED, error_code="114")
    make.make_message(phone, state=Message.State.FAILED, error_code="105")
    make.make_message(phone, state=Message.State.SENT, now=NOW - timedelta(days=2))
    RefusedCallback.objects.note(practice, "password", NOW)
    answer = Client().get("/metrics", headers=SHOWN)
    assert answer["Content-Type"].startswith("text/plain")
    told = figures_of(answer)
    assert told["frontdesk_heartbeat_timestamp_seconds", "send"] == NOW.timestamp()
    assert told["frontdesk_engine_up", "send"] == 1
    assert told["frontdesk_oldest_waiting_seconds", "text"] == 7
    assert told["frontdesk_oldest_waiting_seconds", "reminder"] == 0
    assert told["frontdesk_texts_on_their_way", "queued"] == 1
    recent = {key[1:]: n for key, n in told.items() if key[0].endswith("recent_texts")}
    assert recent["1xx", "out", "staff", "failed"] == 2
    assert sum(recent.values()) == 3
    assert told["frontdesk_accounts", "ready"] == 1
    refused_at = told["frontdesk_callback_refused_timestamp_seconds", "password"]
    assert refused_at == NOW.timestamp()
    assert told["frontdesk_broker_up",] == 1
    assert told["frontdesk_pending_migrations",] == 0
    assert told["frontdesk_texts_total",] == Message.objects.latest("pk").pk


def test_a_silent_part_of_the_engine_is_down(token):
    Heartbeat.objects.filter(part="fill").delete()
    told = figures_of(Client().get("/metrics", headers=SHOWN))
    assert told["frontdesk_engine_up", "fill"] == 0
    assert told["frontdesk_engine_up", "beat"] == 1


def test_no_figure_names_a_practice_a_patient_or_a_number(token):
    practice = make.make_ready_practice(name="Secret Clinic")
    patient = make.make_patient(practice, "Ana", "Stranger")
    assert patient.phone
    make.make_inbound(patient.phone, "a secret")
    text = Client().get("/metrics", headers=SHOWN).content.decode()
    hidden = ("Secret", "Stranger", patient.phone.number, "a secret", "55501")
    assert not [word for word in hidden if word in text]


def test_it_asks_the_same_number_of_questions_whatever_there_is(
    token, django_assert_max_num_queries
):
    for _n in range(3):
        make.make_message(make.make_phone(make.make_ready_practice()))
    readiness.pending_migrations()
    with django_assert_max_num_queries(18):
        Client().get("/metrics", headers=SHOWN)


def test_it_has_no_figures_without_its_database(token, monkeypatch):
    def gone(now):
        raise DatabaseError

    monkeypatch.setattr(figures, "text", gone)
    assert Client().get("/metrics", headers=SHOWN).status_code == 503


@pytest.mark.parametrize(
    ("code", "named"),
    [("", "none"), ("114", "1xx"), ("001", "0xx"), ("12", "other"), ("abc", "other")],
)
def test_codes_are_told_by_class(code, named):
    assert figures.class_of(code) == named
