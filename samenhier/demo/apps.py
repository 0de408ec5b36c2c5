from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The invented world. Installed by the demo settings only."""

    name = "samenhier.demo"
    label = "demo"
