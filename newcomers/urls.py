from django.urls import URLPattern, URLResolver

app_name = "newcomers"
urlpatterns: list[URLPattern | URLResolver] = []
