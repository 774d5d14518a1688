"""No space is left: for the database's tables, or for our own log."""

import resource
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress

import pytest
from django.db import OperationalError

from reminders import clock
from reminders.models import Message
from tests import make
from tests.faults import ledger, office
from tests.faults.processes import until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="Wants tmpfs and prlimit, which are Linux."
)


def test_it_sends_nothing_that_it_could_not_claim_and_goes_on_when_there_is_space(
    house,
):
    """E32: the disk of the table of texts is full."""
    lines = office.open_lines(3)
    with small_disk_for(house.cluster, "reminders_message"):
        house.beat.freeze()
        texts = office.queue(lines, each=2)
        ballast = filled(house.cluster, lines[0])
        house.beat.thaw()
        told = len(house.worker.said())
        until(lambda: house.worker.said()[told:].count("OperationalError") > 4)
        assert house.provider.taken == []
        assert office.states(texts) == {Message.State.QUEUED}
        ballast.unlink()
        until(lambda: office.are_sent(texts))
        ledger.check(house.provider)


def filled(cluster, line):
    """Fill the disk to the last row, and return the file that can be spared again."""
    ballast = cluster.folder / "small" / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    phone = make.make_phone(line.account.practice)
    delivered = Message.State.DELIVERED
    with suppress(OperationalError):
        while True:
            make.make_message(phone, "Old.", now=clock.now(), state=delivered)
    return ballast


@contextmanager
def small_disk_for(cluster, table):
    """Keep the table on a disk of half a megabyte until the block ends."""
    place = cluster.folder / "small"
    place.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("Nothing may be mounted here: wants root.")
    with cluster.connect() as session:
        try:
            if cluster.user:
                shutil.chown(place, cluster.user)
            session.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
            # No room is kept in its pages for new versions of their rows.
            session.execute(f"ALTER TABLE {table} SET (fillfactor = 100)")
            session.execute(f"ALTER TABLE {table} SET TABLESPACE small")
            yield
        finally:
            (place / "ballast").unlink(missing_ok=True)
            session.execute(f"ALTER TABLE {table} SET TABLESPACE pg_default")
            session.execute("CHECKPOINT")
            session.execute("DROP TABLESPACE small")
            subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_it_sends_on_when_its_log_can_grow_no_more(house):
    """E32: every line that the worker and its children write is refused."""
    lines = office.open_lines(3)
    full = house.worker.log.stat().st_size
    with limited(house.worker.family(), resource.RLIMIT_FSIZE, full):
        texts = office.queue(lines)
        until(lambda: office.are_sent(texts))
    assert house.worker.log.stat().st_size == full
    ledger.check(house.provider)


@contextmanager
def limited(pids, what, amount):
    """Let these processes have so much and no more until the block ends."""
    before = {pid: resource.prlimit(pid, what) for pid in pids}
    for pid, (_soft, hard) in before.items():
        resource.prlimit(pid, what, (amount, hard))
    yield
    for pid, limits in before.items():
        resource.prlimit(pid, what, limits)
