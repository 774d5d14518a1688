"""The journey's second half, at the desk."""

from typing import Any

import pytest

from reminders.clock import now
from reminders.demo import desk, signup
from reminders.demo.journey import owner_by_day
from reminders.models import Appointment, Message
from tests.reminders.demo.stage import make_scene

pytestmark = pytest.mark.django_db


def test_it_leads_from_the_first_clinician_to_a_confirmed_visit(
    settings: Any,
) -> None:
    settings.UNDO_GRACE_SECONDS = 0
    scene = make_scene(owner_by_day(now()))

    for _title, step in (*signup.STEPS, *desk.STEPS):
        assert step(scene)

    assert Appointment.objects.get().state == Appointment.State.CONFIRMED
    kinds = Message.objects.outbound().values_list("kind", flat=True)
    assert sorted(kinds) == ["answer", "booking", "opt_out_confirmation"]
