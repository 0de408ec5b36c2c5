from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "samenhier.core"
    label = "core"

    def ready(self) -> None:
        # Celery's app here and not in the package itself: by now whoever started us has named the settings.
        import samenhier.celery

        from . import checks

        assert samenhier.celery
        assert checks, "importing registers the system checks"
