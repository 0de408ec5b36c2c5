from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "samenhier.core"
    label = "core"

    def ready(self) -> None:
        # Celery's app here and not in the package itself: by now whoever started us has named the settings.
        from django.contrib.auth.signals import user_logged_in

        import samenhier.celery

        from . import checks
        from .came_from import say_what_was_lost

        assert samenhier.celery
        assert checks, "importing registers the system checks"
        user_logged_in.connect(say_what_was_lost, dispatch_uid="core.say_what_was_lost")
