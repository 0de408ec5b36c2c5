from django.urls import path

from .views import check_ins, contact_requests, guided, home, matches, own, own_check_in, workbench

app_name = "matches"
_town = "gemeente/<slug:slug>/"
_proposal = f"{_town}koppelen/<uuid:proposal>/"
_match = f"{_town}koppelingen/<uuid:match>/"
urlpatterns = [
    # everybody
    path("mijn/", home.Home.as_view(), name="home"),
    path("mijn/neem-contact-op/", own.AskContact.as_view(), name="ask_contact"),
    path("mijn/koppeling/<uuid:match>/", own.OwnMatch.as_view(), name="own"),
    path("mijn/koppeling/<uuid:match>/antwoord/", own.GiveAnswer.as_view(), name="answer"),
    path("mijn/check-in/<uuid:check_in>/", own_check_in.AnswerCheckIn.as_view(), name="check_in"),
    # coordinators
    path(f"{_town}koppelen/", workbench.Workbench.as_view(), name="workbench"),
    path(f"{_town}koppelen/start/", workbench.StartRun.as_view(), name="start_run"),
    path(_proposal, workbench.ShowProposal.as_view(), name="proposal"),
    path(f"{_proposal}goedkeuren/", workbench.Approve.as_view(), name="approve"),
    path(f"{_proposal}opzij/", workbench.SetAside.as_view(), name="set_aside"),
    path(f"{_town}koppelingen/", matches.MatchList.as_view(), name="list"),
    path(_match, matches.MatchDetail.as_view(), name="detail"),
    path(f"{_match}voorstellen/", matches.Introduce.as_view(), name="introduce"),
    path(f"{_match}nieuwe-leden/", matches.OpenToMembers.as_view(), name="open_to_members"),
    path(f"{_match}meer-tijd/", matches.MoreTime.as_view(), name="more_time"),
    path(f"{_match}terugnemen/", matches.TakeBack.as_view(), name="take_back"),
    path(f"{_match}antwoord/", matches.RecordAnswer.as_view(), name="record_answer"),
    path(f"{_match}eerste-ontmoeting/", matches.FirstMeeting.as_view(), name="first_meeting"),
    path(f"{_match}begin/", matches.Begin.as_view(), name="begin"),
    path(f"{_match}afsluiten/", matches.End.as_view(), name="end"),
    path(f"{_match}begeleider/", matches.ChooseBuilder.as_view(), name="builder"),
    path(f"{_town}check-ins/", check_ins.CheckInList.as_view(), name="check_ins"),
    path(f"{_town}check-ins/<uuid:check_in>/woorden/", check_ins.ReadNote.as_view(), name="note"),
    path(f"{_town}contactverzoeken/", contact_requests.ContactRequestList.as_view(), name="contact_requests"),
    path(
        f"{_town}contactverzoeken/<uuid:contact_request>/gedaan/",
        contact_requests.MarkHandled.as_view(),
        name="contact_handled",
    ),
    # community builders
    path(f"{_town}mijn-koppelingen/", guided.GuidedList.as_view(), name="guided"),
    path(f"{_town}mijn-koppelingen/<uuid:match>/", guided.GuidedMatch.as_view(), name="guided_match"),
]
