"""The gateway: texts out, their fate, receipts and texts in."""

from base64 import b64encode
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from provisioning import gateway
from provisioning.gateway import Fate, HookRequest, OutgoingText
from provisioning.models import Line, ProviderAccount, ProviderCall, TwoWayTest
from provisioning.sandbox import clock as sandbox_clock
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import Rule, Text
from tests.make import NOW, make_account, make_line, make_practice
from tests.provisioning.owner import NUMBER, Owner

pytestmark = pytest.mark.django_db

PATIENT = "+12125550123"


@pytest.fixture
def line() -> Line:
    """A claimed number of an account that the provider knows and that has credit."""
    owner = Owner()
    owner.has_a_number()
    ProvidersAccount.objects.update(credit=500, bought_at=sandbox_clock.now())
    return Line.objects.select_related("account").get()


def text(line: Line, client_id: str = "a" * 32, body: str = "Hello") -> OutgoingText:
    return OutgoingText(line, client_id, PATIENT, body, unicode=False, max_parts=1)


def fate(line: Line, **changes: str) -> gateway.SendOutcome:
    order = text(line, **changes)
    return gateway.send([order], NOW)[order.client_id]


# --- Sending -----------------------------------------------------------------------


def test_it_sends_from_the_line_to_the_phone(line):
    outcome = fate(line)
    assert outcome.fate == Fate.ACCEPTED
    sent = Text.objects.get(client_id="a" * 32)
    assert (sent.sender, sent.recipient) == (NUMBER[1:], PATIENT[1:])
    assert sent.message_id == outcome.provider_id


def test_it_sends_several_in_packets_and_answers_for_each(line, settings):
    settings.PACKET_SIZE = 2
    orders = [text(line, client_id=f"{n:032}") for n in range(5)]
    outcomes = gateway.send(orders, NOW)
    assert {outcome.fate for outcome in outcomes.values()} == {Fate.ACCEPTED}
    assert ProviderCall.objects.filter(action="sendMsg").count() == 3


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("105", Fate.REFUSED),
        ("122", Fate.REFUSED),
        ("301", Fate.HELD),
        ("001", Fate.HELD),
        ("130", Fate.HELD),
        ("901", Fate.UNKNOWN),
    ],
)
def test_it_sorts_refusals(line, code, expected):
    Rule.objects.create(action="sendMsg", kind="answer", code=code)
    outcome = fate(line)
    assert outcome.fate == expected
    assert outcome.code == code
    assert outcome.words


def test_it_tells_an_opt_out_and_a_dead_number_apart(line):
    Rule.objects.create(action="sendMsg", kind="answer", code="122")
    assert fate(line).opted_out
    Rule.objects.create(action="sendMsg", kind="answer", code="105")
    assert fate(line, client_id="b" * 32).unreachable


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("301", "out_of_credit_at"),
        ("001", "credentials_refused_at"),
        ("004", "suspended_at"),
        ("130", "limited_until"),
    ],
)
def test_it_notes_what_concerns_the_whole_account(line, code, condition):
    Rule.objects.create(action="sendMsg", kind="answer", code=code)
    fate(line)
    assert getattr(ProviderAccount.objects.get(), condition)


def test_it_does_not_know_what_became_of_a_text_without_answer(line):
    Rule.objects.create(action="sendMsg", kind="lost")
    assert fate(line).fate == Fate.UNKNOWN
    report = gateway.ask(line, "a" * 32, NOW)
    assert report.state in ("sent", "delivered")
    assert Text.objects.filter(client_id="a" * 32).count() == 1


def test_it_knows_when_a_text_never_arrived(line):
    Rule.objects.create(action="sendMsg", kind="silent")
    assert fate(line).fate == Fate.UNKNOWN
    assert gateway.ask(line, "a" * 32, NOW) is None


def test_it_says_so_when_the_provider_cannot_be_asked(line):
    Rule.objects.create(action="queryMsg", kind="garbage", times=None)
    with pytest.raises(gateway.Unavailable):
        gateway.ask(line, "a" * 32, NOW)


def test_one_text_that_cannot_be_carried_stops_no_other(line):
    poison = text(line, client_id="c" * 32, body="a\x00b")
    outcomes = gateway.send([poison, text(line)], NOW)
    assert outcomes["c" * 32].fate == Fate.REFUSED
    assert outcomes["a" * 32].fate == Fate.ACCEPTED


def test_what_can_be_carried_still_travels_in_one_packet(line):
    """One by one, a slow provider would be busy with them past their leases."""
    orders = [text(line, client_id=f"{n:032}") for n in range(3)]
    gateway.send([*orders, text(line, client_id="c" * 32, body="a\x00b")], NOW)
    assert ProviderCall.objects.filter(action="sendMsg").count() == 1


def test_it_sends_nothing_when_nothing_can_be_carried(line):
    assert fate(line, body="a\x00b").fate == Fate.REFUSED
    assert not ProviderCall.objects.filter(action="sendMsg").exists()


def test_it_keeps_patients_and_secrets_out_of_the_wire_log(line):
    fate(line, body="Visit tomorrow 10:30")
    call = ProviderCall.objects.filter(action="sendMsg").get()
    kept = call.request + call.response + call.address
    for secret in (line.account.password, PATIENT[1:], "Visit tomorrow"):
        assert secret not in kept


