"""The least that Django can do: one indexed query and so many bytes. What `bench` holds the pages against."""

import os

import dj_database_url
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60)},
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    SECRET_KEY="benchmark-of-a-view-without-anything",  # noqa: S106
)


def one_query(request: HttpRequest) -> HttpResponse:
    """Look a person up by their indexed address, and answer with as many bytes as asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM accounts_user WHERE email = %s", ["load-provider@load.test"])
        cursor.fetchone()
    return HttpResponse(b"x" * int(request.GET["bytes"]))


urlpatterns = [path("", one_query)]
application = get_wsgi_application()
