"""The wire log for people: documents laid out and coloured, codes in sentences."""

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from provisioning.clickatell.errors import CONNECT_CODES, MESSAGING_CODES
from provisioning.models import ProviderCall

register = template.Library()

TOKEN = re.compile(r"<[^<>]*>|[^<>]+")
MASK = re.compile(r"[*•…]{2,}|\[(?:hidden|\d+ characters)\]")
INDENT = "  "


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
                lines.append(format_html("{}{}", INDENT * depth, piece))
            open_line = False
        elif token.startswith("<"):
            lines.append(format_html("{}{}", INDENT * depth, _tag(token)))
            stays = token.startswith("<?") or token.endswith("/>")
            depth += 0 if stays else 1
            open_line = not stays
        elif token.strip():
            text = _text(token.strip())
            lines.append(lines.pop() + text if open_line else text)
    return mark_safe("\n".join(lines))  # noqa: S308  # every piece is escaped above


@register.filter
def sentences(call: ProviderCall) -> list[str]:
    """What each of the call's codes means; a code that no table has is left out."""
    table = CONNECT_CODES if call.api == ProviderCall.Api.CONNECT else MESSAGING_CODES
    known = (table[code] for code in call.codes.split(",") if code in table)
    return [
        f"{gettext(code.sentence)} {gettext(code.remedy)}".strip() for code in known
    ]


def _tag(token: str) -> SafeString:
    return format_html('<span class="t-tag">{}</span>', token)


def _text(token: str) -> SafeString:
    kind = "t-mask" if MASK.search(token) else "t-text"
    return format_html('<span class="{}">{}</span>', kind, conditional_escape(token))
