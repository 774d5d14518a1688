"""Receipts and inbound texts, from bytes."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.clickatell.callbacks import (
    BadCallback,
    read_inbound,
    read_receipt,
    shown,
)
from provisioning.clickatell.types import InboundText, Part, Receipt
from tests.provisioning.provider import recorded

FORM = "application/x-www-form-urlencoded"
RECEIPT = {
    "api_id": "3407892",
    "apiMsgId": "205e85d0578314037a96175249fc6a2b",
    "cliMsgId": "5d1f0c2e9a7b4c6d8e0f1a2b3c4d5e6f",
    "timestamp": "1359963036",
    "to": "19995550100",
    "from": "19995550111",
    "status": "004",
    "charge": "1.000000",
}
INBOUND = {
    "api_id": "3407892",
    "from": "19995550100",
    "timestamp": "2013-02-04 09:30:36",
    "text": "YES",
    "charset": "ISO-8859-1",
    "udh": "",
    "moMsgId": "d2b66016178dda7c3b4a701056797755",
    "to": "19995550111",
}


def receipt(**changes: str) -> Receipt:
    found = read_receipt(b"", urlencode({**RECEIPT, **changes}).encode(), FORM)
    assert found
    return found


def inbound(**changes: str | bytes) -> InboundText:
    found = read_inbound(b"", urlencode({**INBOUND, **changes}).encode(), FORM)
    assert found
    return found


def as_data(document: bytes) -> bytes:
    return b"data=" + quote_from_bytes(document).encode()


# --- Receipts ------------------------------------------------------------------------


def test_it_reads_a_receipt_from_the_query() -> None:
    found = read_receipt(recorded("callbacks/receipt.get.query"), b"", "")
    assert found == Receipt(
        api_id="3407892",
        message_id="205e85d0578314037a96175249fc6a2b",
        client_id="5d1f0c2e9a7b4c6d8e0f1a2b3c4d5e6f",
        status="004",
        status_at=datetime(2013, 2, 4, 7, 30, 36, tzinfo=UTC),
        to="19995550100",
        sender="19995550111",
        charge=Decimal("1.000000"),
    )


def test_it_reads_a_receipt_from_a_form_without_our_id() -> None:
    found = read_receipt(b"", recorded("callbacks/receipt.post.form"), FORM)
    assert found
    assert found.client_id == ""
    assert found.status == "003"


@pytest.mark.parametrize("posted", [True, False])
def test_it_reads_a_receipt_from_a_document(*, posted: bool) -> None:
    document = recorded("callbacks/receipt.post.xml")
    found = (
        read_receipt(b"", as_data(document), FORM)
        if posted
        else read_receipt(b"", document, "text/xml; charset=utf-8")
    )
    assert found
    assert found.api_id == ""
    assert found.status == "004"
    assert found.charge == 1


def test_it_keeps_a_status_it_does_not_know() -> None:
    assert receipt(status="099").status == "099"
    assert receipt(status="4").status == "004"


@pytest.mark.parametrize("charge", ["", "free", "NaN", "1e9", "10000", "9999.9999999"])
def test_it_does_without_a_charge_nobody_can_read(charge: str) -> None:
    assert receipt(charge=charge).charge is None


def test_it_takes_names_in_any_case_and_either_id() -> None:
    found = read_receipt(b"CLIMSGID=a1&STATUS=003&Timestamp=1&Unheard=of&=&x", b"", "")
    assert found
    assert (found.client_id, found.message_id) == ("a1", "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": ""}, "status"),
        ({"status": "0004"}, "status"),
        ({"timestamp": ""}, "timestamp"),
        ({"timestamp": "2013-02-04 09:30:36"}, "timestamp"),
        ({"timestamp": "9" * 12}, "timestamp"),
        ({"apiMsgId": "<script>"}, "apimsgid"),
        ({"apiMsgId": "", "cliMsgId": ""}, "apiMsgId and cliMsgId"),
        ({"to": "\x00"}, "to"),
        ({"api_id": "abc"}, "api_id"),
    ],
)
def test_it_refuses_a_bad_receipt_by_the_name_of_the_field(
    changes: dict[str, str], field: str
) -> None:
    with pytest.raises(BadCallback, match=f"^{field}"):
        receipt(**changes)


@pytest.mark.parametrize("read", [read_receipt, read_inbound])
@pytest.mark.parametrize(
    "body",
    [
        b"x" * 70_000,
        b"data=nonsense",
        b"data=%3Cother%2F%3E",
        b"data=%3C%21DOCTYPE+callback%3E%3Ccallback%2F%3E",
        b"a=b",
    ],
    ids=lambda body: body[:20].decode(),
)
def test_it_refuses_what_is_not_a_callback(
    read: Callable[[bytes, bytes, str], object], body: bytes
) -> None:
    with pytest.raises(BadCallback):
        read(b"", body, FORM)


def test_it_finds_nothing_in_a_probe() -> None:
    assert read_receipt(b"", b"", "") is None
    assert read_inbound(b"&", b"\r\n", FORM) is None


# --- Inbound texts -------------------------------------------------------------------


def test_it_reads_an_inbound_text_in_latin_1() -> None:
    found = read_inbound(b"", recorded("callbacks/inbound.latin1.form"), FORM)
    assert found == InboundText(
        api_id="3407892",
        message_id="d2b66016178dda7c3b4a701056797755",
        sender="19995550100",
        to="19995550111",
        received_at=datetime(2013, 2, 4, 7, 30, 36, tzinfo=UTC),
        text="Sí, mañana",
        charset="iso-8859-1",
        udh="",
        raw=b"S\xed, ma\xf1ana",
        part=None,
    )


def test_it_reads_an_inbound_text_in_utf_16() -> None:
    found = read_inbound(recorded("callbacks/inbound.utf16.query"), b"", "")
    assert found
    assert found.text == "Да, 10"
    assert found.raw.startswith(b"\x04\x14")


def test_it_reads_an_inbound_text_from_a_document() -> None:
    document = recorded("callbacks/inbound.post.xml")
    found = read_inbound(b"", as_data(document), FORM)
    assert found
    assert found.text == "YES & thanks"
    assert found.charset == "utf-8"
    assert found.received_at == datetime(2013, 2, 4, 7, 32, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        ("Sí".encode(), "UTF-8", "Sí"),
        ("Sí".encode("cp1252"), "windows-1252", "Sí"),
        ("Sí 👍".encode("utf-16-be"), "utf-16be", "Sí 👍"),
        (b"S\xed", "zlib", "Sí"),
        (b"S\xed", "", "Sí"),
        (b"S\xed", "utf-8", "S\ufffd"),
        (b"\x00S\x00", "UTF-16BE", "S\ufffd"),
        (b"\x00Y\x00E\x00S", "", "YES"),
        (b"", "UTF-8", ""),
    ],
)
def test_it_lets_a_text_through_in_any_charset(
    raw: bytes, charset: str, text: str
) -> None:
    found = inbound(text=raw, charset=charset)
    assert found.text == text
    assert found.raw == raw


def test_it_reads_the_time_without_its_blank() -> None:
    found = read_inbound(b"", recorded("callbacks/inbound.blankless.form"), FORM)
    assert found
    assert found.received_at == datetime(2013, 2, 4, 7, 33, tzinfo=UTC)
    assert (found.charset, found.udh) == ("iso-8859-1", "")


def test_it_reads_inbound_times_at_the_same_offset_in_summer() -> None:
    found = inbound(timestamp="2013-07-04 09:30:36")
    assert found.received_at == datetime(2013, 7, 4, 7, 30, 36, tzinfo=UTC)


def test_it_reads_part_numbers_and_keeps_the_blank_between_parts() -> None:
    parts = [
        read_inbound(b"", recorded(f"callbacks/inbound.part{n}.form"), FORM)
        for n in (2, 1)
    ]
    found = {part.part.number: part for part in parts if part and part.part}
    assert found[1].part == Part(reference=0x33, total=2, number=1)
    assert found[1].text + found[2].text == "part one, part two"


@pytest.mark.parametrize(
    ("udh", "part"),
    [
        ("0500033302 01".replace(" ", ""), Part(0x33, 2, 1)),
        ("06080401330201", Part(0x0133, 2, 1)),
        ("0B0504158A00000003330202", Part(0x33, 2, 2)),
        ("050003330203", None),
        ("050003330200", None),
        ("0500033302", None),
        ("0401020304", None),
        ("00", None),
        ("05000", None),
        ("no hex", None),
    ],
)
def test_it_reads_any_user_data_header(udh: str, part: Part | None) -> None:
    assert inbound(udh=udh).part == part


def test_it_takes_the_plus_off_a_number() -> None:
    assert inbound(**{"from": "+19995550100"}).sender == "19995550100"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"moMsgId": ""}, "momsgid"),
        ({"from": ""}, "from"),
        ({"to": "x" * 33}, "to"),
        ({"timestamp": ""}, "timestamp"),
        ({"timestamp": "1359963036"}, "timestamp"),
        ({"timestamp": "2013-02-30 09:30:36"}, "timestamp"),
        ({"timestamp": "0001-01-01 00:00:00"}, "timestamp"),
    ],
)
def test_it_refuses_a_bad_inbound_text_by_the_name_of_the_field(
    changes: dict[str, str], field: str
) -> None:
    with pytest.raises(BadCallback, match=f"^{field} is"):
        inbound(**changes)


def test_it_keeps_patients_out_of_its_representation() -> None:
    assert "YES" not in repr(inbound())
    assert "19995550100" not in f"{inbound()!r} {receipt()!r}"


# --- The wire log --------------------------------------------------------------------


def test_it_shows_a_callback_with_texts_and_numbers_masked() -> None:
    body = urlencode({**INBOUND, "unheard": "19995550100"}).encode()
    lines = shown(b"", body, FORM).split("\n")
    assert "from=*********00" in lines
    assert "text=[3 characters]" in lines
    assert "api_id=3407892" in lines
    assert len(lines) == len(INBOUND)


def test_it_shows_documents_probes_and_nothing_else() -> None:
    receipt_data = as_data(recorded("callbacks/receipt.post.xml"))
    inbound_data = as_data(recorded("callbacks/inbound.post.xml"))
    assert "status=004" in shown(b"", receipt_data, FORM)
    assert "text=[12 characters]" in shown(b"", inbound_data, FORM)
    assert shown(b"", b"", "") == ""
    with pytest.raises(BadCallback):
        shown(b"", b"data=nonsense", FORM)


@settings(deadline=None)
@given(
    st.binary(max_size=300), st.binary(max_size=300), st.sampled_from(["", "text/xml"])
)
def test_it_survives_any_bytes(query: bytes, body: bytes, content_type: str) -> None:
    for read in (read_receipt, read_inbound, shown):
        try:
            read(query, body, content_type)
        except BadCallback as error:
            assert str(error).endswith(".")  # noqa: PT017  (either outcome is right)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*RECEIPT, *INBOUND]), st.binary(max_size=80)))
def test_it_survives_any_values(changes: dict[str, bytes]) -> None:
    for read, fields in ((read_receipt, RECEIPT), (read_inbound, INBOUND)):
        try:
            read(urlencode({**fields, **changes}).encode(), b"", "")
        except BadCallback as error:
            assert str(error).endswith(".")  # noqa: PT017  (either outcome is right)
