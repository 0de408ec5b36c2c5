"""Real people. Refuses to start half configured."""

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import INSTALLED_APPS, MASTER_KEYS, SECRET_KEY, STORAGES, TRUSTED_PROXIES, env

for _name in (
    "SECRET_KEY",
    "MASTER_KEYS",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SITE_URL",
):
    if not env.str(_name, default=""):
        raise ImproperlyConfigured(f"Set {_name}: production does not start without it. See .env.example.")
if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("demo-only"):
    raise ImproperlyConfigured("SECRET_KEY must be your own, of at least 50 characters.")
for _key in MASTER_KEYS:
    if _key == "ZGVtby1vbmx5LW5vdC1hLXNlY3JldC0wMDAwMDAwMDA=":
        raise ImproperlyConfigured("MASTER_KEYS still holds the demo key. Make your own; see .env.example.")
    try:
        Fernet(_key)
    except ValueError as error:
        raise ImproperlyConfigured("A key in MASTER_KEYS is not a Fernet key; see .env.example.") from error
if "samenhier.demo" in INSTALLED_APPS or env.str("DEMO", default=""):
    raise ImproperlyConfigured("Demo mode cannot be switched on with production settings.")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# The health probe speaks plain HTTP inside the network.
SECURE_REDIRECT_EXEMPT = [r"^gezond/$"]
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-samenhier"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