# --- Callbacks ---------------------------------------------------------------------


def pair(account: ProviderAccount) -> str:
    plain = f"{account.HOOK_USER}:{account.hook_password}"
    return f"Basic {b64encode(plain.encode()).decode()}"


def posted(authorization: str = "", **fields: str) -> HookRequest:
    body = urlencode(fields).encode("ascii")
    form = "application/x-www-form-urlencoded"
    return HookRequest("POST", b"", body, form, authorization)


def receipt(account: ProviderAccount, **changes: str) -> HookRequest:
    fields = {
        "api_id": account.api_id,
        "apiMsgId": "d" * 32,
        "cliMsgId": "a" * 32,
        "timestamp": "1772463600",
        "to": PATIENT[1:],
        "from": NUMBER[1:],
        "status": "004",
        "charge": "1.000000",
    }
    return posted(**{**fields, **changes})


def inbound(account: ProviderAccount, **changes: str) -> HookRequest:
    fields = {
        "api_id": account.api_id,
        "moMsgId": "e" * 32,
        "from": PATIENT[1:],
        "to": NUMBER[1:],
        "timestamp": "2026-03-02 17:00:00",
        "text": "C",
        "charset": "ISO-8859-1",
    }
    return posted(**{**fields, **changes})


@pytest.fixture
def account() -> ProviderAccount:
    account = make_account(make_practice())
    make_line(account, NUMBER)
    return account


def test_it_knows_an_account_by_its_address_and_password(account):
    found = gateway.account_for(account.hook_secret, posted(pair(account)))
    assert found == account


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic !!!", "Bearer x", "Basic eDp5"],
)
def test_it_asks_strangers_for_the_password(account, authorization):
    with pytest.raises(gateway.Stranger) as refusal:
        gateway.account_for(account.hook_secret, posted(authorization))
    assert refusal.value.status == 401


def test_it_knows_no_other_address(account):
    with pytest.raises(gateway.Stranger) as refusal:
        gateway.account_for("nope", posted(pair(account)))
    assert refusal.value.status == 404


def test_it_reads_a_receipt(account):
    (report,) = gateway.read_reports(account, receipt(account), NOW)
    assert (report.state, report.status) == ("delivered", "004")
    assert report.client_id == "a" * 32
    assert report.charge == 1


def test_it_reads_a_text(account):
    (message,) = gateway.read_texts(account, inbound(account), NOW)
    assert (message.sender, message.to, message.text) == (PATIENT, NUMBER, "C")


def test_it_takes_a_probe_for_what_it_is(account):
    probe = HookRequest("GET", b"", b"", "")
    assert gateway.read_reports(account, probe, NOW) == []
    assert gateway.read_texts(account, probe, NOW) == []


@pytest.mark.parametrize("read", [gateway.read_reports, gateway.read_texts])
def test_it_refuses_what_it_cannot_read(account, read):
    with pytest.raises(gateway.BadCallback):
        read(account, posted(api_id=account.api_id), NOW)


def test_it_refuses_another_connections_callbacks(account):
    with pytest.raises(gateway.BadCallback):
        gateway.read_reports(account, receipt(account, api_id="999"), NOW)
    with pytest.raises(gateway.BadCallback):
        gateway.read_texts(account, inbound(account, api_id="999"), NOW)


def test_it_logs_callbacks_without_their_words(account):
    gateway.read_texts(account, inbound(account, text="I am ill"), NOW)
    call = ProviderCall.objects.get()
    assert call.action == "inbound text"
    assert "ill" not in call.request
    assert PATIENT[1:] not in call.request


# --- The wizard's own test ---------------------------------------------------------


@pytest.fixture
def trial(account) -> TwoWayTest:
    account.stage = "number_claimed"
    account.save()
    return TwoWayTest.objects.create(
        line=account.lines.get(),
        mobile_number=PATIENT,
        client_id="a" * 32,
        state="sent",
        started_at=NOW,
    )


def test_it_keeps_the_tests_receipts_to_itself(account, trial):
    assert gateway.read_reports(account, receipt(account), NOW) == []
    trial.refresh_from_db()
    assert trial.state == "delivered"
    assert gateway.read_reports(account, receipt(account, status="003"), NOW) == []
    trial.refresh_from_db()
    assert trial.state == "delivered"


def test_it_takes_the_answer_once(account, trial):
    assert gateway.read_texts(account, inbound(account), NOW) == []
    account.refresh_from_db()
    assert account.stage == "ready"
    assert gateway.read_texts(account, inbound(account), NOW) == []
    (later,) = gateway.read_texts(account, inbound(account, moMsgId="f" * 32), NOW)
    assert later.text == "C"


def test_it_leaves_everybody_elses_texts_alone(account, trial):
    other = inbound(account, **{"from": "12125550124"})
    assert gateway.read_texts(account, other, NOW)


def test_it_does_not_wait_for_ever(account, trial):
    late = NOW + timedelta(hours=2)
    assert gateway.read_texts(account, inbound(account), late)


def test_a_proven_number_ends_an_earlier_suspension(account, trial):
    ProviderAccount.objects.update(suspended_at=NOW)
    gateway.read_texts(account, inbound(account), NOW)
    account.refresh_from_db()
    assert account.is_usable(NOW)
