from .report import ReportRun, ReportSubscription

__all__ = ["ReportRun", "ReportSubscription"]
