"""The tables of codes and statuses."""

import pytest

from provisioning.exchange.family import Code, NotAllowed, Refused, Unavailable, Unknown
from provisioning.oneapi.errors import (
    CODES,
    STATUSES,
    read_fault,
    status_named,
    status_of,
)

DOCUMENTED = {
    *("1", "2", "3", "7"),
    *(str(n) for n in range(18, 29)),
    *(str(n) for n in range(30, 34)),
    *(str(n) for n in range(38, 47)),
    *("100", "101", "110", "111"),
}


def test_every_documented_code_is_mapped_and_none_more():
    assert set(CODES) == DOCUMENTED


def test_every_documented_status_is_mapped():
    numbers = {*range(1, 7), *range(20, 30), 60, 61, *range(80, 86), 100, 130}
    assert set(STATUSES) == {str(number) for number in numbers}
    assert len({status.label for status in STATUSES.values()}) == len(STATUSES)


@pytest.mark.parametrize("entry", CODES.values(), ids=lambda entry: entry.code)
def test_it_says_what_happened_what_helps_and_who_can_act(entry: Code) -> None:
    assert entry.sentence.endswith(".")
    assert entry.remedy.endswith(".")
    assert entry.label
    allowed = {
        Refused: {"person"},
        NotAllowed: {"operator", "developer"},
        Unavailable: {"later"},
    }
    assert entry.who in allowed[entry.kind]


def test_it_holds_the_account_for_the_codes_that_concern_all_its_texts():
    held = {code.code for code in CODES.values() if code.retry == "after_change"}
    of_account = {"1", "2", "3", "7", "20", "38", "39"}
    assert held == of_account | {"44", "45", "46", "110", "111"}
    assert [c.code for c in CODES.values() if c.retry == "at_time"] == ["43"]
    doubtful = {code.code for code in CODES.values() if code.retry == "retry"}
    assert doubtful == {"18", "19"}
    assert doubtful == {code.code for code in CODES.values() if code.maybe_done}


def test_a_fault_says_what_to_do_with_the_text():
    fault = read_fault("26", "Recipient opted out")
    assert (fault.retry, fault.field, fault.label) == (
        "never",
        "to",
        "Recipient opted out",
    )
    assert fault.sentence == CODES["26"].sentence
    assert fault.remedy == CODES["26"].remedy
    assert fault.hold_until is None


def test_a_fault_keeps_no_number_and_no_endless_words():
    assert read_fault("25", "Invalid: 12025550100").label == "Invalid: *********00"
    assert len(read_fault("25", "x" * 999).label) == 200


def test_a_fault_without_a_known_code_is_unknown():
    assert type(read_fault("", "FROM is not related").error()) is Unknown
    assert read_fault("777").error().codes == ("777",)


def test_it_knows_statuses_by_number_and_by_word():
    assert status_of("5").state == "delivered"
    assert status_named("DEVICE_ACK") is status_of("5")
    assert status_of("24").state == "undelivered"
    assert (status_of("130").state, status_of("130").final) == ("unknown", False)
    for unknown in (status_of("131"), status_named("LOST_AT_SEA")):
        assert (unknown.state, unknown.final, unknown.label) == ("unknown", False, "")
