from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "samenhier.notifications"
    label = "notifications"

    def ready(self) -> None:
        # Each app lists the kinds of mail it sends in its leaf module `mails.py`.
        autodiscover_modules("mails")
