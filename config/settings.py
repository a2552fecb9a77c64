"""Settings, all read from the environment (docs/settings.md). `config.checks` refuses an unsafe production."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, validate

from config.security import CONTENT_SECURITY_POLICY  # noqa: F401  (pages.middleware sends it)
from reports.pack.notes import PrivateKey

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env(eager=False)

# What kind of start this is: production, unless it says otherwise. --------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="craftmark-demo-2026")
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))


def _key_kept_in(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(64)) -> str:
    """A secret of this machine's own, made at the first start: a demo needs no setting and shares no key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        made.touch(mode=0o600)
        made.write_text(make())
        with suppress(FileExistsError):
            os.link(made, path)  # of several that start at once, one is first
        made.unlink()
    return path.read_text()


def _secret(name: str) -> str:
    """A secret from the environment, or from the file that NAME_FILE names."""
    file = env.str(f"{name}_FILE", default="")
    try:
        return Path(file).read_text().strip() if file else env.str(name, default="")
    except (OSError, UnicodeDecodeError) as fault:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {type(fault).__name__}.") from None


def _database(address: str) -> dict[str, Any]:
    """Django's words for the address of a database. It may hold a password, so no message repeats it."""
    try:
        database = dj_database_url.parse(address, conn_max_age=60, conn_health_checks=True)
    except ValueError:
        database = {}
    if database.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL is not the address of a database: postgres://user:password@host:5432/name, "
            "with what is special in the password percent-encoded, or sqlite:////absolute/path."
        )
    return dict(database)


SECRET_KEY = _secret("SECRET_KEY") or (_key_kept_in(VAR_DIR / "secret-key") if DEBUG or DEMO else "")
SECRET_KEY_FALLBACKS = _secret("SECRET_KEY_FALLBACKS").replace(",", " ").split()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG or DEMO else [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
#: Plain HTTP is for a demo or a private network that somebody has thought about.
ALLOW_PLAIN_HTTP = env.bool("ALLOW_PLAIN_HTTP", default=DEBUG or DEMO)
#: How many proxies stand before the server: each adds one address to X-Forwarded-For.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0, validate=validate.Range(min=0))

# Parts ----------------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_structlog",
    "django_tasks",
    "django_tasks_db",
    "config",
    "audit",
    "accounts",
    "jobs",
    "occupations",
    "apprenticeships",
    "signing",
    "portfolios",
    "assessments",
    "programme",
    "notifications",
    "reports",
    "pages",
]
if DEMO or DEBUG:
    INSTALLED_APPS.append("demo")
