"""How long PostgreSQL waits for us, and how it plans for many small questions.

Nothing here is for SQLite. The time-outs are what ends a mistake: a statement nobody
waits for any more, a lock that is not to be had, and above all a transaction that was
left open, since nothing can be cleaned up behind it and every claim becomes slower.
Worker and web read the same variables, and may be started with values of their own.
"""

from typing import Any

from reminders.config.environment import Environment

# A question here is about a few rows, found by an index, but PostgreSQL takes "planned
# and due" for many: it would compile the plan and start helpers, which takes a hundred
# times as long as the answer.
PLANNING = {"jit": "off", "max_parallel_workers_per_gather": "0"}
A_DAY = 86_400


def options(env: Environment, given: dict[str, Any]) -> dict[str, Any]:
    """Return a connection's OPTIONS; what the URL gives (`given`) comes after ours."""
    waits = {
        "statement_timeout": env.between("STATEMENT_TIMEOUT", 0, A_DAY, default=30),
        "lock_timeout": env.between("LOCK_TIMEOUT", 0, A_DAY, default=10),
        "idle_in_transaction_session_timeout": env.between(
            "IDLE_IN_TRANSACTION_TIMEOUT", 0, A_DAY, default=60
        ),
    }
    settings = {**PLANNING, **{name: f"{s}s" for name, s in waits.items()}}
    words = [f"-c {name}={value}" for name, value in settings.items()]
    return {**given, "options": " ".join([*words, given.get("options", "")]).strip()}
