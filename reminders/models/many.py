"""Statements about many rows that are as long as those about one.

Django's own ways, a CASE with a branch for each row and an IN with a parameter for each,
take longer to write down than the database needs to do what they say.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Field, ForeignKey, Func, Lookup, TextField, Value
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


@Field.register_lookup
@ForeignKey.register_lookup
class Among(Lookup[Any]):
    """`column__among=keys`: as `in`, for keys of letters and digits; one parameter.

    SQLite, which has no arrays, is asked with `in` after all.
    """

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[Any]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Name them one by one."""
        column, parameters = self.process_lhs(compiler, connection)
        places = ", ".join(["%s"] * len(self.rhs))
        return f"{column} IN ({places})", [*parameters, *self.rhs]

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Hand them over together."""
        column, parameters = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.rel_db_type(connection)
        keys = f"{{{','.join(map(str, self.rhs))}}}"
        return f"{column} = ANY(%s::{kind}[])", [*parameters, keys]
