from .figures import CountryFigures, MonthFigures
from .report import ReportRun, ReportSubscription

__all__ = ["CountryFigures", "MonthFigures", "ReportRun", "ReportSubscription"]
