"""An archive of each test's own."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from reminders.config.keeping import Keeping


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Texts stay two years, receipts one, balances and notices one."""
    folder = tmp_path / "archive"
    settings.KEEP = Keeping(folder=folder, texts=730, receipts=365, account=365)
    return folder
