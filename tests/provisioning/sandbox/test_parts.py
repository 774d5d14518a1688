"""Counting parts, on the examples of the specification."""

import pytest

from provisioning.sandbox import parts


@pytest.mark.parametrize(
    ("text", "unicode", "count"),
    [
        ("a" * 160, False, 1),
        ("a" * 161, False, 2),
        ("a" * 306, False, 2),
        ("a" * 307, False, 3),
        ("[" * 80, False, 1),
        ("[" * 81, False, 2),
        ("a" * 152 + "[" + "a" * 10, False, 2),
        ("Ж" * 70, True, 1),
        ("Ж" * 71, True, 2),
        ("Ж" * 127, True, 2),
        ("😀" * 35, True, 1),
        ("😀" * 36, True, 2),
    ],
)
def test_it_counts_parts_as_the_network_does(text, unicode, count):
    assert len(parts.split(text, unicode=unicode)) == count


def test_it_moves_a_two_unit_sign_whole_to_the_next_part():
    first, second = parts.split("a" * 152 + "[" + "a" * 10, unicode=False)
    assert first == "a" * 152
    assert second == "[" + "a" * 10


def test_it_does_not_cut_a_surrogate_pair():
    pieces = parts.split("x" + "😀" * 40, unicode=True)
    assert "".join(pieces) == "x" + "😀" * 40
    assert [len(piece.encode("utf-16-be")) // 2 for piece in pieces] == [67, 14]


def test_it_replaces_what_the_default_alphabet_lacks():
    assert parts.as_gsm("Ж10:30 é ê €") == "?10:30 é ? €"
