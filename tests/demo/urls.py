"""The site's addresses with the demo's, which config.urls takes in only when it starts as a demo."""

from django.urls import include, path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as site

urlpatterns = [*site, path("demo/", include("demo.urls"))]
