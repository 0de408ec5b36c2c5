"""Reports: asking for one, making it, telling who wants to know; and subscribing."""

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import typst
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from municipalities.models import Municipality
from reports.enums import Frequency, ReportStatus
from reports.figures.months import Month
from reports.mails import REPORT_READY
from reports.models import ReportRun, ReportSubscription
from reports.pdf import period_in_words, report_pdf
from reports.queries import all_published_until, country_until, last_closed, subscribers
from reports.tasks import ring_build
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError
from samenhier.notifications.outbox import Notice, notify_many

from .closing import close_all_months, close_months

log = logging.getLogger(__name__)

#: On these days of a month the report of the month before is made by itself.
MADE_UNTIL_DAY = 10
#: A report that waits longer is picked up by the sweep: its bell got lost.
PATIENCE = timedelta(minutes=2)
#: Reports that one sweep makes at most; the next sweep goes on.
AT_ONCE = 20


def request_report(*, municipality: Municipality, actor: User, language: str, now: datetime) -> ReportRun:
    """Ask for the report of the last month that is over. It is made once; a failed one is tried again."""
    close_months(municipality=municipality, now=now)
    month = last_closed(now)
    if not all_published_until(municipality=municipality, month=month):
        raise DomainError(
            _("There are no figures yet. The first report can be made when the first month is over.")
        )
    with transaction.atomic():
        report = _queue(municipality, month.first_day, month, language)
        audit.record("report.requested", actor=actor, subject=report)
        return report


def build_report(report_id: UUID) -> bool:
    """Make the PDF and tell the subscribers. True when this call made it, and no other worker."""
    try:
        with transaction.atomic():
            report = (
                ReportRun.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("municipality__policy")
                .filter(pk=report_id, status=ReportStatus.QUEUED)
                .first()
            )
            if report is None:
                return False
            report.pdf = _pdf_of(report)
            report.status = ReportStatus.DONE
            report.finished_at = timezone.now()
            report.error = ""
            report.save(update_fields=["pdf", "status", "finished_at", "error"])
            audit.record("report.made", actor=None, subject=report, language=report.language)
            notify_many(_notices(report))
            return True
    except typst.TypstError as fault:
        ReportRun.objects.filter(pk=report_id, status=ReportStatus.QUEUED).update(
            status=ReportStatus.FAILED, finished_at=timezone.now(), error=type(fault).__name__
        )
        raise


def sweep_reports(now: datetime) -> int:
    """Close months that are over, queue what subscribers wait for, and make what got stuck."""
    done = close_all_months(now)
    if timezone.localtime(now).day <= MADE_UNTIL_DAY:
        done += _queue_for_subscribers(last_closed(now))
    stuck = ReportRun.objects.filter(status=ReportStatus.QUEUED, created_at__lt=now - PATIENCE).order_by(
        "created_at"
    )
    return done + sum(build_report(report_id) for report_id in stuck.values_list("pk", flat=True)[:AT_ONCE])


def subscribe(*, municipality: Municipality, user: User, frequency: Frequency) -> ReportSubscription:
    """Get a mail when a report is ready, or change how often."""
    with transaction.atomic():
        subscription, _made = ReportSubscription.objects.update_or_create(
            municipality=municipality, user=user, defaults={"frequency": frequency}
        )
        audit.record("report.subscribed", actor=user, subject=subscription, frequency=str(frequency))
        return subscription


def unsubscribe(*, municipality: Municipality, user: User) -> None:
    """Get no more mail about reports here; harmless when there was no subscription."""
    with transaction.atomic():
        gone, _by_model = ReportSubscription.objects.filter(municipality=municipality, user=user).delete()
        if gone:
            audit.record(
                "report.unsubscribed", actor=user, subject=municipality, municipality_id=municipality.pk
            )


def language_of(user: User) -> str:
    """The language of reports for this person: their own, or Dutch when reports do not exist in it."""
    return user.language if user.language in settings.STAFF_LANGUAGES else settings.LANGUAGE_CODE


def _queue(municipality: Municipality, first_day: date, last: Month, language: str) -> ReportRun:
    report, made = ReportRun.objects.get_or_create(
        municipality=municipality, first_day=first_day, last_day=last.last_day, language=language
    )
    if not made and report.status == ReportStatus.FAILED:
        report.status, report.error = ReportStatus.QUEUED, ""
        report.save(update_fields=["status", "error"])
    if report.status == ReportStatus.QUEUED:
        transaction.on_commit(lambda: ring_build(report.pk))
    return report


def _queue_for_subscribers(last: Month) -> int:
    """A report for each municipality, period and language that somebody wants. Returns how many are new."""
    waiting = subscribers().select_related("municipality", "user")
    wanted = {
        (one.municipality, period, language_of(one.user)) for one in waiting for period in _periods(one, last)
    }
    have = set(
        ReportRun.objects.filter(last_day=last.last_day).values_list(
            "municipality_id", "first_day", "language"
        )
    )
    new = 0
    for municipality, first_day, language in wanted:
        if (municipality.pk, first_day, language) in have:
            continue
        if all_published_until(municipality=municipality, month=last):
            with transaction.atomic():
                _queue(municipality, first_day, last, language)
            new += 1
    return new


def _periods(subscription: ReportSubscription, last: Month) -> Iterable[date]:
    """The first day of the period of which this subscriber wants a report now."""
    if subscription.frequency == Frequency.MONTHLY:
        yield last.first_day
    elif last.ends_quarter:
        yield last.plus(-2).first_day


def _pdf_of(report: ReportRun) -> bytes:
    last = Month.of(report.last_day)
    with translation.override(report.language):
        return report_pdf(
            town=report.municipality.name,
            partner=report.municipality.partner_organisation,
            months=all_published_until(municipality=report.municipality, month=last),
            country=country_until(last),
            first_day=report.first_day,
            masking_below=report.municipality.policy.masking_below,
        )


def _notices(report: ReportRun) -> list[Notice]:
    """A mail for each subscriber of this period and language: a link, no figures."""
    last = Month.of(report.last_day)
    notices = []
    for one in subscribers().filter(municipality=report.municipality).select_related("user"):
        if language_of(one.user) != report.language or report.first_day not in _periods(one, last):
            continue
        with translation.override(report.language):
            period = period_in_words(report.first_day, last)
        notices.append(
            Notice(
                kind=REPORT_READY.code,
                dedupe_key=f"report:{report.pk}:{one.user_id}",
                recipient=one.user,
                language=report.language,
                municipality_id=report.municipality_id,
                context={
                    "town": report.municipality.name,
                    "period": period,
                    "url": reverse("reports:reports", kwargs={"slug": report.municipality.slug}),
                    "subscription": str(one.pk),
                },
            )
        )
    return notices
