from django.urls import path

from . import views
from .styleguide import Styleguide

urlpatterns = [
    path("gezond/", views.Health.as_view(), name="health"),
    path(".well-known/security.txt", views.SecurityTxt.as_view(), name="security_txt"),
    path("stijlgids/", Styleguide.as_view(), name="styleguide"),
]
