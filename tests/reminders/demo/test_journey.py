"""How the journey is told, and where it stops."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from provisioning.models import ProviderCall
from reminders.demo import journey
from reminders.demo.browser import NotOnThePage
from reminders.demo.scene import NotAsItShould, Scene, expect
from reminders.plan import SendingWindow
from tests.make import NOW
from tests.reminders.demo.stage import make_scene

pytestmark = pytest.mark.django_db


def make_call(action: str, **fields: str) -> ProviderCall:
    """A line of the wire log."""
    known = {"request": "<ask/>", "response": "<ok/>", "outcome": "answered"}
    return ProviderCall.objects.create(
        api="connect",
        action=action,
        address="",
        started_at=NOW,
        duration_ms=12,
        **{**known, **fields},
    )


def ask_twice(scene: Scene) -> str:
    """A step that goes over the wire."""
    make_call("register", outcome="refused", codes="401")
    make_call("register", outcome="refused", codes="401", response="x" * 200)
    return "asked twice"


def fail(scene: Scene) -> str:
    """A step that ends otherwise than it should."""
    expect(False, "The visit should be confirmed.")
    return ""


def get_lost(scene: Scene) -> str:
    """A step for which a page lacks something."""
    raise NotOnThePage("There is no button.")


def test_it_tells_each_step_and_what_went_over_the_wire(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_call("before")
    monkeypatch.setattr(journey, "STEPS", (("It asks", ask_twice),))

    title, call, request, answer = list(
        journey.tell(make_scene(), journey.Wire.from_here())
    )

    assert title.startswith("  1 ✓ It asks ")
    assert title.endswith(" asked twice")
    assert " ".join(call.split()) == "register ×2 refused 401 12 ms"
    assert request == "        → <ask/>"
    assert answer.endswith("xxx…")
    assert len(answer) == len("        ← ") + journey.SHOWN


@pytest.mark.parametrize(
    ("step", "words"),
    [(fail, "should be confirmed"), (get_lost, "no button")],
)
def test_it_stops_at_the_first_thing_that_is_not_as_it_should_be(
    monkeypatch: pytest.MonkeyPatch, step: object, words: str
) -> None:
    monkeypatch.setattr(journey, "STEPS", (("It asks", step), ("Never", ask_twice)))
    told: list[str] = []

    with pytest.raises(NotAsItShould, match=words):
        told += journey.tell(make_scene(), journey.Wire.from_here())

    assert not ProviderCall.objects.exists()


def test_it_waits_no_longer_than_its_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reminders.demo.scene.PATIENCE_SECONDS", 0)

    with pytest.raises(NotAsItShould, match="A text should come"):
        make_scene().wait_for(lambda: None, "A text should come")


@pytest.mark.parametrize("hour", range(24))
def test_it_takes_place_where_texts_may_go(hour: int) -> None:
    sunday = datetime(2026, 3, 1, hour, tzinfo=UTC)
    for now in (sunday, sunday + timedelta(minutes=59)):
        zone = ZoneInfo(journey.owner_by_day(now).time_zone)
        local = now.astimezone(zone)
        assert SendingWindow().allows(local)
        assert SendingWindow().allows(local + timedelta(minutes=10))
