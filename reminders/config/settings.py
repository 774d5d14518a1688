"""Settings: one file, everything from the environment, importable with none set.

`.env.example` lists every variable with its meaning; `manage.py check` (see
`provisioning.checks`) says in words what is missing for production.
"""

from pathlib import Path

import django_stubs_ext
import fontpkg_public_sans
from csp.constants import NONE, SELF

from reminders.config import beat, database, health, keeping, logs, queues
from reminders.config.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# Lets Django's generic classes be written with their model: ModelForm[Patient].
django_stubs_ext.monkeypatch()

env = Environment()
env.read_env(BASE_DIR / ".env")

# Where the embedded defaults keep their files (database, broker, keys).
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

DEBUG = env.bool("DEBUG", default=False)
# Refused by `manage.py check` unless DEBUG is on.
INSECURE_KEY = "insecure-key-for-development-only-do-not-deploy-0123456789"
SECRET_KEY = env.str("SECRET_KEY", default=INSECURE_KEY)
# Fernet keys, newest first; older ones still decrypt (rotation).
INSECURE_CREDENTIAL_KEY = "aW5zZWN1cmUtZGV2ZWxvcG1lbnQta2V5LTAxMjM0NTY="
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS", default=[INSECURE_CREDENTIAL_KEY])

# --- Addresses ---------------------------------------------------------------------
# Our own public address: the provider posts receipts and answers below it.
BASE_URL = env.address("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])

# The provider. Live or sandbox is an address and a token, nothing else.
CONNECT_URL = env.address("CONNECT_URL", default="https://connect.clickatell.com/")
CONNECT_TOKEN = env.str("CONNECT_TOKEN", default="")
MESSAGING_URL = env.address(
    "MESSAGING_URL", default="https://api.clickatell.com/xml/xml"
)
# The present-day platform, for accounts that bring an API key.
ONE_API_URL = env.address("ONE_API_URL", default="https://platform.clickatell.com/")
# INFERRED: no page in our sources gives the address of its portal.
ONE_API_PORTAL = env.address("ONE_API_PORTAL", default="https://portal.clickatell.com/")
# INFERRED: no public document names the two-way application's action and element.
TWO_WAY_ACTION = env.str("TWO_WAY_ACTION", default="apply_two_way_url")
TWO_WAY_ELEMENT = env.str("TWO_WAY_ELEMENT", default="apply_url")
PROVIDER_CONNECT_TIMEOUT = env.float("PROVIDER_CONNECT_TIMEOUT", default=5.0)
PROVIDER_READ_TIMEOUT = env.float("PROVIDER_READ_TIMEOUT", default=20.0)
PROVIDER_TOTAL_TIMEOUT = env.float("PROVIDER_TOTAL_TIMEOUT", default=30.0)
# Where the sandbox's own pages are; empty when the provider is the real one.
SANDBOX_URL = env.address("SANDBOX_URL", default="").rstrip("/")
# Who sees the calls behind each page of the set-up.
WIRE_PANELS = ("OWNERS", "OPERATORS", "NOBODY")
WIRE_PANEL = env.one_of("WIRE_PANEL", WIRE_PANELS, default="owners").lower()
# Where people reach us when only we can help; both may be empty.
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="")
SUPPORT_PHONE = env.str("SUPPORT_PHONE", default="")

# --- Applications ------------------------------------------------------------------
INSTALLED_APPS = [
    "reminders",
    "provisioning",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_structlog",
    "lucide",
]

MIDDLEWARE = [
    # First, so that it answers whatever the host's name, and without a session.
    "reminders.views.machines.ForMachines",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "reminders.config.urls"
WSGI_APPLICATION = "reminders.config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reminders.views.context.frame",
            ],
        },
    }
]

