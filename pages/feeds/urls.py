"""Addresses of the data feed. Those under `feed/` are for programs, by the names that OData gives them."""

from django.urls import path

from pages.feeds import keys, odata

urlpatterns = [
    path("data-feed/", keys.feed_keys, name="feed-keys"),
    path("data-feed/new/", keys.feed_key_new, name="feed-key-new"),
    path("data-feed/<uuid:key_id>/stop/", keys.feed_key_stop, name="feed-key-stop"),
    path("feed/", odata.service, name="feed"),
    path("feed/$metadata", odata.metadata, name="feed-metadata"),
    path("feed/<str:table>", odata.table, name="feed-table"),
    path("feed/<str:table>/$count", odata.count, name="feed-count"),
]
