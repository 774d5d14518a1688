"""What we say: lengths as networks count them, templates, days and times in words.

Pure: no rows, no clock. `length` counts and mends, `templates` checks and fills in,
`defaults` holds the texts a new practice starts with, `words` says days and times.
"""

from reminders.wording.defaults import DEFAULT_TEMPLATES, Kind
from reminders.wording.length import (
    Encoding,
    Length,
    is_latin,
    measure,
    mend,
    not_gsm,
    pessimistic_parts,
)
from reminders.wording.templates import (
    PLACEHOLDERS,
    Placeholder,
    check_template,
    family_text,
    render,
    warnings,
)
from reminders.wording.words import LANGUAGES, time_words, visit_words

__all__ = [
    "DEFAULT_TEMPLATES",
    "LANGUAGES",
    "PLACEHOLDERS",
    "Encoding",
    "Kind",
    "Length",
    "Placeholder",
    "check_template",
    "family_text",
    "is_latin",
    "measure",
    "mend",
    "not_gsm",
    "pessimistic_parts",
    "render",
    "time_words",
    "visit_words",
    "warnings",
]
