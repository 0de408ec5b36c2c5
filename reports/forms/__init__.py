from .choice import MonthForm, ReportForm, SubscriptionForm

__all__ = ["MonthForm", "ReportForm", "SubscriptionForm"]
