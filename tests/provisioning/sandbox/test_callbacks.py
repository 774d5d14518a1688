"""Receipts and inbound texts as they arrive at the customer's web site."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from provisioning.sandbox import callbacks, clock, network
from provisioning.sandbox.models import (
    Account,
    ApiConnection,
    CallbackJob,
    Number,
    Text,
)

from . import customer
from .customer import PHONE, recorded, sent

pytestmark = pytest.mark.django_db

NUMBER = "12025550111"
WINTER = datetime(2013, 2, 4, 7, 30, 36, tzinfo=UTC)


def deliver(**later: float) -> int:
    return callbacks.deliver_due(clock.now() + timedelta(**later))


def answer(text: str, now: datetime | None = None) -> Text:
    return network.answer(PHONE, NUMBER, text, now or clock.now())


def tries_of(job: CallbackJob, minutes: list[int]) -> list[int]:
    """The minutes after which the job was tried, of those looked at."""
    start, seen, tries = job.due_at, [], 0
    for minute in minutes:
        callbacks.deliver_due(start + timedelta(minutes=minute))
        job.refresh_from_db()
        if job.tries > tries:
            seen.append(minute)
            tries = job.tries
    return seen


# --- Receipts ------------------------------------------------------------------------


def test_it_posts_receipts_as_a_form(receiver):
    customer.ready()
    text = sent(cliMsgId="5d1f0c2e9a7b4c6d8e0f1a2b3c4d5e6f")
    assert deliver() == 1
    assert deliver(seconds=2) == 1
    assert receiver.statuses() == ["003", "004"]
    first = receiver.got[0]
    assert (first.method, first.path) == ("POST", "/s/")
    assert first.headers["Content-Type"] == "application/x-www-form-urlencoded"
    stamp = first.fields.pop("timestamp")
    assert abs(int(stamp) - clock.now().timestamp()) < 60
    assert {**first.fields, "timestamp": ""} == {
        "api_id": "3407892",
        "apiMsgId": text.message_id,
        "cliMsgId": "5d1f0c2e9a7b4c6d8e0f1a2b3c4d5e6f",
        "timestamp": "",
        "to": PHONE,
        "from": NUMBER,
        "status": "003",
        "charge": "1.000000",
    }


def test_it_names_the_fields_in_the_recorded_order(receiver):
    customer.ready()
    sent()
    deliver()
    order = [pair.partition("=")[0] for pair in receiver.got[0].body.split("&")]
    example = recorded("callbacks/receipt.post.form")
    assert order == [pair.partition("=")[0] for pair in example.split("&")]


def test_it_gets_receipts_in_the_query(receiver):
    customer.ready(callback_type_id=0, callback_url="http://app.test/s/?key=abc")
    sent()
    deliver()
    assert (receiver.got[0].method, receiver.got[0].body) == ("GET", "")
    assert receiver.got[0].query.startswith("key=abc&api_id=3407892&")


def test_it_posts_receipts_as_xml_without_the_api_id(receiver):
    customer.ready(callback_type_id=2)
    sent(cliMsgId="abc")
    deliver()
    document = receiver.got[0].fields["data"]
    assert document.startswith('<?xml version="1.0"?>\n<callback><apiMsgId>')
    root = etree.fromstring(document.encode())
    assert root.findtext("cliMsgId") == "abc"
    assert root.findtext("status") == "003"
    assert root.find("api_id") is None


@pytest.mark.parametrize(
    ("callback_type", "method"), [(3, "GET"), (5, "GET"), (6, "POST")]
)
def test_it_speaks_the_rarer_forms_too(receiver, callback_type, method):
    customer.ready(callback_type_id=callback_type)
    text = sent()
    deliver()
    assert receiver.got[0].method == method
    document = receiver.got[0].fields["data"]
    names = {
        element.tag.rpartition("}")[2].lower(): element.text or ""
        for element in etree.fromstring(document.encode()).iter()
    }
    assert names["apimsgid"] == text.message_id


def test_it_sends_the_basic_pair_when_there_is_one(receiver):
    customer.ready(callback_username="clickatell", callback_password="s3cret")
    sent()
    deliver()
    pair = base64.b64encode(b"clickatell:s3cret").decode()
    assert receiver.got[0].headers["Authorization"] == f"Basic {pair}"


# --- Inbound texts -------------------------------------------------------------------


def test_it_posts_an_answer_in_latin1_and_in_its_fixed_zone(receiver):
    customer.ready()
    answer("Sí, mañana", WINTER)
    deliver()
    body = receiver.got[0].body
    assert receiver.got[0].path == "/m/"
    assert "&text=S%ED%2C+ma%F1ana&charset=ISO-8859-1&udh=&" in body
    assert "timestamp=2013-02-04+09%3A30%3A36" in body
    order = [pair.partition("=")[0] for pair in body.split("&")]
    example = recorded("callbacks/inbound.latin1.form")
    assert order == [pair.partition("=")[0] for pair in example.split("&")]
    assert receiver.got[0].headers["User-Agent"] == "Clickatell MO Callback"


def test_it_writes_summer_times_in_the_same_zone(receiver):
    customer.ready()
    answer("C", datetime(2013, 7, 4, 7, 30, tzinfo=UTC))
    deliver()
    assert receiver.got[0].fields["timestamp"] == "2013-07-04 09:30:00"


def test_it_posts_other_alphabets_as_utf16_bytes(receiver):
    customer.ready()
    answer("Да, 10")
    deliver()
    example = recorded("callbacks/inbound.utf16.query")
    piece = example[example.index("text=") : example.index("&udh")]
    assert piece in receiver.got[0].body


def test_it_posts_the_parts_of_a_long_answer_one_by_one(receiver):
    customer.ready()
    answer("x" * 100 + "y" * 100)
    assert deliver() == 2
    parts = [callback.fields for callback in receiver.got]
    assert "".join(part["text"] for part in parts) == "x" * 100 + "y" * 100
    assert [part["udh"][-2:] for part in parts] == ["01", "02"]
    assert len({part["moMsgId"] for part in parts}) == 2


def test_it_posts_answers_as_xml(receiver):
    customer.ready()
    Number.objects.update(reply_type=2)
    answer("YES & thanks, señor")
    deliver()
    document = receiver.got[0].fields["data"]
    assert "YES &amp; thanks, se&#241;or" in document
    root = etree.fromstring(document.encode())
    assert root.tag == "clickmo"
    assert root.findtext("api_id") == "3407892"
    assert root.findtext("text") == "YES & thanks, señor"


def test_it_sends_the_basic_pair_of_the_reply_path(receiver):
    customer.ready()
    Number.objects.update(reply_username="me", reply_password="too")
    answer("C")
    deliver()
    assert receiver.got[0].headers["Authorization"].startswith("Basic ")


def test_it_keeps_an_answer_until_there_is_a_reply_path(receiver):
    customer.ready()
    Number.objects.update(reply_url="")
    answer("C")
    assert deliver() == 0
    Number.objects.update(reply_url="http://app.test/new/")
    assert deliver() == 1
    assert receiver.got[0].path == "/new/"


def test_it_holds_answers_back_while_there_is_no_credit(receiver):
    customer.ready()
    Account.objects.update(credit=0)
    answer("C")
    assert deliver() == 0
    customer.post(customer.own_page("buy_credits_url"), pack=500)
    assert deliver() == 1


# --- Repeats -------------------------------------------------------------------------


def test_it_repeats_a_receipt_on_the_documented_ladder(receiver):
    customer.ready()
    receiver.status = None
    sent(callback=1)
    job = CallbackJob.objects.get()
    ladder = [0, 2, 6, 14, 30, 62, 126, 254]
    early = [minute - 1 for minute in ladder[1:]]
    assert tries_of(job, sorted(ladder + early)) == ladder
    days = 3 * 24 * 60
    assert tries_of(job, []) == []
    start = job.due_at
    callbacks.deliver_due(start - timedelta(minutes=1))
    job.refresh_from_db()
    assert (job.tries, job.state) == (8, "waiting")
    callbacks.deliver_due(start)
    job.refresh_from_db()
    assert (job.tries, job.state) == (9, "given_up")
    assert start - job.event_at >= timedelta(minutes=254 + days)
    assert len(receiver.got) == 9


def test_it_repeats_an_answer_on_the_documented_ladder(receiver):
    customer.ready()
    receiver.status = 500
    job = answer("C").jobs.get()
    ladder = [0, 2, 6, 14, 30, 55]
    early = [minute - 1 for minute in ladder[1:]]
    assert tries_of(job, sorted([*ladder, *early, 100, 10_000])) == ladder
    assert job.state == "given_up"
    assert job.last_answer == "500"


@pytest.mark.parametrize("status", [200, 201, 204])
def test_it_is_content_with_any_2xx(receiver, status):
    customer.ready()
    receiver.status = status
    sent(callback=1)
    deliver()
    assert CallbackJob.objects.get().state == "done"
    assert deliver(days=9) == 0


@pytest.mark.parametrize("status", [301, 401, 404, 503])
def test_it_repeats_after_anything_else(receiver, status):
    customer.ready()
    receiver.status = status
    sent(callback=1)
    deliver()
    receiver.status = 200
    assert deliver(minutes=1) == 0
    assert deliver(minutes=3) == 1
    assert CallbackJob.objects.get().state == "done"


def test_it_repeats_to_a_corrected_address(receiver):
    customer.ready()
    receiver.status = 404
    sent(callback=1)
    deliver()
    receiver.status = 200
    ApiConnection.objects.update(callback_url="http://app.test/better/")
    deliver(minutes=3)
    assert [callback.path for callback in receiver.got] == ["/s/", "/better/"]


def test_it_lets_one_thread_post_each_try():
    customer.ready()
    sent(callback=1)
    job = CallbackJob.objects.get()
    assert job.claim(clock.now())
    assert not job.claim(clock.now())
