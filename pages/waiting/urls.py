"""Addresses of what is waited for."""

from django.urls import path

from pages.waiting import views

urlpatterns = [
    path("waiting/", views.waiting, name="waiting"),
    path("waiting/give/", views.waiting_give, name="waiting-give"),
]
