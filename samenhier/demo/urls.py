from django.urls import path

from . import views

app_name = "demo"
urlpatterns = [
    path("probeer/", views.TryIt.as_view(), name="try"),
    path("probeer/inloggen/", views.SignIn.as_view(), name="sign_in"),
    path("probeer/post/", views.Post.as_view(), name="inbox"),
    path("probeer/post/<slug:key>/", views.Letter.as_view(), name="letter"),
]
