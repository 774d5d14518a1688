"""How long what only grows stays in the database, and where it goes then.

Seven years: HIPAA wants six for what documents that the rules were kept (45 CFR
164.316), and a complaint about a text may come within four (28 USC 1658). What proves
consent is never moved; see `reminders.archive`.
"""

from dataclasses import dataclass
from pathlib import Path

from reminders.config.environment import Environment


@dataclass(frozen=True)
class Keeping:
    """Periods in days; 0 keeps for ever."""

    folder: Path
    texts: int
    receipts: int
    account: int


def periods(env: Environment, var_dir: Path) -> Keeping:
    """Read them from the environment."""
    return Keeping(
        folder=Path(env.str("ARCHIVE_DIR", default=str(var_dir / "archive"))),
        texts=env.between("KEEP_TEXTS_YEARS", 0, 100, default=7) * 365,
        receipts=env.between("KEEP_RECEIPTS_DAYS", 0, 36_500, default=365),
        account=env.between("KEEP_BALANCES_DAYS", 0, 36_500, default=730),
    )
