from django.urls import path

from .views import figures, insight, national, reports

app_name = "reports"
urlpatterns = [
    path("landelijk/", national.Overview.as_view(), name="national"),
    path("landelijk/wie-zoeken-we/", insight.NationalWanted.as_view(), name="national_wanted"),
    path("landelijk/eerlijk-verdeeld/", insight.NationalFairness.as_view(), name="national_fairness"),
    path("gemeente/<slug:slug>/gezochte-talen/", insight.WantedLanguages.as_view(), name="wanted"),
    path("gemeente/<slug:slug>/cijfers/", figures.Dashboard.as_view(), name="dashboard"),
    path("gemeente/<slug:slug>/cijfers/export.csv", figures.Files.as_view(), {"ending": "csv"}, name="csv"),
    path(
        "gemeente/<slug:slug>/cijfers/export.xlsx", figures.Files.as_view(), {"ending": "xlsx"}, name="xlsx"
    ),
    path("gemeente/<slug:slug>/rapporten/", reports.Reports.as_view(), name="reports"),
    path("gemeente/<slug:slug>/rapporten/<uuid:report>/rapport.pdf", reports.ReportPdf.as_view(), name="pdf"),
]
