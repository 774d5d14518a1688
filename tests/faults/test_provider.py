"""The provider is down, overloaded or silent: nothing is lost, doubled, or knocked at."""

from tests import make
from reminders import clock
from reminders.models import Message
from tests.faults.lasting import Installation
from tests.faults.processes import until
from tests.faults.provider import Manner


def test_it_asks_about_a_text_whose_answer_did_not_come_in_time(
    installation: Installation,
) -> None:
    """E12: the provider has taken it, and says so when nobody listens any more."""
    provider = installation.provider
    provider.manner = Manner.HELD
    practice = installation.line().account.practice
    text = make.make_message(make.make_phone(practice), now=clock.now())
    until(lambda: provider.taken)
    until(lambda: Message.objects.unknown().filter(pk=text.pk).exists())
    installation.until_settled()
    text.refresh_from_db()
    assert (text.state, text.attempt) == (Message.State.SENT, 1)
    assert set(provider.asked) == {text.client_id}
