"""The archive's files: only ever added to, a batch at a time, and read back whole.

    <folder>/<practice>/<table>-<year>-<month>.jsonl.gz.enc

A line is one batch: JSON Lines, compressed, then encrypted with CREDENTIAL_KEYS, since
files are copied to where no database is ever taken. Each line stands alone, so that one
torn by a crash spoils no other: it was not complete, so its rows are still in the table
and come again.
"""

import fcntl
import gzip
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import InvalidToken

from provisioning.models.fields import cipher

ENDING = ".jsonl.gz.enc"
OURS_ALONE, FOLDER_OURS_ALONE = 0o600, 0o700


def append(path: Path, json_lines: str) -> None:
    """Add a batch; it is on disk, as surely as the disk can say, when this returns."""
    line = cipher().encrypt(gzip.compress(json_lines.encode())) + b"\n"
    _make_folder(path.parent)
    is_new = not path.exists()
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
    with _alone_in(path.parent) as folder, _opened(path, flags) as descriptor:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line  # what a crash left unfinished ends here
        _write(descriptor, line)
        os.fsync(descriptor)
        if is_new:
            os.fsync(folder)


@dataclass(frozen=True)
class Contents:
    """Rows as JSON, and how many batches could not be read.

    Those were torn by a crash, or written with a key that CREDENTIAL_KEYS lacks.
    """

    rows: list[str]
    unreadable: int


def read(path: Path) -> Contents:
    """Read a file whole; a row that was written twice comes once."""
    rows: dict[int, str] = {}
    unreadable = 0
    for line in filter(None, path.read_bytes().splitlines()):
        try:
            batch = gzip.decompress(cipher().decrypt(line)).decode()
        except InvalidToken:
            unreadable += 1
            continue
        # Not `splitlines`, which knows ends of lines that texts may hold.
        for row in filter(None, batch.split("\n")):
            rows.setdefault(json.loads(row)["pk"], row)
    return Contents(list(rows.values()), unreadable)


def rotate(path: Path) -> int:
    """Write every batch with the first of CREDENTIAL_KEYS; return how many there are.

    Batches that cannot be read stay as they are.
    """
    anew = path.with_name(f"{path.name}.new")
    with _alone_in(path.parent) as folder:
        lines = path.read_bytes().splitlines()
        with _opened(anew, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as descriptor:
            for line in lines:
                _write(descriptor, _rotated(line) + b"\n")
            os.fsync(descriptor)
        anew.replace(path)
        os.fsync(folder)
    return len(lines)


def _rotated(line: bytes) -> bytes:
    try:
        return cipher().rotate(line)
    except InvalidToken:
        return line


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _make_folder(folder: Path) -> None:
    """Make it, ours alone, with those above it; each is on disk in the one above."""
    if folder.exists():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=FOLDER_OURS_ALONE, exist_ok=True)
    with _opened(folder.parent, os.O_RDONLY) as above:
        os.fsync(above)


@contextmanager
def _alone_in(folder: Path) -> Iterator[int]:
    """Keep other writers out of the folder; gives it, opened."""
    with _opened(folder, os.O_RDONLY) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags, OURS_ALONE)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
