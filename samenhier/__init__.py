"""The project package: composition root and platform. No domain words live in its sub-packages."""

from samenhier.celery import app as celery_app

__all__ = ["celery_app"]
