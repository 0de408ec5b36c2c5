from .figures import CountryFairness, CountryFigures, MonthFigures
from .report import ReportRun, ReportSubscription

__all__ = ["CountryFairness", "CountryFigures", "MonthFigures", "ReportRun", "ReportSubscription"]
