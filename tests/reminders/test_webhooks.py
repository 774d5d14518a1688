"""The webhooks' manners: who is let in, what is answered, what is kept."""

from base64 import b64encode
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from provisioning.models import ProviderCall, Stage, TwoWayTest
from reminders import tasks, webhooks
from reminders.models import Message, Receipt, RefusedCallback
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW


@pytest.fixture
def queued(monkeypatch):
    """The ids of texts that were handed to a worker."""
    ids = []
    monkeypatch.setattr(
        tasks.work_on_text, "apply_async", lambda args, **_options: ids.append(*args)
    )
    return ids


@pytest.fixture
def line(monkeypatch, queued):
    monkeypatch.setattr(webhooks, "now", lambda: NOW)
    return make.make_line(make.make_account(make.make_practice()))


def call(line, hook, fields, method="post", secret=None, pair=None):
    """Call back as the provider does: form pairs in the body, or in the query."""
    account = line.account
    user, password = pair or (account.HOOK_USER, account.hook_password)
    basic = b64encode(f"{user}:{password}".encode()).decode()
    address = reverse(hook, args=[secret or account.hook_secret])
    form = urlencode(fields, encoding="iso-8859-1")
    if method == "get":
        address, form = f"{address}?{form}", ""
    return Client(enforce_csrf_checks=True).generic(
        method.upper(),
        address,
        form,
        "application/x-www-form-urlencoded",
        headers={"Authorization": f"Basic {basic}"},
    )


def receipt(line, **changes):
    return {
        "api_id": line.account.api_id,
        "apiMsgId": "p1",
        "cliMsgId": "c1",
        "to": "12125550123",
        "timestamp": "1772463600",
        "from": line.number.removeprefix("+"),
        "status": "004",
        "charge": "0.800000",
        **changes,
    }


def inbound(line, text="C", **changes):
    return {
        "api_id": line.account.api_id,
        "moMsgId": "mo-1",
        "from": "12125550123",
        "to": line.number.removeprefix("+"),
        "timestamp": "2026-03-02 17:00:00",
        "charset": "ISO-8859-1",
        "udh": "",
        "text": text,
        **changes,
    }


HOOKS = [("receipt_hook", receipt), ("inbound_hook", inbound)]


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_takes_a_receipt(line, method):
    phone = make.make_phone(line.account.practice)
    text = make.make_message(phone, state=Message.State.SENT, client_id="c1")
    answer = call(line, "receipt_hook", receipt(line), method)
    assert (answer.status_code, answer.content) == (200, b"OK")
    text.refresh_from_db()
    assert (text.state, text.provider_id) == ("delivered", "p1")


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_stores_a_text_and_hands_it_to_a_worker(line, queued, method):
    answer = call(line, "inbound_hook", inbound(line, "Sí"), method)
    assert answer.status_code == 200
    text = Message.objects.get()
    assert (text.phone.number, text.worked_at) == ("+12125550123", None)
    assert text.practice == line.account.practice
    assert queued == [text.pk]


def test_it_answers_repeats_without_working_on_them_again(line, queued):
    for _ in range(3):
        assert call(line, "inbound_hook", inbound(line)).status_code == 200
        assert call(line, "receipt_hook", receipt(line)).status_code == 200
    assert (Message.objects.count(), Receipt.objects.count()) == (1, 1)
    assert len(queued) == 1


def test_it_keeps_a_receipt_for_a_text_it_does_not_know(line):
    assert call(line, "receipt_hook", receipt(line)).status_code == 200
    assert Receipt.objects.get().message is None


