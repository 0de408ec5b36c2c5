from django.urls import path

from .views.soon import Soon

app_name = "groups"
urlpatterns = [
    path("uitnodiging/<slug:token>/", Soon.as_view(), name="invitation_link"),
    path("groep-aanmelden/verder/<slug:token>/", Soon.as_view(), name="draft_link"),
    path("mijn/groep/<uuid:group>/", Soon.as_view(), name="own"),
    path("mijn/groep/<uuid:group>/training/", Soon.as_view(), name="training"),
    path("gemeente/<slug:slug>/groepen/", Soon.as_view(), name="list"),
    path("gemeente/<slug:slug>/groepen/<uuid:group>/", Soon.as_view(), name="review"),
    path("gemeente/<slug:slug>/trainingen/", Soon.as_view(), name="sessions"),
    path("gemeente/<slug:slug>/trainingen/<uuid:session>/", Soon.as_view(), name="session"),
]
