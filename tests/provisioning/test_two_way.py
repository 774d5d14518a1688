"""The live test: an answer proves the number that it was sent to, and no other."""

import pytest

from provisioning.models import Line, Stage
from tests.provisioning.owner import Owner

pytestmark = pytest.mark.django_db


def test_it_takes_no_answer_to_a_number_that_was_replaced():
    owner = Owner()
    owner.has_a_number()
    owner.presses("credits", "go_on")
    owner.presses("test", "test")
    owner.presses("test", "correct", number="(415) 555-0143")
    owner.answers("OK")
    assert owner.account.stage == Stage.NUMBER_CLAIMED
    assert not Line.objects.filter(proven_at__isnull=False).exists()
