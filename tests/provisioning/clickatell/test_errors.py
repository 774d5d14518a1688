"""The tables of codes, and how an answer's codes become one error."""

import pickle
from datetime import UTC, datetime

import pytest

from provisioning.clickatell.errors import (
    CONNECT_CODES,
    MESSAGING_CODES,
    STATUSES,
    AlreadyDone,
    Code,
    NeedsCaptcha,
    NotAllowed,
    ProviderError,
    Refused,
    Unavailable,
    Unknown,
    from_codes,
    read_fault,
    status_of,
)

EVERY_CODE = [*CONNECT_CODES.values(), *MESSAGING_CODES.values()]


def test_it_knows_the_61_codes_of_the_guide() -> None:
    numbers = [*range(1, 10), *range(100, 110), *range(400, 441), 999]
    assert list(CONNECT_CODES) == [f"{number:03}" for number in numbers]


def test_it_knows_every_messaging_code_and_status() -> None:
    numbers = [1, 2, 3, 4, 5, 7, *range(100, 117), 120, 121, 122, 123, 128, 130]
    numbers += [201, 202, 301, 302, 605, 606, 607, 609, 901]
    assert sorted(MESSAGING_CODES) == [f"{number:03}" for number in numbers]
    assert list(STATUSES) == [f"{n:03}" for n in [*range(1, 13), 14]]


@pytest.mark.parametrize("entry", EVERY_CODE, ids=lambda entry: entry.code)
def test_it_says_what_happened_and_what_helps(entry: Code) -> None:
    assert entry.sentence.endswith(".")
    assert entry.remedy.endswith(".")
    assert entry.label
    assert entry.label not in entry.sentence


@pytest.mark.parametrize("entry", EVERY_CODE, ids=lambda entry: entry.code)
def test_it_agrees_with_itself_about_who_can_act(entry: Code) -> None:
    if entry.kind in (Refused, NeedsCaptcha):
        assert entry.who in ("person", "nobody")
    if entry.kind is NotAllowed:
        assert entry.who in ("operator", "developer")
    if entry.kind is AlreadyDone:
        assert entry.who == "nobody"


def test_it_holds_the_account_for_the_codes_that_concern_all_its_texts() -> None:
    held = {c.code for c in MESSAGING_CODES.values() if c.retry == "after_change"}
    assert held == {"001", "002", "004", "007", "106", "108", "123", "301", "302"}
    assert MESSAGING_CODES["901"].retry == "retry"
    assert MESSAGING_CODES["122"].retry == "never"


@pytest.mark.parametrize(
    ("codes", "kind", "field"),
    [
        (["439"], Refused, "user"),
        (["004"], NeedsCaptcha, "captcha_code"),
        (["005"], NotAllowed, ""),
        (["107"], AlreadyDone, ""),
        (["008"], Unavailable, ""),
        (["431", "400"], NeedsCaptcha, "user"),
        (["431", "430"], NotAllowed, "user"),
        (["999", "431"], Refused, "user"),
        (["414", "433"], Refused, "fname"),
        (["777"], Unknown, ""),
        ([], Unknown, ""),
    ],
)
def test_it_picks_the_class_that_decides_what_happens_next(
    codes: list[str], kind: type[ProviderError], field: str
) -> None:
    error = from_codes([(code, "") for code in codes])
    assert type(error) is kind
    assert error.field == field
    assert error.codes == tuple(codes)
    assert error.problems


def test_it_keeps_number_and_words_of_a_code_it_does_not_know() -> None:
    error = from_codes([("777", "Moon in the wrong phase")])
    assert error.labels == ("Moon in the wrong phase",)
    assert error.problems[0].label == "Moon in the wrong phase"
    assert "777" in str(error)


def test_it_keeps_the_words_of_a_coupon_and_shortens_endless_ones() -> None:
    error = from_codes(
        [("109", "Coupon Error: coupon has expired"), ("439", "x" * 999)]
    )
    assert error.problems[0].label == "Coupon Error: coupon has expired"
    assert len(error.problems[1].label) == 200


def test_it_never_repeats_the_providers_words_in_its_own_text() -> None:
    error = from_codes([("417", "Invalid mobile_number 19995550100")])
    assert "19995550100" not in f"{error} {error!r}"


def test_it_says_when_a_failed_call_may_have_been_carried_out() -> None:
    assert from_codes([("999", "")]).maybe_done
    assert not from_codes([("008", "")]).maybe_done
    assert not from_codes([("301", "")], MESSAGING_CODES).maybe_done
    assert from_codes([("901", "")], MESSAGING_CODES).maybe_done


def test_it_survives_the_way_to_another_process() -> None:
    error = from_codes([("999", "Unknown error")])
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  (our own bytes)
    assert type(copy) is Unavailable
    assert copy.problems == error.problems
    assert copy.maybe_done


@pytest.mark.parametrize(
    ("text", "code", "label"),
    [
        ("105, Invalid destination address", "105", "Invalid destination address"),
        (" ERR: 001, Authentication failed\n", "001", "Authentication failed"),
        ("No route to this prefix", "", "No route to this prefix"),
        ("12, too short", "", "12, too short"),
    ],
)
def test_it_reads_the_fault_of_a_text(text: str, code: str, label: str) -> None:
    fault = read_fault(text)
    assert (fault.code, fault.label) == (code, label)
    assert fault.hold_until is None


def test_it_reads_until_when_an_account_is_held() -> None:
    fault = read_fault("130, Maximum MT limit exceeded until 1362096000")
    assert fault.retry == "at_time"
    assert fault.hold_until == datetime(2013, 3, 1, tzinfo=UTC)
    assert read_fault("130, Maximum MT limit exceeded until later").hold_until is None


def test_it_gives_a_faults_words_and_the_error_it_stands_for() -> None:
    fault = read_fault("301, No credit left")
    assert fault.sentence == MESSAGING_CODES["301"].sentence
    assert fault.remedy == MESSAGING_CODES["301"].remedy
    assert read_fault("105, x").field == "to"
    assert type(fault.error()) is Refused
    assert type(read_fault("no number").error()) is Unknown


def test_it_lets_a_status_nobody_told_us_about_be_unknown() -> None:
    assert status_of("004").state == "delivered"
    assert status_of("099").state == "unknown"
    assert not status_of("099").final
