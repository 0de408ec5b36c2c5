from django.urls import path

from .views import (
    check_ins,
    contact_requests,
    guided,
    home,
    insight,
    matches,
    neighbours,
    override,
    own,
    own_check_in,
    own_outcomes,
    register,
    runs,
    safety,
    trying,
    workbench,
)

app_name = "matches"
_town = "gemeente/<slug:slug>/"
_proposal = f"{_town}koppelen/<uuid:proposal>/"
_what_if = f"{_town}koppelen/proberen/<uuid:what_if>/"
_match = f"{_town}koppelingen/<uuid:match>/"
_visit = f"{_town}koppelingen/buren/<uuid:visit>/"
urlpatterns = [
    # everybody
    path("mijn/", home.Home.as_view(), name="home"),
    path("mijn/neem-contact-op/", own.AskContact.as_view(), name="ask_contact"),
    path("mijn/koppeling/<uuid:match>/", own.OwnMatch.as_view(), name="own"),
    path("mijn/koppeling/<uuid:match>/antwoord/", own.GiveAnswer.as_view(), name="answer"),
    path("mijn/koppeling/<uuid:match>/vragen/", own_outcomes.AnswerOutcome.as_view(), name="outcome"),
    path("mijn/check-in/<uuid:check_in>/", own_check_in.AnswerCheckIn.as_view(), name="check_in"),
    path("algoritme/", register.RegisterPage.as_view(), name="register"),
    path("algoritme/record-<str:language>.json", register.RegisterFile.as_view(), name="register_file"),
    # coordinators
    path(f"{_town}koppelen/wie-zoeken-we/", insight.Recruitment.as_view(), name="recruitment"),
    path(f"{_town}koppelen/wie-zoeken-we/opnieuw/", insight.ComputeInsight.as_view(), name="compute_insight"),
    path(f"{_town}koppelen/eerlijk-verdeeld/", insight.Fairness.as_view(), name="fairness"),
    path(f"{_town}koppelen/eerlijk-verdeeld/ondergrens/", insight.UseFloor.as_view(), name="use_floor"),
    path(f"{_town}koppelen/", workbench.Workbench.as_view(), name="workbench"),
    path(f"{_town}koppelen/nu-of-wachten/", workbench.NowOrWait.as_view(), name="now_or_wait"),
    path(f"{_town}koppelen/start/", workbench.StartRun.as_view(), name="start_run"),
    path(f"{_town}koppelen/waarom-niet/", override.WhyNot.as_view(), name="why_not"),
    path(f"{_town}veiligheid/", safety.SafetyFlags.as_view(), name="safety"),
    path(f"{_town}veiligheid/<uuid:flag>/", safety.ShowFlag.as_view(), name="safety_flag"),
    path(f"{_town}veiligheid/<uuid:flag>/opheffen/", safety.LiftFlag.as_view(), name="lift_flag"),
    path(f"{_town}koppelen/proberen/", trying.WhatIfList.as_view(), name="what_ifs"),
    path(f"{_town}koppelen/proberen/nieuw/", trying.NewWhatIf.as_view(), name="new_what_if"),
    path(f"{_town}koppelen/proberen/nu/", trying.TryNow.as_view(), name="try_now"),
    path(_what_if, trying.ShowWhatIf.as_view(), name="what_if"),
    path(f"{_what_if}kiezen/", trying.ChangeWhatIf.as_view(), name="change_what_if"),
    path(f"{_what_if}groep/", trying.ImagineGroup.as_view(), name="imagine_group"),
    path(f"{_what_if}rekenen/", trying.StartWhatIf.as_view(), name="start_what_if"),
    path(f"{_what_if}weg/", trying.RemoveWhatIf.as_view(), name="remove_what_if"),
    path(f"{_town}koppelen/rondes/", runs.RunList.as_view(), name="runs"),
    path(f"{_town}koppelen/ronde/<uuid:run>/", runs.ShowRun.as_view(), name="run"),
    path(_proposal, workbench.ShowProposal.as_view(), name="proposal"),
    path(f"{_proposal}prijs/", workbench.AskPrice.as_view(), name="ask_price"),
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
    path(f"{_town}koppelingen/buren/", neighbours.VisitList.as_view(), name="visits"),
    path(_visit, neighbours.ShowVisit.as_view(), name="visit"),
    path(f"{_visit}akkoord/", neighbours.Agree.as_view(), name="agree"),
    path(f"{_visit}niet-akkoord/", neighbours.Refuse.as_view(), name="refuse_visit"),
    path(f"{_town}check-ins/", check_ins.CheckInList.as_view(), name="check_ins"),
    path(f"{_town}check-ins/<uuid:check_in>/woorden/", check_ins.ReadNote.as_view(), name="note"),
    path(f"{_town}contactverzoeken/", contact_requests.ContactRequestList.as_view(), name="contact_requests"),
    path(
        f"{_town}contactverzoeken/<uuid:contact_request>/gedaan/",
        contact_requests.MarkHandled.as_view(),
        name="contact_handled",
    ),
    # the national coordinator
    path("landelijk/koppelen/", runs.National.as_view(), name="national"),
    path("landelijk/koppelen/start/", runs.StartNational.as_view(), name="start_national"),
    # community builders
    path(f"{_town}mijn-koppelingen/", guided.GuidedList.as_view(), name="guided"),
    path(f"{_town}mijn-koppelingen/<uuid:match>/", guided.GuidedMatch.as_view(), name="guided_match"),
]
