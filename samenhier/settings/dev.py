"""`make run`: the demo world on this machine. Never for real people."""

import sys

from .base import *
from .base import ALGORITHM_REGISTER, CELERY_BEAT_SCHEDULE, INSTALLED_APPS, env

if env.str("SAMENHIER_PRODUCTION", default=""):
    sys.exit("These are demo settings. For real people use DJANGO_SETTINGS_MODULE=samenhier.settings.prod.")

DEMO = True
# Open secrets: this world holds invented people only.
SECRET_KEY = env.str("SECRET_KEY", default="demo-only-not-a-secret-0000000000000000000000000000000000")
MASTER_KEYS = env.list("MASTER_KEYS", default=["ZGVtby1vbmx5LW5vdC1hLXNlY3JldC0wMDAwMDAwMDA="])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
INSTALLED_APPS = [*INSTALLED_APPS, "samenhier.demo"]
SENDING_WINDOW = ("00:00", "23:59")
# People of the practice world cannot show a second factor.
STAFF_IDLE_MINUTES = 0
# As a programme would fill it in, invented like all else here. The law and the assessments stay open: they are not ours
# to invent, and so the page shows what an empty field looks like.
ALGORITHM_REGISTER = ALGORITHM_REGISTER | {
    "organization": "Samen Hier (oefenwereld)",
    "contact_email": "algoritme@oefen.example",
    "publication_category": "Impactvolle algoritmes",
    "begin_date": "2026-01",
    "objection_procedure": "Bel of mail de coördinator van je gemeente.",
    "provider": "Samen Hier (oefenwereld)",
}
# Where the mail catcher of `make run` keeps what it caught.
DEMO_INBOX_DIR = env.str("DEMO_INBOX_DIR", default="var/inbox")
# Passkeys over plain HTTP, for http://localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# Look more often than each minute, so that the inbox fills while one watches.
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": 15.0 if entry["schedule"] == 60.0 else entry["schedule"]}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
}
