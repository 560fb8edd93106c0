"""Django's settings, read from the environment (docs/running.md lists the variables)."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from bangfu.config import environment

PACKAGE = Path(__file__).resolve().parents[1]
PROJECT = environment.project_folder()

BANGFU_DEMO = environment.flag(os.environ, "BANGFU_DEMO")
BANGFU_TODAY = environment.today(os.environ, demo=BANGFU_DEMO)
BANGFU_VAR = Path(os.environ.get("BANGFU_VAR") or PROJECT / "var")
BANGFU_FILES = Path(os.environ.get("BANGFU_FILES") or BANGFU_VAR / "files")
BANGFU_MAX_UPLOAD = environment.whole_number(os.environ, "BANGFU_MAX_UPLOAD", 200 * 1024 * 1024)
BANGFU_CIPHER = os.environ.get("BANGFU_CIPHER") or "sm4-gcm"

_demo_secrets = environment.demo_secrets(BANGFU_VAR / "demo-keys.json") if BANGFU_DEMO else {}
SECRET_KEY = environment.secret(os.environ, "BANGFU_SECRET_KEY", demo=_demo_secrets)
BANGFU_FIELD_KEYS = environment.secret(os.environ, "BANGFU_FIELD_KEYS", demo=_demo_secrets)

DEBUG = False
ALLOWED_HOSTS = environment.listed(os.environ, "BANGFU_ALLOWED_HOSTS") or (
    ["localhost", "127.0.0.1", "[::1]"] if BANGFU_DEMO else []
)
ROOT_URLCONF = "bangfu.config.urls"
WSGI_APPLICATION = "bangfu.config.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "csp",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "bangfu.platform.audit",
    "bangfu.platform.jobs",
    "bangfu.platform.procedures",
    "bangfu.platform.worklist",
    "bangfu.divisions",
    "bangfu.accounts",
    "bangfu.registry",
    "bangfu.quality",
    "bangfu.targeting",
    "bangfu.monitoring",
    "bangfu.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bangfu.web.middleware.language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bangfu.web.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bangfu.web.frame.frame",
            ],
        },
    },
]

DATABASES = {
    "default": environment.database(
        os.environ.get("DATABASE_URL") or f"sqlite:///{BANGFU_VAR / 'bangfu.sqlite3'}", project=PROJECT
    ),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# Signing in. No default accounts; the throttle counts by account and address together.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
#: Nothing keeps when somebody was online (DESIGN §1.10); the audit log tells who signed in.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "bangfu.web.views.signing.locked_out"
LOGIN_URL = "sign-in"

CSRF_FAILURE_VIEW = "bangfu.web.refusals.form_expired"
#: In a cookie, so that showing a message writes nothing.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# Cookies, headers, content policy: everything is served from here, nothing inline.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not BANGFU_DEMO
# Behind a proxy that ends TLS a form comes from https:// while the request itself is plain.
CSRF_TRUSTED_ORIGINS = environment.origins(ALLOWED_HOSTS) if not BANGFU_DEMO else []
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Words and days.
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
LOCALE_PATHS = [PACKAGE / "locale"]

# Files: uploads are private to the service; a temporary upload is moved, not copied, into its place.
MEDIA_ROOT = BANGFU_FILES
# A village meeting hands in the ballots on 500 applications at once.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STATIC_URL = "static/"
STATIC_ROOT = BANGFU_VAR / "static"
WHITENOISE_USE_FINDERS = BANGFU_DEMO
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if BANGFU_DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # What the queue and the throttle say of every step stands in the jobs' table and in the audit log.
    "loggers": {name: {"level": "WARNING"} for name in ("django_tasks", "django_tasks_db", "axes")},
}
