from django.urls import path

from .views import contact_person, invitation, own, registration, sessions, staff, standing, training

app_name = "groups"

REGISTER = "groep-aanmelden/"
INVITATION = "uitnodiging/"
OWN = "mijn/groep/<uuid:group>/"
STAFF = "gemeente/<slug:slug>/"
GROUP = f"{STAFF}groepen/<uuid:group>/"

urlpatterns = [
    # registering, for everybody
    path(REGISTER, registration.Start.as_view(), name="register_start"),
    path(f"{REGISTER}controle/", registration.Check.as_view(), name="register_check"),
    path(f"{REGISTER}gelukt/", registration.Registered.as_view(), name="registered"),
    path(f"{REGISTER}bewaren/", registration.SaveDraft.as_view(), name="draft_save"),
    path(f"{REGISTER}verder/", registration.DraftReturn.as_view(), name="draft_return"),
    path(f"{REGISTER}verder/opnieuw/", registration.DraftAgain.as_view(), name="draft_again"),
    path(f"{REGISTER}verder/<slug:token>/", registration.DraftLink.as_view(), name="draft_link"),
    path(f"{REGISTER}<slug:step>/", registration.Register.as_view(), name="register"),
    # answering an invitation
    path(INVITATION, invitation.Invitation.as_view(), name="invitation"),
    path(f"{INVITATION}nee/", invitation.SayNo.as_view(), name="invitation_no"),
    path(f"{INVITATION}uitloggen/", invitation.SignOutFirst.as_view(), name="invitation_sign_out"),
    path(f"{INVITATION}opnieuw/", invitation.AskAgain.as_view(), name="ask_again"),
    path(f"{INVITATION}ja/controle/", invitation.AnswerCheck.as_view(), name="answer_check"),
    path(f"{INVITATION}ja/<slug:step>/", invitation.Answer.as_view(), name="answer"),
    path(f"{INVITATION}<slug:token>/", invitation.InvitationLink.as_view(), name="invitation_link"),
    # members
    path(OWN, own.OwnGroup.as_view(), name="own"),
    path(f"{OWN}verklaring/", own.Sign.as_view(), name="statement"),
    path(f"{OWN}gedragscode/", own.SignCode.as_view(), name="code_of_conduct"),
    path(f"{OWN}profiel/", own.Profile.as_view(), name="profile"),
    path(f"{OWN}gegevens/", own.OwnDownload.as_view(), name="own_download"),
    path(f"{OWN}weggaan/", own.Leave.as_view(), name="leave"),
    path(f"{OWN}training/", training.Trainings.as_view(), name="training"),
    path(f"{OWN}training/<uuid:session>/", training.SignUp.as_view(), name="sign_up"),
    path(f"{OWN}training/<uuid:session>/afmelden/", training.CancelSignUp.as_view(), name="cancel_sign_up"),
    path(f"{OWN}training/<uuid:session>/agenda.ics", training.Calendar.as_view(), name="calendar"),
    path(f"{OWN}uitnodigen/", contact_person.Invite.as_view(), name="invite"),
    path(f"{OWN}uitnodigen/<uuid:member>/opnieuw/", contact_person.Resend.as_view(), name="resend"),
    path(f"{OWN}uitnodigen/<uuid:member>/intrekken/", contact_person.Revoke.as_view(), name="revoke"),
    path(f"{OWN}kaart/", contact_person.Card.as_view(), name="card"),
    path(f"{OWN}punten/", contact_person.Emphasis.as_view(), name="emphasis"),
    path(f"{OWN}goedkeuring/", contact_person.Submit.as_view(), name="submit"),
    path(f"{OWN}pauze/", standing.Pause.as_view(), name="pause"),
    path(f"{OWN}verder/", standing.GoOn.as_view(), name="go_on"),
    path(f"{OWN}stoppen/", standing.Stop.as_view(), name="stop"),
    # coordinators
    path(f"{STAFF}groepen/", staff.GroupList.as_view(), name="list"),
    path(GROUP, staff.Review.as_view(), name="review"),
    path(f"{GROUP}bezoek/", staff.Visit.as_view(), name="visit"),
    path(f"{GROUP}contactpersoon/", staff.Contact.as_view(), name="contact"),
    path(f"{GROUP}goedkeuren/", staff.Approve.as_view(), name="approve"),
    path(f"{GROUP}terugsturen/", staff.Return.as_view(), name="return"),
    path(f"{GROUP}afwijzen/", staff.Decline.as_view(), name="decline"),
    path(f"{GROUP}stoppen/", staff.End.as_view(), name="end"),
    path(f"{GROUP}leden/<uuid:member>/vog/", staff.Vog.as_view(), name="vog"),
    path(f"{STAFF}trainingen/", sessions.SessionList.as_view(), name="sessions"),
    path(f"{STAFF}trainingen/nieuw/", sessions.PlanSession.as_view(), name="session_plan"),
    path(f"{STAFF}trainingen/<uuid:session>/", sessions.Session.as_view(), name="session"),
    path(
        f"{STAFF}trainingen/<uuid:session>/wijzigen/", sessions.ChangeSession.as_view(), name="session_change"
    ),
    path(
        f"{STAFF}trainingen/<uuid:session>/afzeggen/",
        sessions.CancelSession.as_view(),
        name="session_cancel",
    ),
]
