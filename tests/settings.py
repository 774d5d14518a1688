"""Settings of the tests: the project's own, pointed at the sandbox in this process."""

import os
import tempfile

# The one star import of the project: these *are* the settings, with a few changed.
from reminders.config.settings import *  # noqa: F403
from reminders.config.settings import (
    CACHES,
    DATABASES,
    INSTALLED_APPS,
    LOGGING,
    STORAGES,
)

# The provider, played by us. Its tables live in the test database, and tests/wire.py
# leads requests for this host into its URLs.
INSTALLED_APPS = [*INSTALLED_APPS, "provisioning.sandbox"]
BASE_URL = "http://testserver"
CONNECT_URL = "http://sandbox.test/connect/"
MESSAGING_URL = "http://sandbox.test/xml/xml"
ONE_API_URL = "http://sandbox.test/"
ONE_API_PORTAL = "http://sandbox.test/portal/"
CONNECT_TOKEN = "0123456789abcdef0123456789abcdef"
SANDBOX_URL = "http://sandbox.test"
SANDBOX_TOKEN = CONNECT_TOKEN
ALLOWED_HOSTS = ["testserver", "sandbox.test", "localhost", "127.0.0.1"]

# The manifest would want `collectstatic` first, and the live server would answer 404
# for every asset.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Quick instead of strong: hundreds of users are made.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Tests call tasks as functions. What a view enqueues stays in this process, unless
# real workers are there to take it (see tests/servers.py).
CELERY_BROKER_URL = os.environ.get("BROKER_URL", "memory://")
CELERY_BROKER_TRANSPORT_OPTIONS = {}

# Pytest collects what is logged and shows it with the test that failed.
LOGGING = {**LOGGING, "root": {"handlers": [], "level": "INFO"}}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file of this run's own: threads that write at the same time wait for each other
    # there, as workers do, and fail at once on a database in memory.
    DATABASES["default"]["TEST"] = {
        "NAME": f"{tempfile.gettempdir()}/frontdesk-test-{os.getpid()}.sqlite3"
    }

if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    # Runs side by side forget each other's counts otherwise: a Redis has 16 databases,
    # of which the broker has the first and this one the next (gw0, gw1, …: the runs).
    side = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    server = CACHES["default"]["LOCATION"].rpartition("/")[0]
    CACHES["default"]["LOCATION"] = f"{server}/{1 + int(side)}"
