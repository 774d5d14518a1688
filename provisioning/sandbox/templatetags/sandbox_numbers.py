"""How phone numbers are written on the sandbox pages."""

from django import template

register = template.Library()


@register.filter
def spaced(digits: str) -> str:
    """``12025550100`` as ``+1 202 555 0100``; others just get their ``+``."""
    if len(digits) == 11 and digits.startswith("1"):
        return f"+1 {digits[1:4]} {digits[4:7]} {digits[7:]}"
    return f"+{digits}"
