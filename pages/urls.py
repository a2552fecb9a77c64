"""All addresses of pages, under one namespace: a name is a place or an act, such as `pages:evidence-submit`."""

from django.urls import include, path

app_name = "pages"

#: What is opened most comes first: an address is held against one after the other until one fits.
urlpatterns = [
    path("", include("pages.portfolio.urls")),
    path("", include("pages.judging.urls")),
    path("", include("pages.quality.urls")),
    path("", include("pages.programme.urls")),
    path("", include("pages.gateway.urls")),
    path("", include("pages.learner_file.urls")),
    path("", include("pages.cohort.urls")),
    path("", include("pages.people.urls")),
    path("", include("pages.provider.urls")),
    path("", include("pages.pack.urls")),
    path("", include("pages.exports.urls")),
    path("", include("pages.feeds.urls")),
    path("", include("pages.external.urls")),
    path("", include("pages.catalogue.urls")),
    path("", include("pages.links.urls")),
    path("", include("pages.notices.urls")),
    path("", include("pages.waiting.urls")),
    path("", include("pages.offline.urls")),
]
