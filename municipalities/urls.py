from django.urls import path

from .views import neighbours, parts, retention, settings, team, worklist

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
    path("gemeente/<slug:slug>/buren/", neighbours.Neighbours.as_view(), name="neighbours"),
    path(
        "gemeente/<slug:slug>/buren/<uuid:opening>/akkoord/",
        neighbours.Accept.as_view(),
        name="accept_opening",
    ),
    path(
        "gemeente/<slug:slug>/buren/<uuid:opening>/sluiten/",
        neighbours.Close.as_view(),
        name="close_opening",
    ),
    path("gemeente/<slug:slug>/beleid/", settings.ShowPolicy.as_view(), name="policy"),
    path("gemeente/<slug:slug>/beleid/wijzigen/", settings.EditPolicy.as_view(), name="edit_policy"),
    path("gemeente/<slug:slug>/beleid/wijken/", parts.Parts.as_view(), name="parts"),
    path("gemeente/<slug:slug>/beleid/wijken/<uuid:part>/", parts.Distances.as_view(), name="distances"),
    path(
        "gemeente/<slug:slug>/beleid/wijken/<uuid:part>/weg/", parts.RemovePart.as_view(), name="remove_part"
    ),
    path("gemeente/<slug:slug>/beleid/gewichten/", settings.EditWeights.as_view(), name="edit_weights"),
]
