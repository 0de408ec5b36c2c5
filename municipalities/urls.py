from django.urls import path

from .views import retention, settings, team, worklist

app_name = "municipalities"
urlpatterns = [
    path("mijn/werk/", worklist.MyWork.as_view(), name="mine"),
    path("team/<str:token>/", team.Join.as_view(), name="join"),
    path("landelijk/gemeenten/", worklist.MunicipalityList.as_view(), name="list"),
    path("landelijk/gemeenten/nieuw/", settings.Onboard.as_view(), name="onboard"),
    path("gemeente/<slug:slug>/werklijst/", worklist.WorkList.as_view(), name="worklist"),
    path("gemeente/<slug:slug>/team/", team.Team.as_view(), name="team"),
    path(
        "gemeente/<slug:slug>/team/<uuid:membership>/stoppen/",
        team.EndMembership.as_view(),
        name="end_membership",
    ),
    path(
        "gemeente/<slug:slug>/team/<uuid:membership>/talen/",
        team.ChangeLanguages.as_view(),
        name="languages",
    ),
    path("gemeente/<slug:slug>/gegevens/", settings.Details.as_view(), name="details"),
    path("gemeente/<slug:slug>/bewaren/", retention.Retention.as_view(), name="retention"),
    path("gemeente/<slug:slug>/beleid/", settings.ShowPolicy.as_view(), name="policy"),
    path("gemeente/<slug:slug>/beleid/wijzigen/", settings.EditPolicy.as_view(), name="edit_policy"),
    path("gemeente/<slug:slug>/beleid/gewichten/", settings.EditWeights.as_view(), name="edit_weights"),
]
