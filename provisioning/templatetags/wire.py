"""The wire log for people: documents laid out and coloured, codes in words."""

import contextlib
import json
import re

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from provisioning.catalogue import Row, row_of
from provisioning.models import ProviderCall, User
from provisioning.wire import is_shown_to

register = template.Library()

TOKEN = re.compile(r"<[^<>]*>|[^<>]+")
MASK = re.compile(r"[*•…]{2,}|\[(?:hidden|\d+ characters)\]")
MASK_APART = re.compile(f"({MASK.pattern})")
INDENT = "  "
DEEPEST = 12


@register.filter
def xml_lines(document: str) -> SafeString:
    """Return the document indented, every piece escaped and marked by its kind.

    A masked log entry need not be well-formed, so this reads tokens and no more.
    """
    lines: list[SafeString] = []
    depth = 0
    open_line = False
    for token in TOKEN.findall(document):
        if token.startswith("</"):
            depth = max(depth - 1, 0)
            piece = _tag(token)
            if open_line:
                lines[-1] = format_html("{}{}", lines[-1], piece)
            else:
                lines.append(format_html("{}{}", _indent(depth), piece))
            open_line = False
        elif token.startswith("<"):
            lines.append(format_html("{}{}", _indent(depth), _tag(token)))
            stays = token.startswith("<?") or token.endswith("/>")
            depth += 0 if stays else 1
            open_line = not stays
        elif token.strip():
            text = _text(token.strip())
            lines.append(lines.pop() + text if open_line else text)
    return mark_safe("\n".join(lines))  # noqa: S308  # every piece is escaped above


def _indent(depth: int) -> str:
    """Blanks before a line; what nests deeper is meant to fill the page with them."""
    return INDENT * min(depth, DEEPEST)


@register.filter
def document_lines(document: str) -> SafeString:
    """Return a document of either kind, XML or JSON, laid out and coloured."""
    if document.lstrip()[:1] in ("{", "["):
        return json_lines(document)
    return xml_lines(document)


# A string and whether a colon follows, any other word, or a sign.
JSON_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|([^\s"{}\[\],:]+)|(\s+|.)')


@register.filter
def json_lines(document: str) -> SafeString:
    """Return the document indented, every piece escaped and marked by its kind.

    One that was cut short or masked out of shape is coloured as it is.
    """
    with contextlib.suppress(ValueError, RecursionError):
        document = json.dumps(json.loads(document), indent=2, ensure_ascii=False)
    return format_html_join(
        "", "{}", ((_json_piece(match),) for match in JSON_TOKEN.finditer(document))
    )


def _json_piece(match: re.Match[str]) -> SafeString:
    string, colon, word, sign = match.groups()
    if string and colon:
        return format_html('<span class="t-tag">{}</span>{}', string, colon)
    return _text(string or word) if string or word else conditional_escape(sign)


@register.filter
def codes_of(call: ProviderCall) -> list[Row]:
    """What each of the call's codes means."""
    codes = call.codes.split(",") if call.codes else []
    return [row_of(call.api, code) for code in codes]


@register.filter
def may_see_wire(user: User | AnonymousUser) -> bool:
    """Whether the setting WIRE_PANEL lets this person look under the hood."""
    return is_shown_to(user)


@register.filter
def sentences(call: ProviderCall) -> list[str]:
    """What each of the call's codes means; a code that no table has is left out."""
    return [
        f"{gettext(row.entry.sentence)} {gettext(row.entry.remedy)}".strip()
        for row in codes_of(call)
        if row.is_known
    ]


def _tag(token: str) -> SafeString:
    return format_html('<span class="t-tag">{}</span>', token)


def _text(token: str) -> SafeString:
    """A piece of text, with what was masked in it marked as such."""
    return format_html_join(
        "",
        '<span class="{}">{}</span>',
        (
            ("t-mask" if MASK.fullmatch(piece) else "t-text", piece)
            for piece in MASK_APART.split(token)
            if piece
        ),
    )
