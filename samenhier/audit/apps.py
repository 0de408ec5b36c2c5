from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "samenhier.audit"
    label = "audit"
