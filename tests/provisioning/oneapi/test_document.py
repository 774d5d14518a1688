"""JSON from somebody whom nobody may trust."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.exchange.family import Unavailable
from provisioning.oneapi import document


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def test_it_reads_fractions_exactly_and_a_byte_order_mark():
    assert document.read(b'\xef\xbb\xbf{"a":0.10}') == {"a": Decimal("0.10")}


def test_it_reads_as_deep_as_answers_go_and_no_deeper():
    assert document.read(nested(document.DEEPEST - 1))
    for depth in (document.DEEPEST + 1, 900, 200_000):
        with pytest.raises(Unavailable):
            document.read(nested(depth))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"NaN", b"-Infinity", b"\xff", b"9" * 5000, b"1e" + b"9" * 25]
)
def test_it_reads_nothing_else(data):
    with pytest.raises(Unavailable) as caught:
        document.read(data)
    assert caught.value.maybe_done
    assert caught.value.__cause__ is None


def test_it_writes_no_half_of_a_character():
    assert document.write({"a": "é"}) == '{"a":"é"}'.encode()
    with pytest.raises(ValueError, match="surrogates"):
        document.write("\ud83d")


@pytest.mark.parametrize(
    ("value", "text"),
    [("5", "5"), (5, "5"), (10**15, None), (True, None), (None, None), ([], None)],
)
def test_it_takes_whole_numbers_for_text(value, text):
    assert document.as_text(value) == text


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_it_reads_what_others_write(value):
    try:
        assert document.read(json.dumps(value).encode()) == value
    except Unavailable:
        assert json.dumps(value).count("[") + json.dumps(value).count("{") > 10
