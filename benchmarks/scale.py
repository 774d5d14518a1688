"""What a tick costs as the tables grow, and a page of the desk.

    .venv/bin/python -m benchmarks.scale [--rows 10000 1000000 10000000] [--json]

Starts a PostgreSQL of its own, fills the product's tables (see `benchmarks/crowd.py`)
and grows them from size to size. At each size it runs what the workers run every
second: `outbox.give_up`, `fill`, `claim`, `reconcile`, and `inbox.overlooked`

- with nothing due, 100 times;
- with reminders of 50 practices due, 15 times: fill and claim, durably committed;

then delivery reports, and pages of the largest practice. `--plans` shows as well what
the database does for the statements of these.

With `--json` the last line is one object: `tick_ms` has for each number of
appointments the median of a tick with nothing due, in milliseconds; `growth` is that
at the largest over that at the smallest, `growth_undisturbed` the same of the best of
each part; `pages_read` how many pages of 8 kB a tick
with nothing due reads, which no other work on the machine disturbs; `sizes` everything
else. The three sizes take some minutes, and 15 GB of disk to be on the safe side.
"""

import argparse
import sys
from time import perf_counter
from typing import Any

from benchmarks import machine

SIZES = (10_000, 1_000_000, 10_000_000)
GB_NEEDED = 15
# Nothing is replicated from here, so what is built need not be written down twice.
POSTGRES = {**machine.POSTGRES, "wal_level": "minimal", "max_wal_senders": "0"}


def main(args: list[str]) -> int:
    """Measure at each size and print."""
    options = _options(args)
    rows = sorted(set(options.rows))
    if (free := machine.free_disk_gb()) < GB_NEEDED and rows[-1] > SIZES[1]:
        print(f"{GB_NEEDED} GB of disk are needed, and {free:.0f} GB are free.")
        return 1
    begun = perf_counter()
    with machine.installation(POSTGRES) as site:
        machine.use(site, STATIC_COLLECTED="false")
        found = machine.load("benchmarks.sizes").measure(rows, explain=options.plans)
    _show(found, minutes=(perf_counter() - begun) / 60, as_json=options.json)
    return 0


def _options(args: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.scale")
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plans", action="store_true")
    return parser.parse_args(args)


def _show(found: dict[int, dict[str, Any]], *, minutes: float, as_json: bool) -> None:
    ticks = {rows: size["idle"]["p50"] for rows, size in found.items()}
    growth = _growth(ticks)
    undisturbed = _growth({rows: size["least_ms"] for rows, size in found.items()})
    print(f"\nA tick at the largest over one at the smallest: {growth}")
    print(
        f"The same of the best of each part, which other work disturbs least: {undisturbed}"
    )
    print(f"All in all {minutes:.1f} minutes.")
    machine.show(
        {
            "tick_ms": ticks,
            "growth": growth,
            "growth_undisturbed": undisturbed,
            "pages_read": {rows: size["pages_read"] for rows, size in found.items()},
            "minutes": round(minutes, 1),
            "sizes": found,
        },
        as_json=as_json,
    )


def _growth(ticks: dict[int, float]) -> float:
    return round(ticks[max(ticks)] / ticks[min(ticks)], 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
