"""Addresses of the programme."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
