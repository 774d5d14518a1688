"""The page on health in a real browser: it turns by itself, and fits every screen."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from provisioning.models import Practice, ProviderAccount, User
from reminders import clock
from reminders.models import Heartbeat, Message
from tests import make
from tests.browser.conftest import Site
from tests.browser.looks import looked_at

# The page asks again every five seconds.
SOON = 15_000


@pytest.fixture
def practice(site: Site) -> Practice:
    """A practice at work, with a long name and a text that waits for its turn."""
    now = clock.now()
    practice = make.make_practice("Lakeside Clinic for Children and Adolescents")
    account = make.make_account(practice, now=now, balance=412, balance_at=now)
    make.make_line(account, now=now, free_at=now + timedelta(minutes=5))
    make.make_message(make.make_phone(practice), now=now)
    return practice


def sign_in(page: Page, site: Site, user: User) -> None:
    """Carry the session of a sign-in over to the browser."""
    client = Client()
    client.force_login(user)
    cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "url": site.url}
    cookie["value"] = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([cookie])


def test_it_turns_by_itself_when_the_engine_falls_silent_and_when_it_is_back(
    page: Page, site: Site, practice: Practice
) -> None:
    make.make_heartbeats(clock.now() + timedelta(minutes=5))
    sign_in(page, site, make.make_member(practice).user)
    page.goto("/health/")
    well = page.get_by_role("heading", name="Texts go out, and word comes back")
    expect(well).to_be_visible()
    looked_at(page, "health-well")
    Heartbeat.objects.update(beat_at=clock.now() - timedelta(minutes=7))
    expect(page.locator("#health").get_by_text("silent for 7 minutes")).to_be_visible(
        timeout=SOON
    )
    expect(page.locator("#banners")).to_contain_text("No texts have gone out")
    expect(page.locator("#health-light")).to_have_text("Texts stand still")
    ProviderAccount.objects.update(credit_low_at=clock.now(), balance=12)
    Message.objects.update(state=Message.State.UNKNOWN)
    looked_at(page, "health-bad")
    Heartbeat.objects.update(beat_at=clock.now() + timedelta(minutes=5))
    expect(page.locator("#banners")).not_to_contain_text("No texts", timeout=SOON)


def test_the_light_leads_here_and_operators_see_the_house(
    page: Page, site: Site, practice: Practice
) -> None:
    make.make_heartbeats(clock.now(), process="frontdesk-worker-2.internal:41873:0")
    operator = make.make_user(is_staff=True)
    make.make_member(practice, user=operator)
    sign_in(page, site, operator)
    page.goto("/patients/")
    page.locator("#health-light").click()
    expect(page).to_have_url(f"{site.url}/health/")
    expect(page.get_by_role("heading", name="The installation")).to_be_visible()
    looked_at(page, "health-house")
    Heartbeat.objects.update(beat_at=clock.now() - timedelta(minutes=30))
    page.reload()
    expect(page.get_by_text("start celery beat")).to_be_visible()
    looked_at(page, "health-house-bad")


def test_an_operator_who_works_nowhere_has_a_page_of_the_house_alone(
    page: Page, site: Site
) -> None:
    sign_in(page, site, make.make_user(is_staff=True))
    page.goto("/health/")
    expect(page.get_by_text("No process has worked within the hour")).to_be_visible()
    looked_at(page, "health-alone")
