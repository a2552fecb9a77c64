"""The WSGI application. A start that would be unsafe is refused here, before the first request."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from django.db import connections  # noqa: E402

from config.admission import allowed_bytes  # noqa: E402
from config.busy import busy  # noqa: E402
from config.checks import refuse_unsafe_start  # noqa: E402  (needs the loaded application)

# The server asks it before it takes a large body.
vars(application)["allowed_bytes"] = allowed_bytes
# Its answer for whoever cannot be served in time.
vars(application)["busy"] = busy

refuse_unsafe_start()
# Processes that are forked from here must not share what the checks opened.
connections.close_all()
