"""Documents in: customers' XML, read as tolerantly as the provider read it.

Letter case of element names and their order do not count, unknown elements are
ignored. Entities, document types, network access and huge trees are refused.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from lxml import etree

ENCODING = re.compile(rb"""<\?xml\b[^>]*?\bencoding\s*=\s*["']([^"']+)["']""")


class Unreadable(Exception):
    """The body holds no document we can read."""


@dataclass(frozen=True)
class Question:
    """One command with its parameters; the names are lower case."""

    name: str
    values: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """The parameter's text, empty when it was not sent."""
        return self.values.get(name, "")


def connect_question(body: bytes) -> Question:
    """A Connect call from a form body: root ``clickatellsdk``, any case.

    Raises Unreadable. Clients were seen to send the document without any encoding
    (``XML=<...``); when the decoded field does not parse, the rest of the raw body
    is tried as it stands.
    """
    try:
        root = _parse(form_field(body, "XML"))
    except Unreadable:
        if not body.startswith(b"XML=<"):
            raise
        root = _parse(body.removeprefix(b"XML="))
    if _name(root).lower() != "clickatellsdk":
        raise Unreadable
    values = _values(root)
    return Question(values.pop("action", ""), values)


def messaging_questions(body: bytes) -> list[Question]:
    """The commands of a messaging packet, in their order: root ``clickAPI``.

    Raises Unreadable.
    """
    root = _parse(form_field(body, "data"))
    if _name(root) != "clickAPI":
        raise Unreadable
    return [Question(_name(child), _values(child)) for child in root]


def form_field(body: bytes, name: str) -> bytes:
    """One field of a form body or query string, as bytes; empty when absent."""
    for pair in body.split(b"&"):
        key, _, value = pair.partition(b"=")
        if key == name.encode():
            return unquote_to_bytes(value.replace(b"+", b" "))
    return b""


def _parse(document: bytes) -> etree._Element:
    """The root of a document that holds nothing but elements and text."""
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_as_utf8(document.strip()), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable
    return root


def _as_utf8(document: bytes) -> bytes:
    """The document in UTF-8, or as it stands when it declares anything else.

    Some form encoders default to ISO-8859-1, whatever the prolog of the document
    says; such bytes are not valid UTF-8.
    """
    declared = ENCODING.match(document)
    if declared and declared[1].lower() not in {b"utf-8", b"utf8"}:
        return document
    try:
        document.decode()
    except UnicodeDecodeError:
        return document.decode("iso-8859-1").encode()
    return document


def _values(parent: etree._Element) -> dict[str, str]:
    """Child texts by lower-case name; of repeated names the first counts."""
    values: dict[str, str] = {}
    for child in parent:
        values.setdefault(_name(child).lower(), (child.text or "").strip())
    return values


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
