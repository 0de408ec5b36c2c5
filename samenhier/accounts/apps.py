from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "samenhier.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from .second_factor import remember_proof

        authenticator_added.connect(remember_proof, dispatch_uid="accounts.remember_proof")
