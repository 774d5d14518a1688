"""Settings of the stand-alone sandbox site; it needs none from the environment.

``SANDBOX_DATA``   directory of its database, default ``var/sandbox`` where started
``SANDBOX_TOKEN``  the token in the Connect address, 32 lower-case hex characters
"""

import os
import secrets
from pathlib import Path

DATA_DIR = Path(os.environ.get("SANDBOX_DATA", "var/sandbox"))

SANDBOX_TOKEN = os.environ.get("SANDBOX_TOKEN", "0123456789abcdef0123456789abcdef")

# Signs nothing that outlives the process: there is no login and no session here.
SECRET_KEY = secrets.token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "sandbox.test", "testserver"]

INSTALLED_APPS = ["django.contrib.staticfiles", "provisioning.sandbox"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
]
ROOT_URLCONF = "provisioning.sandbox.urls"
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "sandbox.sqlite3",
        "OPTIONS": {
            # Writers queue up instead of failing with "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "provisioning.sandbox": {"handlers": ["console"], "level": "WARNING"},
        "django.server": {"handlers": ["console"], "level": "ERROR"},
    },
}
