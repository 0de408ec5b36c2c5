from django.urls import path

from .views import public

app_name = "public"
urlpatterns = [
    path("", public.Home.as_view(), name="home"),
    path("zo-werkt-het/", public.HowItWorks.as_view(), name="how_it_works"),
    path("nieuw-in-nederland/", public.NewHere.as_view(), name="new_here"),
    path("gemeenten/", public.Municipalities.as_view(), name="municipalities"),
    path("gemeenten/<slug:slug>/", public.MunicipalityPage.as_view(), name="municipality"),
    path("hulp/", public.Help.as_view(), name="help"),
    path("privacy/", public.Privacy.as_view(), name="privacy"),
    path("toegankelijkheid/", public.Accessibility.as_view(), name="accessibility"),
]
