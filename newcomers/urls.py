from django.urls import path

from .views import consent, emphasis, households, own, own_choices, steps

app_name = "newcomers"
_of_one = "gemeente/<slug:slug>/nieuwkomers/<uuid:household>/"
urlpatterns = [
    path("gemeente/<slug:slug>/nieuwkomers/", households.HouseholdList.as_view(), name="list"),
    path("gemeente/<slug:slug>/nieuwkomers/nieuw/", households.Register.as_view(), name="register"),
    path(_of_one, households.HouseholdDetail.as_view(), name="detail"),
    path(f"{_of_one}kaart/", households.CardChange.as_view(), name="card"),
    path(f"{_of_one}punten/", emphasis.HouseholdEmphasis.as_view(), name="emphasis"),
    path(f"{_of_one}naam/", households.Reveal.as_view(), name="reveal"),
    path(f"{_of_one}naam/wijzigen/", households.IdentityChange.as_view(), name="identity"),
    path(f"{_of_one}urgentie/", households.UrgencyChange.as_view(), name="urgency"),
    path(f"{_of_one}toestemming/", consent.RecordConsent.as_view(), name="consent"),
    path(f"{_of_one}klaar/", steps.SetReady.as_view(), name="ready"),
    path(f"{_of_one}gesproken/", steps.Contacted.as_view(), name="contacted"),
    path(f"{_of_one}pauze/", steps.Pause.as_view(), name="pause"),
    path(f"{_of_one}verder/", steps.Resume.as_view(), name="resume"),
    path(f"{_of_one}stoppen/", steps.Withdraw.as_view(), name="withdraw"),
    path(f"{_of_one}afsluiten/", steps.Close.as_view(), name="close"),
    path(f"{_of_one}wissen/", steps.Erase.as_view(), name="erase"),
    path("mijn/huishouden/", own.OwnPage.as_view(), name="own"),
    path("mijn/huishouden/kaart/", own.OwnCard.as_view(), name="own_card"),
    path("mijn/huishouden/kaart/doelen/", own_choices.OwnGoals.as_view(), name="own_goals"),
    path("mijn/huishouden/kaart/interesses/", own_choices.OwnInterests.as_view(), name="own_interests"),
    path("mijn/huishouden/kaart/wensen/", own_choices.OwnWishes.as_view(), name="own_wishes"),
    path("mijn/huishouden/kaart/liever/", own_choices.OwnWouldLike.as_view(), name="own_would_like"),
    path("mijn/huishouden/kaart/punten/", emphasis.OwnEmphasis.as_view(), name="own_emphasis"),
    path("mijn/huishouden/kaart/tijd/", own_choices.OwnAvailability.as_view(), name="own_availability"),
    path("mijn/huishouden/wie-keek/", own.OwnReaders.as_view(), name="own_readers"),
    path("mijn/huishouden/wat-wij-bewaren/", own.OwnData.as_view(), name="own_data"),
    path("mijn/huishouden/gegevens/", own.OwnDownload.as_view(), name="own_download"),
    path("mijn/huishouden/toestemming/", own_choices.OwnConsent.as_view(), name="own_consent"),
    path("mijn/huishouden/pauze/", own_choices.OwnPause.as_view(), name="own_pause"),
    path("mijn/huishouden/verder/", own_choices.OwnResume.as_view(), name="own_resume"),
    path("mijn/huishouden/stoppen/", own_choices.OwnStop.as_view(), name="own_stop"),
    path("mijn/huishouden/wissen/", own_choices.OwnErase.as_view(), name="own_erase"),
    path("mijn/huishouden/taal/", own_choices.OwnLanguage.as_view(), name="own_language"),
    path("mijn/snel-weg/", own.LeaveQuickly.as_view(), name="leave_quickly"),
]
