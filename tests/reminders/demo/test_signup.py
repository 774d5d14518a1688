"""The sign-up as the demo and the journey walk it."""

import pytest

from provisioning.models import ProviderAccount, Stage
from reminders.demo import signup
from tests.reminders.demo.stage import make_scene

pytestmark = pytest.mark.django_db


def test_it_leads_from_the_first_page_to_a_proven_number() -> None:
    scene = make_scene()

    told = [step(scene) for _title, step in signup.STEPS]

    account = ProviderAccount.objects.get()
    assert account.stage == Stage.READY
    assert account.lines.get().number == scene.line
    assert account.lines.get().proven_at
    assert all(told)
