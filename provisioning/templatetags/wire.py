"""Shows a document of the wire log as people read XML: one element a line, coloured."""

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

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


def _tag(token: str) -> SafeString:
    return format_html('<span class="t-tag">{}</span>', token)


def _text(token: str) -> SafeString:
    kind = "t-mask" if MASK.search(token) else "t-text"
    return format_html('<span class="{}">{}</span>', kind, conditional_escape(token))
