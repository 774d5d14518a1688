"""What the wire log may show of a document."""

import json

import pytest

from provisioning.oneapi.masking import echoes, masked, shown

ANN = "12025550100"


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("to", ANN, "*********00"),
        ("From", int(ANN), "*********00"),
        ("to", 12.5, "**.5"),
        ("content", "I am ill", "[8 characters]"),
        ("text", "", "[0 characters]"),
        ("Authorization", "key", "[hidden]"),
        ("apiKey", ["key", {"x": "key"}], ["[hidden]", {"x": "[hidden]"}]),
        (
            "content",
            {"x": ANN, "n": 7},
            {"x": "[11 characters]", "n": "[1 characters]"},
        ),
        ("description", f"Invalid: {ANN}", "Invalid: *********00"),
        ("description", "Limit of 5 MB", "Limit of 5 MB"),
        ("apiMessageId", "fd496adebb6e42258736", "fd496adebb6e42258736"),
        ("timestamp", 1506607698000, 1506607698000),
        ("accepted", True, True),
        ("to", None, None),
        ("other", "x" * 999, "x" * 200),
    ],
)
def test_it_covers_a_value_by_its_name(name, value, kept):
    (found,) = masked({name: value}).values()
    assert found == kept


def test_it_takes_out_what_was_sent_wherever_it_comes_back():
    sent = echoes({"to": ANN, "content": "I am ill", "from": "12", "channel": "sms!"})
    assert set(sent) == {ANN, "I am ill"}
    answer = {"I am ill": ["so I am ill", int(ANN), f"x{ANN}", 7], "c": "sms! 12"}
    assert masked(answer, sent=sent) == {
        "[8 characters]": ["so [8 characters]", "*********00", "x*********00", 7],
        "c": "sms! 12",
    }


def test_it_keeps_names_short_and_only_those_wanted():
    document = {"a" * 99: 1, "To": ANN, "list": [{"b": 1, "to": ANN}]}
    assert masked(document)["a" * 40] == 1
    only = {"to", "list"}
    assert masked(document, only=only) == {
        "To": "*********00",
        "list": [{"to": "*********00"}],
    }


def test_it_shows_one_line_that_any_database_takes():
    line = shown(json.dumps({"a": "\0\ud83d\n", "to": ANN}).encode())
    assert line == '{"a":"\\u0000?\\n","to":"*********00"}'


def test_it_shows_no_more_than_the_size_of_what_it_cannot_read():
    assert shown(b"I am ill") == "[8 bytes that are not a document]"
    assert shown(b"[" * 99 + b"]" * 99) == "[198 bytes that are not a document]"
