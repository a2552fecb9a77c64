"""The demo's own address; config.urls takes it in when DEMO is on."""

from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [path("sign-in/", views.sign_in, name="sign-in")]
