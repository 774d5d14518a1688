"""Walk: a visit is booked, and the patient's phone hears of it at the right times."""

from collections.abc import Iterator

import pytest

from tests import make
from tests.talk import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Iterator[Story]:
    """An office that can send, on Monday, 2 March 2026, at ten."""
    with Story().told() as story:
        yield story


def test_it_confirms_the_booking_asks_in_time_and_reminds_on_the_day(story):
    ana = make.make_patient(story.practice, "Ana")
    phone = story.phone_of(ana)

    visit = story.books(ana, "2026-03-10", "14:30")
    story.passes(minutes=2)
    assert phone.received() == []
    story.passes(minutes=2)
    assert phone.received() == [
        "Lakeside Clinic: Ana, your visit is booked for Tue Mar 10 at 2:30 PM. "
        "Call 212-555-0100 with questions. HELP for help, STOP to stop texts."
    ]

    story.goes_to("2026-03-07", "09:59")
    assert phone.received() == []
    story.goes_to("2026-03-07", "10:00")
    assert phone.received() == [
        "Lakeside Clinic: Ana, you have a visit Tue Mar 10 at 2:30 PM. "
        "Questions? Call 212-555-0100. Reply C to confirm, R to change."
    ]

    phone.texts("C")
    visit.refresh_from_db()
    assert visit.state == "confirmed"
    assert phone.received() == [
        "Lakeside Clinic: thank you, your visit Tue Mar 10 at 2:30 PM is confirmed. "
        "To change it, call 212-555-0100."
    ]

    story.goes_to("2026-03-10", "12:30")
    assert phone.received() == [
        "Lakeside Clinic: Ana, your visit is Tue Mar 10 at 2:30 PM. "
        "If you can't come, please call 212-555-0100."
    ]
    assert [text.state for text in visit.messages.all()] == ["delivered"] * 4