MIDDLEWARE = [
    "pages.middleware.RetriedReadMiddleware",
    "pages.middleware.HeadersAloneMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pages.compression.CompressionMiddleware",
    "pages.middleware.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "pages.whole_requests.WholeRequestMiddleware",
    "pages.plain_text.PlainTextMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "pages.middleware.KnownDeviceMiddleware",
    "pages.middleware.WorkflowErrorMiddleware",
    "pages.middleware.SignInRequiredMiddleware",
    "pages.middleware.SessionLimitsMiddleware",
    "pages.middleware.SecondFactorMiddleware",
    "pages.middleware.ActingOrganisationMiddleware",
    "pages.middleware.ScopeMiddleware",
    "pages.openings.OpeningsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "pages.context.acting",
            ],
            "builtins": ["pages.templatetags.readable", "pages.templatetags.kept"],
            "libraries": {"i18n": "pages.templatetags.kept"},
        },
    },
]
# Of two libraries of one name ours is the one that counts, and has all that Django’s has.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Rows -----------------------------------------------------------------------------------------------------------------
DATABASE_URL = _secret("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'craftmark.sqlite3'}"
DATABASES = {"default": _database(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # The file's folder is made here because SQLite makes the file only.
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits count here, so it is shared by all processes: a table unless an address of a Redis server is given.
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}

# Files ----------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Only our own: no page uses the files that come with an app.
STATICFILES_FINDERS = ["pages.static_files.JoiningFinder"]
# Pages name files by their hash alone, so the unhashed ones need neither room nor compressing.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "files")))
# Evidence lies in a folder, unless a bucket of an S3-compatible store is named.
S3_BUCKET = env.str("S3_BUCKET", default="")
S3_ENDPOINT_URL = env.str("S3_ENDPOINT_URL", default="")
S3_REGION = env.str("S3_REGION", default="")
S3_ACCESS_KEY = _secret("S3_ACCESS_KEY")
S3_SECRET_KEY = _secret("S3_SECRET_KEY")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "files.object_storing.DurableS3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT_URL or None,
            "region_name": S3_REGION or None,
            "access_key": S3_ACCESS_KEY or None,
            "secret_key": S3_SECRET_KEY or None,
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "signature_version": "s3v4",
        },
    }
    if S3_BUCKET
    else {
        "BACKEND": "files.storing.DurableFileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "base_url": None, "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
#: Where background jobs open files, one folder for each while it lasts.
PROCESSING_DIR = VAR_DIR / "processing"
#: The largest file of a piece of evidence, in bytes.
EVIDENCE_FILE_MAX_MB = env.int("EVIDENCE_FILE_MAX_MB", default=1024, validate=validate.Range(min=1))
EVIDENCE_FILE_MAX_BYTES = (EVIDENCE_FILE_MAX_MB or 0) * 1024 * 1024  # None is a mistake that env.seal() reports
#: Where uploads under way grow. Web servers on several machines need one folder in common.
UPLOAD_SPOOL = Path(env.str("UPLOAD_SPOOL", default=str(VAR_DIR / "spool")))
FILE_UPLOAD_HANDLERS = ["files.http.upload_handlers.LimitingUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(VAR_DIR / "uploads")
Path(FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)

# Packs for assessment organisations -----------------------------------------------------------------------------------
#: The key that signs them, as `manage.py pack_key` makes one. Without it none can be made.
PACK_KEY = _secret("PACK_KEY") or (
    _key_kept_in(VAR_DIR / "pack-key", lambda: PrivateKey.made("demo.craftmark").written()) if DEBUG or DEMO else ""
)
#: The public keys of those that signed before it: packs made with them are still checked.
PACK_OLD_PUBLIC_KEYS = env.str("PACK_OLD_PUBLIC_KEYS", default="").replace(",", " ").split()

# Background work: rows of the same database, done by “manage.py work”. ------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "media"]}}
#: Where the virus scanner listens: host:port, or the path of its socket. Without one nothing is called clean.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")

# People ---------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.signed_in.SignInBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.OwnNameValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Only what fails is counted: a whole college may sign in from one address at nine o'clock. accounts.guessing counts a
# device that signed in before by itself. A passkey cannot be guessed, so its limit is about cost alone.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "100/5m/ip,10/5m/key",
    "login_failed_on_known_device": "10/5m/key",
    "reset_password": "100/5m/ip",
    "reset_password_mail": "5/h/key",
}
MFA_RATE_LIMITS = {"webauthn_login": "1000/5m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ACCOUNT_FORMS = {
    "login": "pages.people.sign_in_forms.LoginForm",
    "reset_password": "pages.people.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "pages.people.sign_in_forms.ResetPasswordKeyForm",
    "set_password": "pages.people.sign_in_forms.SetPasswordForm",
    "change_password": "pages.people.sign_in_forms.ChangePasswordForm",
    "reauthenticate": "pages.people.sign_in_forms.ReauthenticateForm",
    "add_email": "pages.people.sign_in_forms.ChangeEmailForm",
}
MFA_ADAPTER = "accounts.adapter.MfaAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # or nobody with a second factor could change their address
MFA_FORMS = {
    "authenticate": "pages.people.sign_in_forms.SecondStepForm",
    "reauthenticate": "pages.people.sign_in_forms.SecondStepAgainForm",
    "activate_totp": "pages.people.sign_in_forms.ActivateAppForm",
    "add_webauthn": "pages.people.sign_in_forms.AddPasskeyForm",
    "edit_webauthn": "pages.people.sign_in_forms.RenamePasskeyForm",
    "authenticate_webauthn": "pages.people.sign_in_forms.PasskeyStepForm",
    "login_webauthn": "pages.people.sign_in_forms.PasskeySignInForm",
    "reauthenticate_webauthn": "pages.people.sign_in_forms.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODE_COUNT = 10
MFA_TOTP_ISSUER = "Craftmark"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ALLOW_PLAIN_HTTP
USERSESSIONS_ADAPTER = "accounts.adapter.UserSessionsAdapter"
# accounts.sessions notes activity, at most once a minute; allauth would write at every request.
USERSESSIONS_TRACK_ACTIVITY = False
#: A second factor is asked of everybody who sees other people's work. A demo has made-up people only.
SECOND_FACTOR_REQUIRED = not DEMO
SESSION_ENGINE = "accounts.signed_in"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_SECONDS_STAFF = 30 * 60
SESSION_IDLE_SECONDS_APPRENTICE = 2 * 60 * 60
#: Of an apprentice who asked to stay signed in on their own device.
SESSION_STAY_SECONDS = 30 * 24 * 60 * 60

# The browser ----------------------------------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not ALLOW_PLAIN_HTTP
if not ALLOW_PLAIN_HTTP:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "pages.error_pages.csrf_failure"
# Narratives are at most 20,000 characters; a form with 60 KSBs and their justifications stays well below this.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
# A form may bring 20 files; what comes beyond that is named to its sender, not answered with a bare 400.
DATA_UPLOAD_MAX_NUMBER_FILES = 200

# Words and times ------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False
FORMAT_MODULE_PATH = ["config.formats"]

# Mail waits as a job (jobs.mail). A worker takes it to EMAIL_HOST, or to a folder in a demo. --------------------------
EMAIL_BACKEND = "jobs.mail.QueuedMail"
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = _secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
if DEMO or DEBUG:
    MAIL_TRANSPORT = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
#: The site's own address, for links in mail that a command sends. A page's mail has the address the page came from.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000" if DEBUG or DEMO else "")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="Craftmark <craftmark@localhost>")

env.seal()

from config.logging import configure_logging  # noqa: E402  (needs DEBUG)

# config.logging says whose request it was, and believes no header that nobody we trust has set.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOGGING_CONFIG = None
configure_logging(plain=DEBUG or DEMO)
