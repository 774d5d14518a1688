"""Phone numbers: typed in any form, kept as E.164, shown as people write them."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HOME_REGION = "US"


def read_number(typed: str, region: str = HOME_REGION) -> str:
    """Return the E.164 form of what somebody typed.

    Raises ValidationError saying what is wrong with it.
    """
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        raise ValidationError(
            _("This is not a phone number. Type it like 415 555 0100."),
            code="not_a_number",
        ) from None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.TOO_SHORT:
        raise ValidationError(
            _("This number is too short. Include the area code."), code="too_short"
        )
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValidationError(
            _("This number cannot exist. Please check the digits."), code="impossible"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
