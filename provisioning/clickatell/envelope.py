"""XML out strictly one way, XML in tolerantly. The only user of ``lxml``.

Out: ``clickatellsdk`` with ``action`` first, or ``clickAPI`` with its commands; on one
line, no prolog, the five special characters escaped, in the order the fields come.

In: any letter case, any namespace, any declared charset (else UTF-8, else ISO-8859-1,
whatever the HTTP header says), unknown elements ignored. Document types, entities and
trees of unusual depth are refused: no answer of the provider's needs them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from lxml import etree

from provisioning.exchange.family import gettext_noop as _

from .errors import Unavailable

Fields = Sequence[tuple[str, str]]
Encoding = str | None

UNREADABLE = _("The answer of the SMS provider could not be read.")
FORBIDDEN = _("The answer of the SMS provider held a document type and was not read.")

# A carriage return would come out of any XML reader as a line feed.
_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "'": "&apos;",
        "\r": "&#13;",
    }
)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CHARSETS: tuple[Encoding, ...] = (None, "utf-8", "iso-8859-1")
_SUCCESS = "001"


# --- Out -----------------------------------------------------------------------------


def write_call(action: str, fields: Fields) -> bytes:
    """A Connect API document, UTF-8. Source: Connect API User Guide, samples.

    Raises ValueError, naming the field, for a character XML cannot carry.
    """
    return _element("clickatellsdk", [("action", action), *fields]).encode()


def write_packet(commands: Iterable[tuple[str, Fields]]) -> bytes:
    """A messaging packet, in ASCII: other characters as character references.

    The document type of the provider's is declared ISO-8859-1 and our own answers
    show UTF-8; references mean the same in both. Source: XML API Specification
    V2.4.9, "Extended characters". Raises ValueError as ``write_call`` does.
    """
    inner = "".join(_element(command, fields) for command, fields in commands)
    return f"<clickAPI>{inner}</clickAPI>".encode("ascii", "xmlcharrefreplace")


def can_travel(text: str) -> bool:
    """Whether an XML document can carry all of these characters."""
    return not _ILLEGAL.search(text)


def check(fields: Fields) -> None:
    """Raise ValueError, naming the field, for a character that XML cannot carry."""
    for name, value in fields:
        if not can_travel(value):
            message = f"{name} holds a character that XML cannot carry"
            raise ValueError(message)


def _element(name: str, fields: Fields) -> str:
    check(fields)
    inner = "".join(f"<{key}>{_escaped(value)}</{key}>" for key, value in fields)
    return f"<{name}>{inner}</{name}>"


def _escaped(value: str) -> str:
    return value if value.isalnum() else value.translate(_ESCAPES)


# --- In ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the Connect API; names in ``values`` are lower case.

    ``errors`` are (code of three digits, provider's text). ``timestamp``: Unix seconds
    of the provider's clock. An error may carry values as well: 103 and 104 do.
    """

    action: str
    ok: bool
    values: list[dict[str, str]]
    errors: list[tuple[str, str]]
    timestamp: int | None


@dataclass(frozen=True, slots=True)
class Reply:
    """One command's answer in a packet: ``sendmsgresp`` and the like, lower case.

    A ``fault`` of the whole packet is a Reply of its own, named ``fault``.
    """

    command: str
    values: dict[str, str]


def read_answer(data: bytes) -> Answer:
    """Read a Connect API answer. Raises Unavailable (maybe done) for anything else.

    ``Action`` may be missing, ``Value`` may sit under the root, ``Error`` and
    ``Description`` may be grouped or interleaved: the n-th belongs to the n-th.
    Source: recorded answers; Connect API User Guide, "Response".
    """
    root = _root(data, "clickatellsdk")
    found: dict[str, list[str]] = {}
    values = []
    for element in _outside_values(root):
        name = _name(element)
        if name == "value":
            values.append(_children(element))
        else:
            found.setdefault(name, []).append(_text(element))
    codes = [code.zfill(3) for code in found.get("error", ()) if code]
    labels = found.get("description", [])[: len(codes)]
    errors = list(zip_longest(codes, labels, fillvalue=""))
    faults = [error for error in errors if error[0] != _SUCCESS]
    result = (found.get("result") or [""])[0].lower()
    ok = not faults and (result == "success" or bool(errors))
    if not ok and not faults:
        raise Unavailable.because(UNREADABLE, maybe_done=True)
    stamp = (found.get("timestamp") or [""])[0]
    return Answer(
        (found.get("action") or [""])[0],
        ok,
        values,
        faults,
        int(stamp) if re.fullmatch("[0-9]{1,11}", stamp) else None,
    )


def read_packet(data: bytes) -> list[Reply]:
    """Read the answers of a messaging packet, in the order they stand in.

    Source: XML API Specification V2.4.9, samples. Raises Unavailable (maybe done).
    """
    replies = []
    for element in _elements(_root(data, "clickapi")):
        name = _name(element)
        values = {name: _text(element)} if name == "fault" else _children(element)
        replies.append(Reply(name, values))
    return replies


def read_posted(data: bytes, root: str) -> dict[str, str]:
    """Read a callback document with the given root: its fields, names in lower case.

    Values keep the blanks around them, for a text may end in one. Source: XML API
    Specification V2.4.9, "Callback". Raises Unavailable.
    """
    return {_name(child): child.text or "" for child in _elements(_root(data, root))}


def shown(data: bytes, mask: Callable[[str, str], str], most: int | None = None) -> str:
    """The document as text with every value passed through ``mask(name, value)``.

    Of more than ``most`` elements below the root the others are left out, but for those
    that hold a fault. For the wire log. Raises Unavailable for what is not XML.
    """
    root = _root(data, None)
    if most is not None:
        for element in list(root)[most:]:
            if not any(_name(child) == "fault" for child in _elements(element)):
                root.remove(element)
    for element in root.iter(etree.Element):
        element.attrib.clear()
        element.tail = None
        element.text = mask(_name(element), element.text) if element.text else None
    return etree.tostring(root, encoding="unicode")


def _outside_values(root: etree._Element) -> Iterator[etree._Element]:
    for element in _elements(root):
        yield element
        if _name(element) != "value":
            yield from _outside_values(element)


def _root(data: bytes, expected: str | None) -> etree._Element:
    root = _parsed(data.lstrip())
    if root is None or (expected and _name(root) != expected):
        raise Unavailable.because(UNREADABLE, maybe_done=True)
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unavailable.because(FORBIDDEN, maybe_done=True)
    return root


def _parsed(data: bytes) -> etree._Element | None:
    for encoding in _CHARSETS:
        parser = etree.XMLParser(
            encoding=encoding,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            continue
    return None


def _children(element: etree._Element) -> dict[str, str]:
    return {_name(child): _text(child) for child in _elements(element)}


def _elements(element: etree._Element) -> Iterator[etree._Element]:
    return element.iterchildren(etree.Element)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower()


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()
