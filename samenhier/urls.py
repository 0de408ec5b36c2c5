"""The composition root of all addresses."""

from django.apps import apps
from django.urls import include, path

urlpatterns = [
    path("", include("municipalities.urls_public")),
    path("", include("samenhier.core.urls")),
    path("account/", include("allauth.urls")),
    path("", include("samenhier.accounts.urls")),
    path("", include("municipalities.urls")),
    path("", include("groups.urls")),
    path("", include("newcomers.urls")),
    path("", include("matches.urls")),
    path("", include("reports.urls")),
    path("", include("municipalities.urls_operations")),
]

if apps.is_installed("samenhier.demo"):
    urlpatterns += [path("", include("samenhier.demo.urls"))]

handler400 = "samenhier.core.views.bad_request"
handler403 = "samenhier.core.views.forbidden"
handler404 = "samenhier.core.views.not_found"
handler500 = "samenhier.core.views.server_error"
