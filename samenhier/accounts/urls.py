from django.urls import path

from . import views

urlpatterns = [
    path("taal/", views.SetLanguage.as_view(), name="set_language"),
    path("mijn/account/", views.Profile.as_view(), name="account_profile"),
]
