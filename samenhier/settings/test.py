"""The suite: real Postgres, real broker, real mail; only faster hashes and no waiting."""

from .dev import *
from .dev import ALLOWED_HOSTS

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SENDING_WINDOW = ("09:00", "17:00")
# Nothing is collected for the tests: files come from where they stand.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
