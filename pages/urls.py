"""All addresses of pages, under one namespace: a name is a place or an act, such as `pages:evidence-submit`."""

from importlib import import_module

from django.urls import URLPattern

app_name = "pages"

#: What is opened most comes first: an address is held against one after the other until one fits.
AREAS = (
    "portfolio judging quality programme gateway results learner_file cohort people provider retention pack exports"
    " feeds external catalogue links notices waiting offline"
)

#: One list: Django writes down for each list that it leaves what it held the address against, for a page of its own.
urlpatterns: list[URLPattern] = [
    pattern for area in AREAS.split() for pattern in import_module(f"pages.{area}.urls").urlpatterns
]
