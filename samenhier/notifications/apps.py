from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "samenhier.notifications"
    label = "notifications"

    def ready(self) -> None:
        from samenhier.accounts import post

        from . import sweeps, upkeep
        from .sending import sweep_outbox
        from .sign_in import carry

        # Each app lists the kinds of mail it sends in its leaf module `mails.py`, and its sweeps in `sweeps.py`.
        autodiscover_modules("mails")
        autodiscover_modules("sweeps")
        post.use(carry)
        # Rows guard themselves: several workers may empty the outbox together.
        sweeps.register("outbox", sweep_outbox, exclusive=False)
        sweeps.add_upkeep("messages", upkeep.forget_messages)
        sweeps.add_upkeep("sessions", upkeep.forget_sessions)
