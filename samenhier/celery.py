"""Celery: a doorbell. Every duty is a row in Postgres; a message only says "look now"."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samenhier.settings.dev")

app = Celery("samenhier")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
