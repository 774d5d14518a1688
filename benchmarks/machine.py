"""What every measurement stands on: servers of its own, memory, the machine's name.

with machine.installation() as site:      # PostgreSQL and Redis of this run alone
    machine.use(site)                     # Django on them, migrated
    …                                     # or: Popen(…, env=site.environment)
machine.show({"rate": 1.0}, as_json=True)
"""

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from tests import servers

PROC = Path("/proc")
# A small server as one would set it up; what is written is durable. The rest is
# PostgreSQL's own default.
POSTGRES = {
    "shared_buffers": "1GB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "max_connections": "200",
}


@dataclass(frozen=True)
class Site:
    """Servers that belong to this run, and a folder for what processes write."""

    database_url: str
    redis_url: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What processes of ours need to find them; add to it what else they should."""
        return {
            **os.environ,
            "BROKER_URL": f"{self.redis_url}/0",
            "CACHE_URL": f"{self.redis_url}/1",
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "reminders.config.settings",
            "LOG_LEVEL": "WARNING",
            "VAR_DIR": str(self.folder),
        }


@contextmanager
def installation(options: Mapping[str, str] = POSTGRES) -> Iterator[Site]:
    """Start PostgreSQL (with `options`, durable unless they say no) and Redis."""
    with (
        servers.own_postgres(options) as database_url,
        servers.own_redis() as redis_url,
        servers.scratch_folder() as folder,
    ):
        yield Site(database_url, redis_url, folder)
        if settings.configured:
            connections.close_all()


def use(site: Site, **environment: str) -> None:
    """Set Django up in this process, once, and migrate; `environment` comes on top."""
    os.environ.update({**site.environment, **environment})
    django.setup()
    call_command("migrate", verbosity=0)


def load(module: str) -> ModuleType:
    """Import a module that names models, which only `use` makes possible."""
    return import_module(module)


# --- Memory -------------------------------------------------------------------------


def tree(pid: int) -> list[int]:
    """A process and everything below it, by id."""
    children: dict[int, list[int]] = {}
    for entry in PROC.glob("[0-9]*"):
        try:
            # The name, in brackets, may have blanks in it.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def pss(pid: int) -> int:
    """Bytes that a process and everything below it take; what they share counts once.

    Proportional set size, from the kernel; 0 for what has ended.
    """
    total = 0
    for each in tree(pid):
        try:
            lines = (PROC / str(each) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


def megabytes(size: int) -> float:
    """For people: 74.3."""
    return round(size / 1024**2, 1)


# --- What is printed ----------------------------------------------------------------


def describe() -> dict[str, object]:
    """The machine in a few words, and how busy it was when this was asked."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(memory / 1024**3, 1),
        "python": platform.python_version(),
        "django": django.get_version(),
        "system": platform.release(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def _processor() -> str:
    lines = (PROC / "cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.machine()).strip()


def free_disk_gb() -> float:
    """Room where temporary folders are made."""
    return shutil.disk_usage(tempfile.gettempdir()).free / 1024**3


def show(result: Mapping[str, object], *, as_json: bool) -> None:
    """Print the machine; with `as_json` the result too, as the last line."""
    machine = describe()
    print("\n" + ", ".join(f"{name} {value}" for name, value in machine.items()))
    if as_json:
        print(json.dumps({**result, "machine": machine}))
