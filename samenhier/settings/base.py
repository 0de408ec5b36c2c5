"""What is true everywhere. The environment is read here and nowhere else."""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

SECRET_KEY = env.str("SECRET_KEY", default="")
# Keys that wrap the key of each household, newest first; see samenhier.core.crypto.
MASTER_KEYS = env.list("MASTER_KEYS", default=[])
DEBUG = False
DEMO = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The address that stands in mails, without a slash at the end.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
# Who hears of holes in this software: a mailto: or https: address, for security.txt.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="mailto:security@samenhier.example")
# Help in the footer of each page; a municipality's own contact stands on its pages.
HELP_PHONE = env.str("HELP_PHONE", default="")
HELP_EMAIL = env.str("HELP_EMAIL", default="")
# What only the organisation knows for the algorithm register (matches.register). Empty: the record says so.
ALGORITHM_REGISTER = {
    "organization": env.str("ALGORITHM_ORGANISATION", default=""),
    "contact_email": env.str("ALGORITHM_CONTACT_EMAIL", default=""),
    "publication_category": env.str("ALGORITHM_CATEGORY", default=""),
    "begin_date": env.str("ALGORITHM_IN_USE_SINCE", default=""),
    "lawful_basis": env.str("ALGORITHM_LEGAL_BASIS", default=""),
    "lawful_basis_link": env.str("ALGORITHM_LEGAL_BASIS_LINK", default=""),
    "impacttoetsen": env.str("ALGORITHM_ASSESSMENTS", default=""),
    "objection_procedure": env.str("ALGORITHM_OBJECTION", default=""),
    "provider": env.str("ALGORITHM_PROVIDER", default=""),
    "publiccode": env.str("ALGORITHM_SOURCE_CODE", default=""),
}
# A price in a pool of at most so many pairs (households × groups) is computed while one waits; beyond it a worker does:
# the solver holds the interpreter lock, so that meanwhile nobody else would get a page from this process.
MATCHING_PAIRS_IN_A_REQUEST = env.int("MATCHING_PAIRS_IN_A_REQUEST", default=300 * 300)
# How many proxies of ours stand in front: rate limits believe that many addresses and no more.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
    "samenhier.core",
    "samenhier.accounts",
    "samenhier.audit",
    "samenhier.notifications",
    "municipalities",
    "groups",
    "newcomers",
    "matches",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "samenhier.core.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "samenhier.accounts.middleware.OneGuessAtATimeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "samenhier.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "samenhier.core.middleware.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "samenhier.core.middleware.PersonalLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "samenhier.core.middleware.NoStoreMiddleware",
    "samenhier.core.middleware.PageForNoPageMiddleware",
    "samenhier.core.middleware.PageLanguageMiddleware",
    "samenhier.core.middleware.AccessMiddleware",
]

# Asked before each view's own access: a redirect stops the request.
ACCESS_GATES = [
    "municipalities.gates.second_factor_gate",
    "municipalities.gates.idle_gate",
    "municipalities.gates.fresh_proof_gate",
]
# After this long without a request, staff show their second factor again. 0 asks never (the practice world).
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30)

ROOT_URLCONF = "samenhier.urls"
WSGI_APPLICATION = "samenhier.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "samenhier.core.templatetags.components",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "samenhier.core.context_processors.site",
                "municipalities.context_processors.navigation_of_staff",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres:///samenhier"),
        "ATOMIC_REQUESTS": False,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
# Holds limits (who may try how often), in Postgres: a broker that is away or was emptied neither closes the door
# nor opens it. The table comes with samenhier.accounts.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "limits",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
# Sessions live in Postgres: they can be revoked, and a lost broker signs nobody out.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "samenhier"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "samenhier.core.views.csrf_failure"

# -- mail -------------------------------------------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Samen Hier <no-reply@samenhier.example>")
# Stands behind the @ of each Message-ID.
MAIL_DOMAIN = env.str("MAIL_DOMAIN", default="samenhier.example")
# Reminders leave between these local hours; sign-in codes leave at once.
SENDING_WINDOW = (
    env.str("SENDING_WINDOW_FROM", default="09:00"),
    env.str("SENDING_WINDOW_UNTIL", default="17:00"),
)

