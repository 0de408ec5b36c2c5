"""Celery: a doorbell. Every duty is a row in Postgres; a message only says "look now".

Whoever starts a worker names the settings in DJANGO_SETTINGS_MODULE. There is no default here: a forgotten name must stop a
server, not turn it into the practice world. `CoreConfig.ready` imports this module.
"""

from celery import Celery

app = Celery("samenhier")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
