"""Django's settings, derived from the home that is being served."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from csp.constants import NONE, SELF

from sereniv.clinic import database_url, outer_names
from sereniv.clinic import home as homes

_folder = os.environ.get(homes.HOME_VARIABLE)
if _folder:
    HOME = homes.open_home(Path(_folder))
else:
    # Tests, type checkers and migration checks need settings but own no home: theirs goes with the process.
    _passing = Path(tempfile.mkdtemp(prefix="sereniv-"))
    atexit.register(shutil.rmtree, _passing, ignore_errors=True)
    HOME = homes.create_or_open(_passing, homes.Kind.TEST, database_url=os.environ.get("SERENIV_TEST_DATABASE_URL", ""))

IS_CLINIC = HOME.kind is homes.Kind.CLINIC
PACKAGE = Path(__file__).parent

SECRET_KEY = HOME.secret_key()
SECRET_KEY_FALLBACKS = list(HOME.secret_keys()[1:])  # there while the key is being changed
DEBUG = False
# The server listens on the loopback only; a clinic names the host of its proxy in the environment of its server.
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
PROXY_HOSTS = [name for name in outer_names.names_in(os.environ, outer_names.HOSTS) if name not in LOOPBACK_HOSTS]
# Whose word is taken on whom a request came from: the proxy on this computer, and what stands before it by address.
PROXIES = ["127.0.0.1", "::1", *outer_names.names_in(os.environ, outer_names.PROXIES)]
ALLOWED_HOSTS = [*PROXY_HOSTS, *LOOPBACK_HOSTS]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in PROXY_HOSTS] if IS_CLINIC else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "sereniv.clinic.accounts",
    "sereniv.clinic.records",
    "sereniv.clinic.web.apps.WebConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sereniv.clinic.web.shell.access.AccessMiddleware",
]

ROOT_URLCONF = "sereniv.clinic.urls"
WSGI_APPLICATION = "sereniv.clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted((PACKAGE / "web").glob("*/templates")),
        "OPTIONS": {
            "builtins": ["sereniv.clinic.web.templatetags.quick"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["sereniv.clinic.web.shell.lines.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sereniv.clinic.web.shell.context.house",
            ],
        },
    }
]
FORM_RENDERER = "sereniv.clinic.web.shell.rendering.FormRenderer"


def _database() -> dict[str, object]:
    """Return Django's description of the home's database."""
    if HOME.database_url:
        return database_url.django_settings(HOME.database_url)
    synchronous = "NORMAL" if os.environ.get("SERENIV_CONTROL_LOSSY") == "1" and not IS_CLINIC else "FULL"
    return {
        "ENGINE": "sereniv.clinic.records.sqlite",
        "NAME": str(HOME.database_file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; "
                # What was deleted or erased is overwritten in the file, not only forgotten by it.
                "PRAGMA foreign_keys=ON; PRAGMA busy_timeout=20000; PRAGMA secure_delete=ON;"
            ),
        },
        "TEST": {"NAME": str(HOME.folder / "test.db")},
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
]
LOGIN_URL = "account_login"
LOGIN_ADDRESS = "/sign-in/"
LOGIN_REDIRECT_URL = "board"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "sereniv.clinic.accounts.adapter.StaffAdapter"
ACCOUNT_FORMS = {"login": "sereniv.clinic.web.shell.sign_in.StaffLoginForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# A clinic is one address: limits count by account and device (`accounts.adapter`), never by address, so that one bad
# tablet locks out nobody else.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key"}
# Counted tries are kept here: a flood of made-up names must not push them out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "sereniv.clinic.accounts.factors.SealedFactors"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "sereniv.clinic.web.shell.passkey_forms.AddKeyForm",
    "authenticate_webauthn": "sereniv.clinic.web.shell.passkey_forms.KeyForm",
    "reauthenticate_webauthn": "sereniv.clinic.web.shell.passkey_forms.KeyOnceMoreForm",
    "login_webauthn": "sereniv.clinic.web.shell.passkey_forms.PasskeyForm",
}
# A passkey cannot be guessed, and a clinic is one address: the door (`web/shell/door`) bounds what strangers may ask.
MFA_RATE_LIMITS = {"webauthn_login": None}

SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sereniv.clinic.web.shell.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Machines on this computer ask in plain HTTP: a redirect would send them, and the token, elsewhere.
SECURE_REDIRECT_EXEMPT = [r"^gateway/", r"^health$", r"^metrics$"]
if IS_CLINIC:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
# One page takes a file, by its own handler, which keeps it in memory: nothing of it comes to lie in a shared folder.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["sereniv.clinic.web.shell.uploads.OnePage"]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = HOME.timezone
USE_TZ = True
USE_I18N = False
STATIC_URL = "static/"
STATICFILES_DIRS = sorted((PACKAGE / "web").glob("*/static"))
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"identifiers_only": {"()": "sereniv.clinic.logs.IdentifiersOnly"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["identifiers_only"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
