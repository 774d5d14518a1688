"""What is kept out of the logs, whoever writes the line: ours, Django's, a worker's."""

import io
import json
import logging
import logging.config

import pytest
from celery import shared_task
from django.db import IntegrityError
from django.test import Client

from reminders import register, tasks
from reminders.config import logs
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(monkeypatch):
    """Give what production would write to stderr."""
    config = logs.logging_config(readable=False, level="INFO")
    made = config["formatters"]["structured"]
    formatter = made.pop("()")(**made)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    return stream


@pytest.fixture
def practice():
    return make.make_ready_practice()


@pytest.fixture
def client(practice):
    client = Client(raise_request_exception=False)
    client.force_login(make.make_member(practice).user)
    return client


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("path", ["/patients/", "/no/such/page/"])
def test_it_does_not_log_whom_somebody_looked_for(client, written, path):
    client.get(path, {"q": "Smithers"})

    assert any(line.get("request") == f"GET {path}" for line in lines(written))
    assert "Smithers" not in written.getvalue()


@pytest.mark.parametrize("method", ["get", "put"])
def test_it_does_not_log_the_secret_or_the_words_of_a_callback(
    client, practice, written, method
):
    secret = practice.account.hook_secret
    address = f"/hooks/{secret}/texts/?from=12125550123&text=Smithers"

    getattr(client, method)(address)

    assert "/hooks/***/texts/" in written.getvalue()
    for kept_out in (secret, "Smithers", "2125550123"):
        assert kept_out not in written.getvalue()


def test_it_does_not_log_what_an_invitation_lets_in_with(client, written):
    client.get("/setup/join/c2VjcmV0:1abc:x-y_z/")

    assert "/setup/join/***/" in written.getvalue()
    assert "c2VjcmV0" not in written.getvalue()


def test_it_logs_where_a_page_broke_and_not_what_the_exception_says(
    client, written, monkeypatch
):
    def fail(*_args, **_kwargs):
        raise IntegrityError("DETAIL: Failing row contains (Smithers).")

    monkeypatch.setattr(register, "keep", fail)
    answer = client.post("/patients/new/", {"first_name": "A", "last_name": "Smithers"})

    assert answer.status_code == 500
    broken = [line for line in lines(written) if line["level"] == "error"]
    assert {line["error"] for line in broken} == {"IntegrityError"}
    places = [place for line in broken for place in line["where"]]
    assert any(place.startswith("reminders/views/patients.py:") for place in places)
    assert "Smithers" not in written.getvalue()


@shared_task
def breaks() -> None:
    """As a task of ours would when the database refuses a row."""
    raise IntegrityError("DETAIL: Failing row contains (Smithers).\nAnd more of her.")


def test_it_logs_of_a_task_that_broke_its_name_and_the_place(written):
    assert tasks.tick.app.conf  # the tasks' own application is the one at work
    breaks.apply()

    (broken,) = [line for line in lines(written) if line["level"] == "error"]
    assert "breaks" in broken["event"]
    assert broken["error"] == "IntegrityError"
    assert "test_logs.py" in broken["where"][-1]
    assert "Smithers" not in written.getvalue()
    assert "more of her" not in written.getvalue()
