"""Codes of an answer become one error, and a status becomes one of our words."""

import pytest

from provisioning.exchange.family import Code, NotAllowed, Refused, Unavailable, Unknown
from provisioning.exchange.reading import Fault, entry_of, error_for
from provisioning.exchange.statuses import Status, status_in

CODES = {
    code.code: code
    for code in (
        Code("1", Refused, "to", "A.", "B.", "person", "Wrong number"),
        Code("2", NotAllowed, "", "C.", "D.", "operator", "Closed", "after_change"),
        Code("3", Unavailable, "", "E.", "F.", "later", "Broken", maybe_done=True),
    )
}


@pytest.mark.parametrize(
    ("codes", "kind", "field", "maybe_done"),
    [
        ("1", Refused, "to", False),
        ("12", NotAllowed, "to", False),
        ("31", Refused, "to", True),
        ("3", Unavailable, "", True),
        ("39", Unavailable, "", True),
        ("9", Unknown, "", False),
        ("", Unknown, "", False),
    ],
)
def test_it_lets_the_most_telling_code_decide(codes, kind, field, maybe_done) -> None:
    error = error_for([(code, "") for code in codes], CODES)
    assert type(error) is kind
    assert error.codes == tuple(codes)
    assert (error.field, error.maybe_done) == (field, maybe_done)
    assert len(error.problems) == max(1, len(codes))


def test_it_says_what_a_fault_means_and_which_error_it_is() -> None:
    fault = Fault("2", "Closed on Sundays", entry_of("2", CODES))
    assert (fault.sentence, fault.remedy, fault.field) == ("C.", "D.", "")
    assert fault.retry == "after_change"
    error = fault.error()
    assert type(error) is NotAllowed
    assert error.labels == ("Closed on Sundays",)


def test_it_calls_a_status_nobody_told_us_about_unknown_and_not_final() -> None:
    known = Status("5", "Arrived", "delivered", True, "Arrived on the phone.")
    assert status_in({"5": known}, "5") is known
    other = status_in({"5": known}, "6")
    assert (other.code, other.state, other.final) == ("6", "unknown", False)
