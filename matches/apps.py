from django.apps import AppConfig


class MatchesConfig(AppConfig):
    name = "matches"

    def ready(self) -> None:
        from newcomers.domain.lifecycle import after_withdrawing

        from . import sweeps  # noqa: F401  registers the sweeps
        from .domain.lifecycle import close_for_withdrawn_household

        after_withdrawing.append(close_for_withdrawn_household)
