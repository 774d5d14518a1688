"""A story's scene in this process: both sites behind `requests`, workers on call."""

import requests
from django.http import HttpResponseBase
from django.test import Client

from provisioning.sandbox import callbacks as network
from provisioning.sandbox import clock as sandbox_clock
from provisioning.sandbox.models import Switches
from reminders import tasks
from reminders.demo.browser import Browser
from reminders.demo.outside import Outside
from reminders.demo.scene import Owner, Scene
from reminders.models import Message
from tests import wire

OWNER = Owner(
    practice="Lakeside Clinic",
    practice_phone="(212) 555-0100",
    time_zone="America/New_York",
    first_name="Olivia",
    last_name="Owner",
    email="olivia@lakeside.example",
    password="correct horse battery staple",
    mobile="+12125550101",
    area="212",
)


def make_scene(owner: Owner = OWNER) -> Scene:
    """Set a scene whose waiting is what workers and the network do meanwhile."""
    switches = Switches.objects.current()
    switches.receipt_seconds = 0
    switches.save()
    return Scene(
        web="http://testserver",
        outside=Outside(make_browser(), "http://sandbox.test"),
        browser=make_browser(),
        owner=owner,
        pause=let_others_work,
    )


def make_browser() -> Browser:
    """A browser that reaches the two sites and nothing else."""
    # Keeps the cookies: `requests` reads them off a socket, and there is none.
    client = Client(enforce_csrf_checks=True)

    def ask_us(
        method: str, path: str, body: bytes, content_type: str, headers: dict[str, str]
    ) -> HttpResponseBase:
        return client.generic(method, path, body, content_type, headers=headers)

    session = requests.Session()
    for prefix, adapter in wire.ADAPTERS.items():
        session.mount(prefix, adapter)
    session.mount(wire.OURS, wire.InProcess(ask_us))
    return Browser(session)


def let_others_work() -> None:
    """One round of the network and of our workers."""
    network.deliver_due(sandbox_clock.now())
    for text in Message.objects.unworked():
        tasks.work_on_text(text.pk)
    tasks.tick()
    tasks.send()
