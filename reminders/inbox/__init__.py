"""In from patients: a text is stored first, once, and then understood.

- `taking`: take a text in, settle it
- `question`: which visits a text may be about, going by what we said before
- `reply`: a text in hand, and the one answer to it
- `acting`: what each intent leads to; what is left goes to staff

Nothing that a patient wrote is dropped, or answered with an error. At most one
automatic answer goes out for one text.
"""

from reminders.inbox.acting import work_on
from reminders.inbox.taking import overlooked, settle, take_in

__all__ = ["overlooked", "settle", "take_in", "work_on"]
