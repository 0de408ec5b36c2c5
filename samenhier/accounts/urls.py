from django.urls import path

from .views.language import SetLanguage
from .views.profile import Profile
from .views.sign_in import PasswordSignIn, SignIn, SignOut

# Included after allauth's own addresses, so that these names lead here.
urlpatterns = [
    path("taal/", SetLanguage.as_view(), name="set_language"),
    path("inloggen/", SignIn.as_view(), name="account_login"),
    path("inloggen/wachtwoord/", PasswordSignIn.as_view(), name="account_login_password"),
    path("uitloggen/", SignOut.as_view(), name="account_logout"),
    path("mijn/account/", Profile.as_view(), name="account_profile"),
]
