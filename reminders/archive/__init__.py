"""Where rows go that are too old to be worked with: into files, out of the tables.

- `shelves`: which tables, after how long, and what of them never goes
- `moving`: a batch at a time; what is removed is on disk before it is deleted
- `files`: one for each practice, table and month, encrypted; knows no rows

What never goes: patients and their phones, every change of consent (`ConsentEvent`),
the opt-out that stands on the phone, appointments, texts that are under way or that
nobody has dealt with, accounts and their stages.
"""

from reminders.archive.moving import move

__all__ = ["move"]
