"""The outbox, the switch and the call list in a real browser, by keyboard and on a phone.

Every state of theirs must be accessible, in light and in dark.
"""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from provisioning.models import Membership, Practice
from reminders import clock
from reminders.models import CallListEntry, Message, Patient, Reminder
from tests import make
from tests.browser.conftest import give_up
from tests.browser.looks import has_focus, looked_at
from tests.browser.test_journey import zone_by_day
from tests.reminders.views import sign_in

LONG = "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley"


@pytest.fixture
def practice(transactional_db: None) -> Practice:
    """A practice with a week ahead of it."""
    if connection.vendor != "postgresql":
        give_up("The server's threads want a database of their own: ./run test")
    practice = make.make_ready_practice(time_zone=zone_by_day())
    rule, now = make.make_rule(practice), clock.now()
    for place in range(60):
        name = LONG if place == 1 else f"Ana {place}"
        patient = make.make_patient(practice, name)
        starts_at = now + timedelta(days=2, minutes=place)
        visit = make.make_appointment(patient, starts_at, double_booked=True)
        make.make_reminder(visit, rule, now + timedelta(hours=1, minutes=place))
        later = make.make_appointment(
            patient, starts_at + timedelta(days=2), double_booked=True
        )
        make.make_reminder(later, rule, now + timedelta(days=2, minutes=place))
    Patient.objects.filter(first_name="Ana 3").update(phone=None)
    assert patient.phone is not None
    for state in (Message.State.FAILED, Message.State.UNKNOWN, Message.State.QUEUED):
        make.make_message(
            patient.phone, state=state, appointment=visit, reason="No.", now=now
        )
    visits = [each.appointment for each in Reminder.objects.all()[:3]]
    CallListEntry.objects.put_down(visits, "The number is a landline.", now)
    return practice


@pytest.fixture
def page(page: Page, practice: Practice, live_server: LiveServer) -> Page:
    """A browser in which a manager has signed in."""
    client = sign_in(practice, Membership.Role.MANAGER)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    return page


def test_the_outbox_is_worked_with_the_keyboard(page: Page) -> None:
    page.goto("/outbox/")
    expect(page.locator(".ahead tr[id^=reminder]")).to_have_count(50)
    hold = page.get_by_role("button", name=re.compile("^Hold.*Ana 0 "))
    hold.focus()
    page.keyboard.press("Enter")
    release = page.get_by_role("button", name=re.compile("^Release.*Ana 0 "))
    expect(release).to_be_visible()
    has_focus(release)
    expect(page.locator("#outbox-numbers")).to_contain_text("1 held")
    page.get_by_role("link", name="Show more of this day").click()
    expect(page.locator(".ahead tr[id^=reminder]")).to_have_count(60)
    page.locator("details.day summary").nth(1).click()
    expect(page.locator(".ahead tr[id^=reminder]")).to_have_count(110)
    looked_at(page, "outbox-full")


def test_the_switch_stops_everything_and_every_page_says_so(page: Page) -> None:
    page.goto("/outbox/")
    page.keyboard.press("S")
    expect(page).to_have_url("/outbox/pause/")
    looked_at(page, "pause")
    page.get_by_label("Why").fill("Snow: we are closed until noon.")
    page.get_by_role("button", name="Pause all reminder texts").click()
    expect(page.get_by_text("Reminder texts are paused: Snow")).to_be_visible()
    looked_at(page, "outbox-paused")
    page.goto("/")
    page.locator(".banner").get_by_role("link", name="Go on").click()
    looked_at(page, "pause-on")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".banner", has_text="paused")).to_have_count(0)


def test_calls_are_ticked_off_and_put_back(page: Page) -> None:
    page.goto("/calls/")
    looked_at(page, "calls")
    page.get_by_role("button", name="No answer").first.click()
    expect(page.get_by_text("No answer once")).to_be_visible()
    page.get_by_role("button", name="Wrong number").first.click()
    expect(page.get_by_role("link", name="Correct the number")).to_be_visible()
    looked_at(page, "calls-done")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Nobody has been ticked off today.")).to_be_visible()
    expect(page.locator("#calls > li")).to_have_count(3)