# The matching engine divides its work over processes; threads of numpy's own would only wait for each other. Before numpy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# -- Celery -----------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# In kB. A process that grew beyond it, by a very large matching pool, makes place for a new one after its task.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 900_000
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 14 * 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that accepts and stays silent must not hold up a page.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60 * 60,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_TIMEZONE = "Europe/Amsterdam"
# Fixed intervals only: what is due, and when, stands in Postgres.
CELERY_BEAT_SCHEDULE = {
    "check-ins": {"task": "matches.sweep_check_ins", "schedule": 60.0},
    "outcomes": {"task": "matches.sweep_outcomes", "schedule": 60.0},
    "answers": {"task": "matches.sweep_answers", "schedule": 60.0},
    "outbox": {"task": "notifications.sweep_outbox", "schedule": 60.0},
    "reports": {"task": "reports.sweep_reports", "schedule": 60.0},
    "rounds": {"task": "matches.sweep_rounds", "schedule": 300.0},
    "upkeep": {"task": "notifications.sweep_upkeep", "schedule": 3600.0},
    "retention": {"task": "municipalities.sweep_retention", "schedule": 86400.0},
}

# -- people -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "samenhier.accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "matches:home"
LOGOUT_REDIRECT_URL = "public:home"
# Where “Close this page quickly” leads: a site that anybody may have open.
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", default="") or "https://www.knmi.nl/"
ACCOUNT_ADAPTER = "samenhier.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Samen Hier"
MFA_ADAPTER = "samenhier.accounts.mfa_adapter.SecondFactorAdapter"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# Digits: on every keyboard, in every script. Guessing them is held off by the limits below.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_FORMS = {
    "login": "samenhier.accounts.forms.sign_in.SignInForm",
    "request_login_code": "samenhier.accounts.forms.sign_in.RequestCodeForm",
    "confirm_login_code": "samenhier.accounts.forms.sign_in.ConfirmCodeForm",
    "confirm_email_verification_code": "samenhier.accounts.forms.sign_in.ConfirmEmailForm",
    "add_email": "samenhier.accounts.forms.sign_in.ChangeEmailForm",
    "reset_password": "samenhier.accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "samenhier.accounts.forms.sign_in.ResetPasswordKeyForm",
    "set_password": "samenhier.accounts.forms.sign_in.SetPasswordForm",
    "change_password": "samenhier.accounts.forms.sign_in.ChangePasswordForm",
    "reauthenticate": "samenhier.accounts.forms.sign_in.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "samenhier.accounts.forms.second_factor.AuthenticateForm",
    "reauthenticate": "samenhier.accounts.forms.second_factor.ReauthenticateForm",
    "activate_totp": "samenhier.accounts.forms.second_factor.ActivateTOTPForm",
    "deactivate_totp": "samenhier.accounts.forms.second_factor.DeactivateTOTPForm",
    "generate_recovery_codes": "samenhier.accounts.forms.second_factor.GenerateRecoveryCodesForm",
    "add_webauthn": "samenhier.accounts.forms.second_factor.AddWebAuthnForm",
    "edit_webauthn": "samenhier.accounts.forms.second_factor.EditWebAuthnForm",
}

# -- limits on signing in ---------------------------------------------------------------------------
# Counted per address behind TRUSTED_PROXIES proxies ("ip"), per account or e-mail address ("key"), per person.
ALLAUTH_RATE_LIMIT_IPV6_PREFIX = 64
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip,300/h/ip",
    "login_failed": "10/m/ip,5/5m/key,30/d/key",
    # A code of six digits, three tries each: at most 120 guesses a day for one account.
    "request_login_code": "20/m/ip,3/m/key,10/h/key,40/d/key",
    "confirm_email": "1/10s/key,10/h/key",
    "reset_password": "20/m/ip,5/m/key,10/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
    "signup": "20/m/ip",
}
MFA_RATE_LIMITS = {"webauthn_login": "10/m/ip"}

# -- language, time ---------------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English")), ("ar", _("Arabic"))]
# Staff and volunteer pages exist in these; newcomer pages in all LANGUAGES.
STAFF_LANGUAGES = ["nl", "en"]
# Views that anybody may open and that are written in those languages only: about groups, and for staff.
NOT_FOR_NEWCOMERS = [
    "groups.",
    "matches.views.home",
    "matches.views.register",
    "municipalities.views.team",
    "municipalities.views.worklist",
]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True
USE_I18N = True

# -- files ------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# -- look -------------------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = "nlds"
CRISPY_TEMPLATE_PACK = "nlds"
CRISPY_FAIL_SILENTLY = False

# -- headers ----------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# -- logs: no bodies, no names, no addresses ----------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "samenhier.core.logs.CarefulFormatter",
            "fmt": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
