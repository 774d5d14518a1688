"""A value of its own for each of many rows, in one UPDATE of constant length.

Django's own way, a CASE with a branch for each row, takes longer to write down than the
database needs to do it.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import F, Field, Func, TextField, Value
from django.db.models.functions import Cast


class _Member(Func):
    """What a JSON object, the first argument, has for the second; as text, or NULL."""

    output_field = TextField()
    template = "(%(expressions)s)"
    arg_joiner = "::jsonb ->> "

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Write it as SQLite does, which takes a key of digits for a place in a list."""
        return self.as_sql(
            compiler,
            connection,
            template="""json_extract(%(expressions)s || '"')""",
            arg_joiner=""", '$."' || """,
            **context,
        )


def by_key(
    column: str, values: Mapping[Any, Any], output_field: Field[Any, Any]
) -> Func:
    """What `values` has for the column of a row; NULL for a row it does not have.

    Keys are compared as text, and are of letters and digits.
    """
    document = Value(json.dumps({str(key): value for key, value in values.items()}))
    member = _Member(document, Cast(F(column), TextField()))
    return Cast(member, output_field)
