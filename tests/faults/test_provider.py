"""The provider is down, overloaded, slow or sends us elsewhere: nothing is lost or doubled."""

import time

from django.db import transaction

from provisioning.models import Interface, ProviderCall
from reminders.models import Message
from tests.faults.processes import until
from tests.faults.provider import Manner, open_for_business
from tests.faults.provider.manners import failing, redirecting

State = Message.State

# How long the provider is not well, in seconds, and how many requests it may get in
# that time from all practices together. What a failed request holds is in doubt: after
# the first it is one text at a time.
SPAN = 3
AT_MOST = 2 * SPAN


def test_it_knocks_seldom_while_the_provider_fails_and_sends_all_once_when_it_is_well(
    installation,
):
    """E10: 500, 502, 503 and 429, to texts and to questions alike.

    Practices of the other interface do not notice.
    """
    provider = installation.provider
    provider.manner = provider.about_questions = failing(500, 502, 503, 429)
    keyed = {"interface": Interface.ONE_API, "api_key": "key", "username": ""}
    unaffected = installation.text(installation.line(**keyed))
    with transaction.atomic():
        lines = [installation.line() for _each in range(4)]
        texts = [installation.text(line) for line in lines for _each in range(3)]
    until(lambda: provider.requests)
    end = provider.requests[0] + SPAN
    until(lambda: provider.taken_by_one_api)
    until(lambda: time.monotonic() > end)
    assert len([at for at in provider.requests if at < end]) <= AT_MOST
    tried = [each for each in provider.heard if each.name == "sendMsg"]
    assert len([each for each in tried if each.at < end]) <= len(lines) + SPAN
    assert not provider.taken
    provider.manner = provider.about_questions = Manner.AT_ONCE
    installation.until_settled()
    sent = Message.objects.filter(state=State.SENT)
    assert set(sent) >= {unaffected, *texts}
    assert len(provider.taken) == len(texts)


def test_it_tries_again_without_a_question_when_nobody_opened_the_connection(
    installation,
):
    """E11: what never reached anybody was surely not sent."""
    installation.business.shut()
    texts = [installation.text(installation.line()) for _each in range(3)]
    refused = Message.objects.filter(pk__in=[text.pk for text in texts])
    until(lambda: refused.filter(state=State.QUEUED, attempt__gte=1).count() == 3)
    failed = ProviderCall.objects.filter(outcome=ProviderCall.Outcome.FAILED)
    assert failed.filter(http_status=None, action="sendMsg").exists()
    installation.business.open()
    installation.until_settled()
    assert refused.filter(state=State.SENT).count() == 3
    assert not installation.provider.asked


def test_it_asks_about_a_text_whose_answer_did_not_come_in_time(installation):
    """E12: the provider has taken it, and says so when nobody listens any more."""
    provider = installation.provider
    provider.manner = Manner.HELD
    text = installation.text(installation.line())
    until(lambda: Message.objects.unknown().filter(pk=text.pk).exists())
    installation.until_settled()
    text.refresh_from_db()
    assert (text.state, text.attempt) == (State.SENT, 1)
    assert set(provider.asked) == {text.client_id}


def test_it_goes_nowhere_else_with_the_password_when_it_is_redirected(installation):
    """E17: to another host, and to one that speaks plainly."""
    provider = installation.provider
    with open_for_business() as elsewhere:
        texts = []
        for status in (302, 307):
            provider.next_manners.append(redirecting(elsewhere.url, status))
            texts.append(installation.text(installation.line()))
            installation.hurry_until(lambda: not provider.next_manners)
        installation.until_settled()
        assert not elsewhere.strays
        assert not elsewhere.requests
    for text in texts:
        text.refresh_from_db()
        assert (text.state, text.attempt) == (State.SENT, 2)
    redirected = ProviderCall.objects.filter(http_status__in=[302, 307])
    assert redirected.filter(outcome=ProviderCall.Outcome.UNKNOWN).count() == 2
