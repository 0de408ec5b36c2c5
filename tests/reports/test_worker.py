"""The whole way with a real worker: a press on the button, a PDF in Postgres, a mail with a link."""

import re
import time

import pytest
from django.utils import timezone, translation

from reports.domain import closing, reporting
from reports.enums import Frequency, ReportStatus
from reports.models import ReportRun
from samenhier.services.inbox import text_of

PAGE = "/gemeente/zwolle/rapporten/"


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_worker_makes_the_report_and_mails_the_link(client, busy, viewer, smtp_inbox, celery_worker):
    reporting.subscribe(municipality=busy, user=viewer, frequency=Frequency.MONTHLY)
    client.force_login(viewer)
    client.post(PAGE, {"report-language": "en", "make": "1"})
    deadline = time.monotonic() + 40
    while ReportRun.objects.get().status == ReportStatus.QUEUED and time.monotonic() < deadline:
        time.sleep(0.2)
    report = ReportRun.objects.get()
    assert report.status == ReportStatus.DONE, celery_worker.output()[-2000:]
    mail = text_of(smtp_inbox.wait_for(to=viewer.email, subject_contains="Zwolle"))
    assert PAGE in mail
    # The only digits are the year's: no figures in a mail.
    last = closing.last_closed(timezone.now())
    with translation.override("en"):
        assert last.in_words() in mail
    assert not re.findall(r"\b\d{1,3}\b", mail.partition("You can read")[2].partition("http")[0])
    assert client.get(f"{PAGE}{report.pk}/rapport.pdf").content.startswith(b"%PDF")