# --- Database ----------------------------------------------------------------------
DATABASES = {
    "default": env.db_url_config(
        env.server(
            "DATABASE_URL",
            ("sqlite", "postgres", "postgresql"),
            default=f"sqlite:///{VAR_DIR / 'frontdesk.sqlite3'}",
        )
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A deferred transaction that reads and then writes fails at once with "database
    # is locked", whatever the time-out; IMMEDIATE takes the write lock first.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    given = DATABASES["default"].get("OPTIONS", {})
    DATABASES["default"]["OPTIONS"] = database.options(env, given)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}

# --- Celery ------------------------------------------------------------------------
CELERY_BROKER_URL = env.server(
    "BROKER_URL",
    ("filesystem", "redis", "rediss", "memory"),
    default="filesystem://",
)
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker"),
        "data_folder_out": str(VAR_DIR / "broker"),
        "control_folder": str(VAR_DIR / "broker-control"),
        "store_processed": False,
    }
    # A worker ends at once when its folder is missing.
    (VAR_DIR / "broker").mkdir(parents=True, exist_ok=True)
elif CELERY_BROKER_URL.startswith("redis"):
    # Nobody waits long for a hint to be passed on: not for a Redis that is down
    # (Celery tries for six seconds), nor for one that does not answer (for ever).
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "max_retries": 0,
        "socket_connect_timeout": 2,
        "socket_timeout": 3,
        "socket_keepalive": True,
    }
# A worker or beat that lost its broker tries for as long as it takes.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Installations that share a broker need a queue each.
CELERY_TASK_DEFAULT_QUEUE = env.str("TASK_QUEUE", default="frontdesk")
CELERY_TASK_QUEUES, CELERY_TASK_ROUTES = queues.named(CELERY_TASK_DEFAULT_QUEUE)
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = beat.SCHEDULE
CELERY_BEAT_SCHEDULER = "reminders.config.scheduler:SteadyScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# --- Sending -----------------------------------------------------------------------
# Off: no text leaves this installation (a copy of production, an emergency).
SENDING_ENABLED = env.bool("SENDING_ENABLED", default=True)
# Nothing goes out this soon after a booking or a move: time to take it back.
UNDO_GRACE_SECONDS = env.between("UNDO_GRACE_SECONDS", 0, 3600, default=180)
# Texts in one packet; 1 must work, 100 fits every version of the provider's limits.
PACKET_SIZE = env.between("PACKET_SIZE", 1, 100, default=50)
# How long a claimed text may be on its way before its outcome counts as unknown.
SEND_LEASE_SECONDS = env.between("SEND_LEASE_SECONDS", 1, 3600, default=60)
# How long the provider may need until "unknown client id" means "never arrived".
NOT_FOUND_GRACE_SECONDS = env.between("NOT_FOUND_GRACE_SECONDS", 0, 86400, default=120)
# Days that calls stay in the wire log, and sign-ups that nobody goes on with.
WIRE_LOG_DAYS = env.between("WIRE_LOG_DAYS", 1, 3650, default=90)
KEEP = keeping.periods(env, VAR_DIR)
ABANDONED_SIGNUP_DAYS = env.between("ABANDONED_SIGNUP_DAYS", 1, 3650, default=30)
HEALTH = health.limits(env)

# --- People ------------------------------------------------------------------------
AUTH_USER_MODEL = "provisioning.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "reminders.config.accounts.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_COOKIE_AGE = 60 * 60 * 12

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="frontdesk@localhost")

# --- Words, time, files ------------------------------------------------------------
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    # The typeface comes with a package: /static/fonts/PublicSans[wght].ttf
    ("fonts", Path(fontpkg_public_sans.__file__).parent / "files"),
]
# Hashed and compressed copies, made by `collectstatic`; off: the sources are served.
STATIC_COLLECTED = env.bool("STATIC_COLLECTED", default=not DEBUG)
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Security ----------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # data: is for the provider's captcha picture, which is kept nowhere.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # The forms that open the provider's own pages are answered with a redirect.
        "form-action": [SELF, "https://*.clickatell.com", *filter(None, [SANDBOX_URL])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
HTTPS = BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Logs --------------------------------------------------------------------------
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
logs.configure()
LOGGING = logs.logging_config(
    readable=DEBUG, level=env.one_of("LOG_LEVEL", LOG_LEVELS, default="INFO")
)
