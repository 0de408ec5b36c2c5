from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    name = "samenhier.audit"
    label = "audit"

    def ready(self) -> None:
        # Each app says in its leaf module `sentences.py` what its acts are called in words.
        autodiscover_modules("sentences")
