"""What the wire log may show."""

import pytest

from provisioning.clickatell.masking import mask, masked_answer, masked_fields
from tests.provisioning.provider import recorded


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("user", "ann@example.org", "ann@example.org"),
        ("Email", "ann@example.org", "ann@example.org"),
        ("mobile_number", "19995550100", "19995550100"),
        ("Password", "abc123", "[hidden]"),
        ("captcha_code", "HZ32", "[hidden]"),
        ("sms_activation_code", "4G7K2", "[hidden]"),
        ("session_id", "d9ef3ea7", "[hidden]"),
        ("callback_password", "s3cret", "[hidden]"),
        ("to", "19995550100", "*********00"),
        ("From", "1", "1"),
        ("text", "Visit 10:30", "[11 characters]"),
        ("callback_url", "https://a.example/sms/KEY/", "https://a.example/[hidden]"),
        (
            "buy_url",
            "https://c.example/?auth_id=Q7v&x=1",
            "https://c.example/?auth_id=[hidden]&x=[hidden]",
        ),
        (
            "apply_url",
            "https://c.example/a?Key=1/2#x",
            "https://c.example/a?Key=[hidden]#x",
        ),
        ("apply_url", "https://c.example/a?Q7vTz1n", "https://c.example/a?[hidden]"),
        ("fault", "see ?auth_id=Q7v", "see ?auth_id=[hidden]"),
        ("captcha_image", "%89PNG", "%89PNG"),
        ("captcha_image", "a" * 30, f"{'a' * 24}[30 characters]"),
    ],
)
def test_it_shows_only_what_it_may(name: str, value: str, shown: str) -> None:
    assert mask(name, value) == shown
    assert masked_fields([(name, value)]) == [(name, shown)]


def test_it_masks_an_answer_by_the_names_of_its_elements() -> None:
    shown = masked_answer(recorded("connect/buy_credits_url.xml"))
    assert "auth_id=[hidden]" in shown
    assert "Q7vTz1nRk4LxW8dYc2HsB6pMj3FgE9aU" not in shown
    assert "<Action>buy_credits_url</Action>" in shown


def test_it_takes_out_what_an_answer_repeats_of_the_request() -> None:
    data = b'<r a="19995550100"><fault>105, 19995550100 a&amp;b9 7K</fault> 7K</r>'
    sent = [("to", "19995550100"), ("password", "a&b9"), ("captcha_code", "7K")]
    shown = masked_answer(data, [*sent, ("user", "fault")])
    assert shown == "<r><fault>105, *********00 [hidden] 7K</fault></r>"


def test_it_keeps_only_the_size_of_what_is_not_a_document() -> None:
    page = b"<html><p>abc123"
    assert masked_answer(page) == "[15 bytes that are not a document]"