@pytest.mark.parametrize(("hook", "fields"), HOOKS)
@pytest.mark.parametrize(
    ("stranger", "status"),
    [({"secret": "guessed"}, 404), ({"pair": ("frontdesk", "guessed")}, 401)],
)
def test_it_turns_strangers_away(line, hook, fields, stranger, status):
    assert call(line, hook, fields(line), **stranger).status_code == status
    assert not Message.objects.exists()
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(("hook", "fields"), HOOKS)
def test_it_says_so_when_it_cannot_read_a_callback(line, hook, fields):
    answer = call(line, hook, {**fields(line), "timestamp": "soon"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "text/plain"


@pytest.mark.parametrize(("hook", "fields"), HOOKS)
def test_it_refuses_what_is_meant_for_another_connection(line, hook, fields):
    assert call(line, hook, fields(line, api_id="1")).status_code == 400


@pytest.mark.parametrize(("hook", "_fields"), HOOKS)
def test_it_answers_a_probe_and_keeps_nothing(line, hook, _fields):
    assert call(line, hook, {}, "get").status_code == 200
    assert not Message.objects.exists()


@pytest.mark.parametrize(("hook", "fields"), HOOKS)
def test_it_allows_get_and_post_only(line, hook, fields):
    assert call(line, hook, fields(line), "put").status_code == 405


def test_it_leaves_the_set_ups_own_test_to_the_set_up(line):
    line.account.stage = Stage.NUMBER_CLAIMED
    line.account.save()
    TwoWayTest.objects.create(
        line=line,
        mobile_number="+12125550123",
        client_id="c1",
        started_at=NOW - timedelta(minutes=1),
    )
    assert call(line, "receipt_hook", receipt(line)).status_code == 200
    assert call(line, "inbound_hook", inbound(line)).status_code == 200
    assert not Message.objects.exists()
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("fault", [OperationalError("down"), ConnectionError()])
def test_it_answers_though_the_broker_is_down(line, monkeypatch, fault):
    def refuse(*_args, **_options):
        raise fault

    monkeypatch.setattr(tasks.work_on_text, "apply_async", refuse)
    assert call(line, "inbound_hook", inbound(line)).status_code == 200
    assert Message.objects.unworked().count() == 1


def test_it_lets_the_provider_try_again_when_the_database_fails(line, monkeypatch):
    def fail(*_args):
        raise RuntimeError("no database")

    monkeypatch.setattr("reminders.inbox.take_in", fail)
    with pytest.raises(RuntimeError):
        call(line, "inbound_hook", inbound(line))


def test_it_does_not_keep_the_patients_words_in_the_wire_log(line):
    call(line, "inbound_hook", inbound(line, "my secret"))
    logged = ProviderCall.objects.get()
    assert "my secret" not in f"{logged.request}{logged.response}{logged.address}"
    assert line.account.hook_secret not in logged.address
    assert "2125550123" not in logged.request


HOSTILE = {
    "api_id": ["\0", "9" * 21, "x"],
    "apiMsgId": ["\0", "f" * 33, "f" * 64, "f" * 65, "d2b66016-178d-4c3b-8a70-1056"],
    "cliMsgId": ["\0", "f" * 33, "f" * 64, "f" * 65, ""],
    "moMsgId": ["\0", "f" * 33, "f" * 64, "f" * 65, ""],
    "to": ["\0", "1" * 15, "1" * 16, "1" * 33, "+1 212 555 0123", "Lakeside", "+"],
    "from": ["\0", "1" * 15, "1" * 16, "1" * 33, "+1 212 555 0124", "Lakeside", "+"],
    "timestamp": [
        "0",
        "9" * 11,
        "9" * 20,
        "0001-01-01 00:00:00",
        "0001-01-01 02:00:00",
        "9999-12-31 23:59:59",
        "1900-01-01 00:00:00",
        "2026-02-30 00:00:00",
    ],
    "status": ["4", "999", "9999", "-01"],
    "charge": ["9" * 12, "99999999", "9999.99999999", "-1", "10000", "NaN", "\0"],
    "charset": ["\0", "rot13", "zip", "utf-7", "x" * 5000],
    "udh": ["\0", "0500", "050003000000", "ff" * 140, "zz"],
    "network": ["\0", "x" * 60_000, "\r\nforged=1"],
    "text": ["\0" * 70, "x" * 60_000, "\x1b[2J", "\xff\xfe", ""],
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(("hook", "fields"), HOOKS)
def test_it_takes_or_refuses_hostile_values_and_never_breaks(line, hook, fields, name):
    for value in HOSTILE[name]:
        answer = call(line, hook, {**fields(line), name: value})
        assert answer.status_code in (200, 400), value[:20]
    desk = Client()
    desk.force_login(make.make_member(line.account.practice).user)
    assert desk.get(reverse("inbox")).status_code == 200
    assert all("\0" not in row.request for row in ProviderCall.objects.all())


@pytest.mark.parametrize("charset", ["UTF-16BE", "UTF-8", "ISO-8859-1"])
def test_it_keeps_a_text_of_broken_characters(line, charset):
    # Half a surrogate pair, an overlong sequence, NULs, text that runs backwards.
    for number, raw in enumerate(("\xd8\x3d", "\xc0\x80", "\0\0\0", "\x20\x2e\0")):
        fields = inbound(line, raw, charset=charset, moMsgId=f"mo-{number}")
        assert call(line, "inbound_hook", fields).status_code == 200
    assert Message.objects.count() == 4


def test_it_knows_a_phone_by_its_number_however_it_is_written(line):
    for number, sender in enumerate(("12125550123", "+12125550123", "1 212 555 0123")):
        fields = inbound(line, moMsgId=f"mo-{number}", **{"from": sender})
        assert call(line, "inbound_hook", fields).status_code == 200
    assert {text.phone.number for text in Message.objects.all()} == {"+12125550123"}


@pytest.mark.parametrize("secret", ["%00", "%ff", "a%2fb", "x" * 3000])
def test_it_does_not_look_for_a_secret_that_can_be_none(line, secret):
    assert Client().post(f"/hooks/{secret}/texts/").status_code == 404


def test_it_takes_the_fields_of_the_body_where_the_query_has_them_as_well(line):
    account = line.account
    pair = f"{account.HOOK_USER}:{account.hook_password}".encode()
    answer = Client().post(
        f"{reverse('inbound_hook', args=[account.hook_secret])}?text=query&from=1",
        urlencode(inbound(line, "body")),
        "application/x-www-form-urlencoded",
        headers={"Authorization": f"Basic {b64encode(pair).decode()}"},
    )
    assert answer.status_code == 200
    assert Message.objects.get().body == "body"


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !!", "Basic \u00e9", "Bearer x", "Basic " + "A" * 9999],
)
def test_it_takes_no_odd_sign_in_for_the_right_one(line, header):
    address = reverse("inbound_hook", args=[line.account.hook_secret])
    answer = Client().post(address, headers={"Authorization": header})
    assert answer.status_code == 401


def test_it_asks_few_questions(line, django_assert_max_num_queries):
    make.make_message(
        make.make_phone(line.account.practice),
        state=Message.State.SENT,
        client_id="c1",
    )
    with django_assert_max_num_queries(14):
        call(line, "receipt_hook", receipt(line))


def refusals():
    """The practices and reasons of callbacks that were sent away."""
    return set(RefusedCallback.objects.values_list("practice", "reason"))


@pytest.mark.parametrize(("hook", "fields"), HOOKS)
def test_it_counts_whom_it_sends_away(line, hook, fields):
    practice = line.account.practice.pk
    call(line, hook, fields(line), pair=("frontdesk", "wrong"))
    assert refusals() == {(practice, "password")}
    call(line, hook, {"api_id": line.account.api_id, "status": "?"})
    assert (practice, "unreadable") in refusals()
    call(line, hook, fields(line), secret="nobodys")
    assert (None, "stranger") in refusals()


def test_it_counts_nothing_that_it_takes(line):
    call(line, "receipt_hook", receipt(line))
    call(line, "inbound_hook", inbound(line))
    assert refusals() == set()
