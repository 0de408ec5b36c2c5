"""Celery: a doorbell. Every duty is a row in Postgres; a message only says "look now".

Whoever starts a worker names the settings in DJANGO_SETTINGS_MODULE. There is no default here: a forgotten name must stop a
server, not turn it into the practice world. `CoreConfig.ready` imports this module.
"""

import gc
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

app = Celery("samenhier")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def collect_garbage_less_often(**_told: Any) -> None:
    """A sixth of the processor time of a matching run was looking for garbage: it makes many small objects, none in circles.

    What is imported by now stays for the life of the process, so that it is never walked over again.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
