"""A phone number as people in the US write it, kept as E.164."""

from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumbers import ValidationResult

TOO_SHORT = (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY)


class PhoneField(forms.CharField):
    """Takes (415) 555-0100, 415.555.0100 or +1 415 555 0100; gives +14155550100.

    The empty string stays empty. Nothing is said about mobile or landline: in the US
    a number does not show which it is.
    """

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})

    default_error_messages = {
        "not_a_number": _("This is not a phone number. Type it as (415) 555-0100."),
        "too_short": _("Digits are missing: a US number has ten, area code first."),
        "too_long": _("There are too many digits: a US number has ten."),
        "extension": _("A number with an extension cannot take texts."),
        "unused": _("No phone has this number; check the area code and the digits."),
    }

    def clean(self, value: Any) -> str:
        """Return E.164 or the empty string; raises ValidationError in words."""
        typed: str = super().clean(value)
        if not typed:
            return ""
        try:
            number = phonenumbers.parse(typed, "US")
        except phonenumbers.NumberParseException:
            raise self._error("not_a_number") from None
        if number.extension:
            raise self._error("extension")
        possible = phonenumbers.is_possible_number_with_reason(number)
        if possible in TOO_SHORT:
            raise self._error("too_short")
        if possible == ValidationResult.TOO_LONG:
            raise self._error("too_long")
        if not phonenumbers.is_valid_number(number):
            raise self._error("unused")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored number as it is read aloud; leave what was typed alone."""
        if not isinstance(value, str) or not value.startswith("+1"):
            return value
        try:
            number = phonenumbers.parse(value, None)
        except phonenumbers.NumberParseException:
            return value
        return phonenumbers.format_number(
            number, phonenumbers.PhoneNumberFormat.NATIONAL
        )

    def _error(self, code: str) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code)
