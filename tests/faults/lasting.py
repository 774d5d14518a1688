"""An installation that goes on through many stories: worker, beat and web start once.

For stories that kill nothing of ours. Nothing is deleted between them: each makes a
practice of its own, and leaves no text unsettled behind it. After one that failed
everything begins anew.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from celery import Celery
from django.core.management import call_command
from django.db.models import F, QuerySet
from redis import Redis

from provisioning.models import Line, Outage, Practice
from reminders import clock
from reminders.models import Message, Reminder
from tests import make
from tests.faults.processes import Broker, Site, kill, until, url_of_test_database
from tests.faults.provider import Business, Provider

State = Message.State

# Pauses are cut short at every fifth look, ten times a second at most.
LOOKS = 5
# What takes texts to the provider, in the worker's words.
TICKS = ("reminders.tasks.tick", "reminders.tasks.send")
# Short, so that stories are. An answer may take longer than the lease of none of them.
HASTE = {
    "NOT_FOUND_GRACE_SECONDS": "1",
    "PROVIDER_READ_TIMEOUT": "1.5",
    "PROVIDER_TOTAL_TIMEOUT": "2.5",
    "SEND_LEASE_SECONDS": "4",
    "UNDO_GRACE_SECONDS": "0",
}


class Installation:
    """What stories share, once it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mail = folder / "mail"
        self.business = Business()
        self.broker = Broker(folder)
        (folder / "var").mkdir()
        self.site = Site(
            {
                **os.environ,
                **HASTE,
                "BROKER_URL": self.broker.url,
                "CACHE_URL": "locmemcache://",
                "CONNECT_URL": self.business.provider.url,
                "DATABASE_URL": url_of_test_database(),
                "DJANGO_SETTINGS_MODULE": "reminders.config.settings",
                "EMAIL_URL": f"filemail:///{self.mail}",
                "MESSAGING_URL": self.business.provider.url,
                "ONE_API_URL": self.business.provider.url.removesuffix("xml/xml"),
                "VAR_DIR": str(folder / "var"),
            },
            folder,
        )
        self.site.beat()
        self.worker = self.site.worker("--concurrency", "2")
        self._hints = Celery(broker=self.broker.url, set_as_current=False)

    @property
    def provider(self) -> Provider:
        """The provider, as it is in this story."""
        return self.business.provider

    @cached_property
    def web(self) -> str:
        """The address of the web process, which the first who asks for it starts."""
        return self.site.web()

    def begin_anew(self) -> None:
        """Let another story begin: without hints, and with a provider new to all."""
        with Redis(port=self.broker.port) as client:
            for queue in client.scan_iter(_type="list"):
                client.delete(queue)
        self.business.begin_anew()

    def stop(self) -> None:
        """End all processes, and empty the database for others."""
        self.business.close()
        self.site.stop()
        kill(self.broker.process)
        self._hints.close()
        call_command("flush", verbosity=0, interactive=False)

    def do(self, task: str) -> None:
        """Have the worker do at once what the beat would have it do some time."""
        self._hints.send_task(task, queue="frontdesk", expires=10)

    def tick(self) -> None:
        """Have the worker look for texts at once."""
        for task in TICKS:
            self.do(task)

    def line(self, **facts: Any) -> Line:
        """A practice's number, free to send from now on."""
        now = clock.now()
        account = make.make_account(make.make_practice(), now=now, **facts)
        return make.make_line(account, now=now)

    def text(self, line: Line, body: str = "A text.", /, **facts: Any) -> Message:
        """A text to a phone of the practice's, due now."""
        phone = make.make_phone(line.account.practice)
        text = make.make_message(phone, body, **{"now": clock.now(), **facts})
        self.tick()
        return text

    def reminder(
        self,
        practice: Practice,
        starts_in: timedelta,
        late: timedelta = timedelta(0),
    ) -> Reminder:
        """A reminder, due now or a while ago, of somebody's visit in a while."""
        now = clock.now()
        visit = make.make_appointment(
            make.make_patient(practice),
            now + starts_in,
            booked_at=now - timedelta(days=30),
            # However many of them there are at a time.
            double_booked=True,
        )
        return make.make_reminder(visit, due_at=now - late)

    def until_settled(self) -> None:
        """Wait until nothing is on its way any more, the pauses in between cut short."""
        self.hurry_until(lambda: not unsettled().exists())

    def hurry_until(self, is_so: Callable[[], object]) -> None:
        """Wait until it is so, and have nobody rest, wait or count to ten meanwhile."""
        looks = count(1)

        def is_so_by_now() -> bool:
            if is_so():
                return True
            if next(looks) % LOOKS == 0:
                self._cut_pauses_short()
            return False

        until(is_so_by_now)

    def _cut_pauses_short(self) -> None:
        now = clock.now()
        Outage.objects.update(rests_until=now)
        long_ago = now - timedelta(hours=1)
        Message.objects.unknown().update(asked_at=None, lease_until=long_ago)
        waiting = unsettled().filter(state=State.QUEUED, send_after__gt=now)
        # As if they had never been put off, so that their order is what it was.
        waiting.update(send_after=F("created_at"))
        self.do("reminders.tasks.reconcile")
        self.tick()


def unsettled() -> QuerySet[Message]:
    """Texts to patients that are on their way."""
    return Message.objects.outbound().filter(
        state__in=[State.QUEUED, State.SENDING, State.UNKNOWN]
    )


class Lasting:
    """The installation, which runs from the first story that wants it."""

    def __init__(self, new_folder: Callable[[], Path]) -> None:
        self._new_folder = new_folder
        self._installation: Installation | None = None

    def up(self) -> Installation:
        """Start it, unless it runs already."""
        if self._installation is None:
            self._installation = Installation(self._new_folder())
        return self._installation

    def down(self) -> None:
        """Stop it, if it runs."""
        if self._installation:
            self._installation.stop()
            self._installation = None
