"""The mobile network: how texts move, and what answers and stop words do."""

from datetime import timedelta

import pytest

from provisioning.sandbox import clock, network
from provisioning.sandbox.models import Account, CallbackJob, Handset, Stop, Text

from . import customer
from .customer import PHONE, fault, send, sent

pytestmark = pytest.mark.django_db

NUMBER = "12025550111"


def later(**span: float):
    return clock.now() + timedelta(**span)


def status(text: Text) -> str:
    return Text.objects.get(pk=text.pk).status


def pushed(text: Text) -> list[str]:
    jobs = CallbackJob.objects.filter(text=text).order_by("pk")
    return [job.status for job in jobs]


# --- Texts on their way --------------------------------------------------------------


def test_it_takes_a_text_to_the_gateway_and_then_to_the_phone():
    customer.ready()
    text = sent()
    assert status(text) == "003"
    network.advance(later(seconds=0.5))
    assert status(text) == "003"
    network.advance(later(seconds=2))
    assert status(text) == "004"
    assert pushed(text) == ["003", "004"]


def test_it_obeys_the_receipt_switch():
    customer.ready()
    customer.post("/switchboard/act", do="switches", receipt_seconds="60")
    text = sent()
    network.advance(later(seconds=50))
    assert status(text) == "003"


def test_it_fails_texts_to_a_landline():
    customer.ready()
    text = sent(to="12025550199")
    network.advance(later(seconds=2))
    assert status(text) == "007"
    assert pushed(text) == ["003", "007"]


def test_it_keeps_texts_for_a_phone_that_is_off():
    customer.ready()
    Handset.objects.switch(PHONE, off=True)
    text = sent()
    network.advance(later(minutes=5))
    assert status(text) == "003"
    Handset.objects.switch(PHONE, off=False)
    network.advance(later(minutes=6))
    assert status(text) == "004"


def test_it_expires_a_text_after_its_validity_and_gives_the_price_back():
    customer.ready()
    Handset.objects.switch(PHONE, off=True)
    before = Account.objects.get().credit
    text = sent(validity=10)
    network.advance(later(minutes=9))
    assert status(text) == "003"
    network.advance(later(minutes=11))
    assert status(text) == "010"
    assert Account.objects.get().credit == before
    assert Text.objects.get(pk=text.pk).charge == 0


def test_it_waits_with_a_delayed_text():
    customer.ready()
    text = sent(deliv_time=30)
    network.advance(later(minutes=29))
    assert status(text) == "011"
    network.advance(later(minutes=31))
    assert status(text) == "003"
    network.advance(later(minutes=32))
    assert status(text) == "004"


@pytest.mark.parametrize(
    ("callback", "wanted"),
    [
        (0, []),
        (1, ["003"]),
        (2, ["004"]),
        (3, ["003", "004"]),
        (4, []),
        (5, ["003"]),
        (6, ["004"]),
        (7, ["003", "004"]),
    ],
)
def test_it_pushes_the_statuses_that_were_asked_for(callback, wanted):
    customer.ready()
    text = sent(callback=callback)
    network.advance(later(seconds=2))
    assert pushed(text) == wanted


def test_it_pushes_nothing_to_a_connection_without_an_address():
    customer.ready(callback_url="")
    text = sent()
    network.advance(later(seconds=2))
    assert pushed(text) == []


# --- Answers -------------------------------------------------------------------------


def test_it_queues_an_answer_for_the_owner_of_the_number():
    number = customer.ready()
    text = network.answer(PHONE, NUMBER, "C", clock.now())
    job = CallbackJob.objects.get(text=text)
    assert (text.account, text.connection) == (number.account, number.connection)
    assert (job.kind, job.part, job.udh) == ("inbound", "C", "")


def test_it_splits_a_long_answer_and_numbers_its_parts():
    customer.ready()
    body = "a" * 200
    text = network.answer(PHONE, NUMBER, body, clock.now())
    first, second = CallbackJob.objects.filter(text=text).order_by("pk")
    assert first.part + second.part == body
    assert first.udh[:6] == second.udh[:6] == "050003"
    assert first.udh[:-2] == second.udh[:-2]
    assert (first.udh[-4:], second.udh[-4:]) == ("0201", "0202")
    assert first.message_id != second.message_id


@pytest.mark.parametrize("to", ["12125550118", network.GATEWAY_NUMBER])
def test_it_drops_answers_to_numbers_nobody_rents(to):
    customer.ready()
    text = network.answer(PHONE, to, "hello?", clock.now())
    assert text.status == "007"
    assert not text.jobs.exists()


def test_it_drops_answers_to_a_suspended_number():
    number = customer.ready()
    customer.post("/switchboard/act", do="number", id=number.pk, on="0")
    assert not network.answer(PHONE, NUMBER, "C", clock.now()).jobs.exists()
    assert fault(send()) == "106, Invalid source address"


# --- Stop words ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["STOP", "stop", " Stop. ", "END", "Cancel!", "unsubscribe", "QUIT", "Stop it now"],
)
def test_it_refuses_texts_after_a_stop_word_but_for_one_confirmation(words):
    customer.ready()
    network.answer(PHONE, NUMBER, words, clock.now())
    assert fault(send(text="You will get no more texts from us.")) == ""
    assert fault(send()) == "122, Destination mobile opted out"


@pytest.mark.parametrize(
    "words", ["please do not stop by", "Cancel my visit please", "C", "the end"]
)
def test_it_does_not_stop_at_words_in_a_sentence(words):
    customer.ready()
    network.answer(PHONE, NUMBER, words, clock.now())
    assert not Stop.objects.exists()


def test_it_lifts_a_stop_at_the_next_text_without_the_words():
    customer.ready()
    network.answer(PHONE, NUMBER, "STOP", clock.now())
    network.answer(PHONE, NUMBER, "I said: stop", clock.now())
    assert Stop.objects.exists()
    network.answer(PHONE, NUMBER, "START", clock.now())
    assert not Stop.objects.exists()
    assert fault(send()) == ""


def test_it_stops_one_phone_only():
    customer.ready()
    network.answer(PHONE, NUMBER, "STOP", clock.now())
    for _ in range(2):
        assert fault(send(to="12025550122")) == ""


def test_it_lets_no_sender_of_the_account_pass_after_stop_all():
    customer.ready()
    network.answer(PHONE, NUMBER, "STOP ALL", clock.now())
    gateway = customer.command("sendMsg", to=PHONE, text="hello")
    assert fault(customer.packet(gateway)) == "122, Destination mobile opted out"


def test_it_sends_its_own_notice_when_nobody_confirms_in_time():
    customer.ready()
    before = Account.objects.get().credit
    network.answer(PHONE, NUMBER, "STOP", clock.now())
    network.advance(later(hours=5))
    assert not Text.objects.filter(text=network.NOTICE).exists()
    network.advance(later(hours=7))
    network.advance(later(hours=8))
    assert Text.objects.filter(text=network.NOTICE, recipient=PHONE).count() == 1
    assert Account.objects.get().credit == before - 1


def test_it_takes_no_confirmation_after_six_hours():
    customer.ready()
    network.answer(PHONE, NUMBER, "STOP", clock.now() - timedelta(hours=7))
    assert fault(send()) == "122, Destination mobile opted out"
