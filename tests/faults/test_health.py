"""Workers, clock or broker are gone: pages, probes and figures say so, and owners hear."""

import re

import pytest
import requests
from django.core import mail
from django.core.management import call_command
from django.test import Client

from provisioning.models import Notice
from reminders import clock
from reminders.models import Heartbeat, Message
from tests import make
from tests.faults.processes import kill, until

PATIENCE = 10
TOKEN = "a-token-of-the-story"
STANDSTILL = "No texts have gone out for"


@pytest.fixture(autouse=True)
def impatient(environment):
    """Seconds instead of minutes."""
    environment |= {
        "HEALTH_QUIET_SECONDS": "3",
        "HEALTH_TELL_OWNERS_SECONDS": "2",
        "METRICS_TOKEN": TOKEN,
        "STATIC_COLLECTED": "false",
    }


class Watching:
    """What somebody at the desk sees, and a machine."""

    def __init__(self, url, practice):
        self.url = url
        client = Client()
        client.force_login(make.make_member(practice).user)
        self.cookies = {"sessionid": client.cookies["sessionid"].value}

    def page(self):
        page = requests.get(f"{self.url}/", cookies=self.cookies, timeout=PATIENCE)
        assert page.status_code == 200
        return page.text

    def ready(self):
        answer = requests.get(f"{self.url}/readyz", timeout=PATIENCE)
        return answer.status_code, answer.json()["silent"]

    def up(self):
        """The parts of the engine that the figures call up."""
        answer = requests.get(
            f"{self.url}/metrics",
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=PATIENCE,
        )
        found = re.findall(r'^frontdesk_engine_up\{part="(\w+)"\} 1', answer.text, re.M)
        return set(found)


@pytest.fixture
def watching(site, line):
    return Watching(site.web(), line.account.practice)


def is_well(watching):
    return STANDSTILL not in watching.page() and watching.ready() == (200, [])


@pytest.mark.real_http
def test_a_killed_worker_is_told_within_seconds_until_another_has_its_place(
    site, watching, line
):
    assert "has not been started" in watching.page()
    site.beat()
    worker = site.worker("--concurrency", "2")
    until(lambda: is_well(watching))
    assert watching.up() == {"beat", "fill", "send"}
    kill(worker)
    # The web works on without it.
    until(lambda: watching.ready() == (200, ["beat", "fill", "send"]))
    assert STANDSTILL in watching.page()
    assert watching.up() == set()
    site.worker("--concurrency", "2")
    until(lambda: is_well(watching))
    assert watching.up() == {"beat", "fill", "send"}


def test_dead_senders_are_told_although_all_others_live(site, watching):
    site.beat()
    site.worker("--concurrency", "1", "-Q", "frontdesk")
    senders = site.worker("--concurrency", "1", "-Q", "frontdesk-sending")
    until(lambda: is_well(watching))
    kill(senders)
    until(lambda: watching.ready() == (200, ["send"]))
    assert STANDSTILL in watching.page()
    assert watching.up() == {"beat", "fill"}
    site.worker("--concurrency", "1", "-Q", "frontdesk-sending")
    until(lambda: is_well(watching))


def test_a_dead_clock_is_told_although_workers_live(site, watching):
    beat = site.beat()
    site.worker("--concurrency", "2")
    until(lambda: is_well(watching))
    kill(beat)
    until(lambda: watching.ready() == (200, ["beat", "fill", "send"]))
    site.beat()
    until(lambda: is_well(watching))


def test_a_broker_that_died_is_told_and_forgotten_once_it_is_back(
    site, broker, watching
):
    site.beat()
    site.worker("--concurrency", "2")
    until(lambda: is_well(watching))
    broker.die()
    until(lambda: STANDSTILL in watching.page())
    broker.come_back()
    # A worker may end with its broker; whoever watches over it starts another.
    site.worker("--concurrency", "2")
    until(lambda: is_well(watching))


def test_owners_hear_of_it_although_no_worker_lives(site, line, settings):
    make.make_member(line.account.practice)
    text = make.make_message(make.make_phone(line.account.practice), now=clock.now())
    settings.HEALTH = settings.HEALTH.__class__(
        **{**vars(settings.HEALTH), "tell_owners": clock.now() - text.send_after}
    )
    assert check_and_mail() == 2
    (letter,) = mail.outbox
    assert "texts stand still" in letter.subject
    site.beat()
    site.worker("--concurrency", "2")
    until(lambda: Message.objects.get(pk=text.pk).state == "sent")
    check_and_mail()
    assert not Notice.objects.open().exists()
    assert len(mail.outbox) == 1


def check_and_mail():
    """What cron runs, and the code it ends with."""
    try:
        call_command("check_health", "--mail", "--quiet")
    except SystemExit as ended:
        return ended.code
    return 0


def test_each_process_has_rows_of_its_own(site):
    site.beat()
    for _n in range(2):
        site.worker("--concurrency", "1")
    until(lambda: len({row.process for row in Heartbeat.objects.all()}) == 2)
