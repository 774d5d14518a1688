"""Our reading of the platform's pages against the sandbox's, which was made apart."""

import pytest

from provisioning.exchange.family import Refused
from provisioning.exchange.transport import Transport
from provisioning.oneapi.messaging import OneApi
from provisioning.oneapi.types import TextOrder
from provisioning.sandbox import clock
from provisioning.sandbox.models import Integration
from tests.wire import SANDBOX

pytestmark = pytest.mark.django_db

NUMBER = "14155550111"


@pytest.fixture
def integration() -> Integration:
    return Integration.objects.create(
        name="practice", digits=NUMBER, created_at=clock.now()
    )


def test_they_agree_about_texts_their_status_and_the_balance(integration):
    api = OneApi(SANDBOX, integration.api_key, Transport())
    good, bad = api.send(
        [
            TextOrder("r1", "12025550100", NUMBER, "Visit 10:30"),
            TextOrder("r2", "abc", NUMBER, "x"),
        ]
    )
    assert good.fault is None
    assert bad.fault.code == "25"
    assert api.status(good.message_id).status in ("2", "4")
    assert api.balance().currency == "USD"


def test_they_agree_about_a_wrong_key():
    with pytest.raises(Refused) as caught:
        OneApi(SANDBOX, "wrong", Transport()).balance()
    assert caught.value.codes == ("1",)
    assert not caught.value.maybe_done
