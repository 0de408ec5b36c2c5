from django.urls import path

from .views import operations

app_name = "operations"
urlpatterns = [
    path("beheer/", operations.Operations.as_view(), name="home"),
    path("beheer/post/<uuid:message>/", operations.DecideMail.as_view(), name="decide"),
    path("gemeente/<slug:slug>/post/", operations.TownMail.as_view(), name="mail"),
    path(
        "gemeente/<slug:slug>/post/<uuid:message>/", operations.DecideTownMail.as_view(), name="decide_here"
    ),
]
