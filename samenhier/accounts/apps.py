from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "samenhier.accounts"
    label = "accounts"
