from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "samenhier.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from .second_factor import end_older_sessions, remember_proof

        authenticator_added.connect(remember_proof, dispatch_uid="accounts.remember_proof")
        authenticator_added.connect(end_older_sessions, dispatch_uid="accounts.end_older_sessions")
