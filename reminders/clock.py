"""The clocks, for the doors of this floor.

People and callbacks go by the clock of the process that hears them; see
`provisioning.clock`. Workers go by the database's: it is one clock for all of them, and
one that is wrong on a worker's machine neither sends too early nor ends a lease.
"""

from datetime import datetime

from django.db import connection

from provisioning.clock import now

__all__ = ["database_now", "now"]


def database_now() -> datetime:
    """Return the present instant by the database's clock, aware, in UTC.

    A file has none: on SQLite it is this machine's.
    """
    if connection.vendor != "postgresql":
        return now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
    return instant
