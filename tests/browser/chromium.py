"""Where the browser comes from: the first of three places that has one."""

import os
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# For a page that is tested, not surfed: nothing in the background, nothing outside.
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]

MISSING = (
    "No browser for the browser tests: no chromium on the PATH and none of "
    "Playwright's own. On Debian: apt install chromium; elsewhere: "
    ".venv/bin/python -m playwright install chromium"
)


def find(playwright: Playwright) -> str | None:
    """Return the path of a Chromium; as root on Debian, install one if need be."""
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    if on_path:
        return on_path
    own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    if os.geteuid() == 0 and shutil.which("apt-get"):
        return install()
    return None


def install() -> str | None:
    """Install Debian's Chromium, which takes some 20 seconds; None if it fails."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-qy", "--no-install-recommends", "chromium"],
    ):
        if subprocess.run(
            command, env=env, capture_output=True, check=False
        ).returncode:
            return None
    return shutil.which("chromium")


def launch_arguments(executable: str, home: Path) -> dict[str, object]:
    """Say how Playwright starts it; what it writes on its own account goes to `home`.

    As root it runs without its sandbox, for which root has no user namespaces.
    """
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    folders = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    return {
        "executable_path": executable,
        "args": [*ARGUMENTS, *as_root],
        "env": {**os.environ, **dict.fromkeys(folders, str(home))},
    }
