"""What PostgreSQL does for each statement of a piece of work: EXPLAIN, by way of Django.

Each statement is explained with its own values before it runs, those that write inside
a savepoint that is rolled back. Statements that touch few pages are only counted.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

# Pages of 8 kB, from memory or from disk, from which on a statement is shown.
MANY_PAGES = 200
STATEMENT = re.compile(r"\s*(?:SELECT|UPDATE|DELETE|INSERT)\b", re.IGNORECASE)
SHOWN = 700

Node = dict[str, Any]


class Explained:
    """Statements that a piece of work runs, explained as they come."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Node]] = []
        self.busy = False

    def __call__(
        self, execute: Any, sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Explain a statement, then run it; Django calls this around each."""
        if not self.busy and not many and STATEMENT.match(sql):
            self.busy = True
            try:
                self.found.append((sql, _explained(sql, params)))
            finally:
                self.busy = False
        return execute(sql, params, many, context)


def pages_of(work: Callable[[], object]) -> int:
    """Do the work; return how many pages its statements touched."""
    explained = Explained()
    with connection.execute_wrapper(explained):
        work()
    return sum(_pages(plan) for _sql, plan in explained.found)


def show(name: str, work: Callable[[], object]) -> None:
    """Do the work, and print the statements that touched many pages."""
    explained = Explained()
    with connection.execute_wrapper(explained):
        work()
    pages = sum(_pages(plan) for _sql, plan in explained.found)
    print(f"\n== {name}: {len(explained.found)} statements, {pages:,} pages")
    for sql, plan in explained.found:
        if _pages(plan) >= MANY_PAGES:
            took = plan["Actual Total Time"]
            print(f"\n-- {_pages(plan):,} pages, {took:.1f} ms: {sql[:SHOWN]}")
            _show_node(plan, 0)


def _explained(sql: str, params: Any) -> Node:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        answer = cursor.fetchone()[0]
        transaction.set_rollback(True)
    found = json.loads(answer) if isinstance(answer, str) else answer
    plan: Node = found[0]["Plan"]
    return plan


def _pages(plan: Node) -> int:
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _show_node(node: Node, depth: int) -> None:
    words = [node["Node Type"]]
    words += [
        f"{name} {node[key]}"
        for name, key in (
            ("on", "Relation Name"),
            ("by", "Index Name"),
            ("where", "Index Cond"),
            ("filter", "Filter"),
            ("filtered out", "Rows Removed by Filter"),
        )
        if key in node
    ]
    rows = f"{node['Actual Rows']:,}×{node['Actual Loops']:,} rows"
    expected = f"{node['Plan Rows']:,} expected"
    print(f"{'  ' * depth}{' '.join(words)} ({rows}, {expected}, {_pages(node):,} p.)")
    for child in node.get("Plans", []):
        _show_node(child, depth + 1)
