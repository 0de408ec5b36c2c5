"""The practice world holds what the pictures in docs/screenshots show, and each page opens for its reader."""

import pytest
from django.conf import settings
from django.test import Client

from samenhier.demo import load
from samenhier.demo.shots import shots


@pytest.mark.django_db
def test_twelve_pages_can_be_pictured():
    load.load()
    load.propose()
    answers = {}
    for shot in shots():
        client = Client()
        if shot.person is not None:
            client.force_login(shot.person)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = shot.language
        answers[shot.name] = client.get(shot.path).status_code
    assert len(answers) == 12
    assert set(answers.values()) == {200}, answers
