"""What a device needs to open the site without a network: the page for it, its files, their version, the manifest."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from pages import static_files
from pages.portfolio.evidence_form.forms import EvidenceForm

#: What the page takes; pictures of other kinds are for home screens.
_FILES = re.compile(r'(?:href|src)="([^"#]+\.(?:css|js|svg))[#"]')
THEME_COLOUR, BACKGROUND_COLOUR = "#0c3b45", "#f6f5f1"


@dataclass(frozen=True)
class OfflineApp:
    """The page that is shown without a network, the files it takes, and one version for all of it."""

    page: str
    files: tuple[str, ...]
    version: str
    script: str

    @property
    def service_worker(self) -> str:
        """The script at /sw.js. A change of anything makes it another one, which is how browsers notice."""
        app = {"version": self.version, "page": reverse("pages:offline"), "files": self.files}
        return f"const app = {json.dumps(app)};\n{self.script}"


def offline_app() -> OfflineApp:
    """The offline app as it is now. Outside development its files do not change while the site runs."""
    return _made() if settings.DEBUG else _made_once()


def _made() -> OfflineApp:
    # Without a request there is nobody's name in it, and no token: everybody's device keeps the same page.
    page = render_to_string("offline/app.html", {"fields": EvidenceForm.base_fields})
    files = tuple(dict.fromkeys(address for address in _FILES.findall(page) if address.startswith(settings.STATIC_URL)))
    script = static_files.worker_script()
    digest = hashlib.sha256(f"{page}\0{script}".encode())
    for address in files:
        # Where names carry no hash, as in development, the content makes the version.
        if found := finders.find(address.removeprefix(settings.STATIC_URL)):
            digest.update(Path(found).read_bytes())
    return OfflineApp(page, files, digest.hexdigest()[:16], script)


_made_once = cache(_made)


def manifest() -> dict[str, object]:
    """What makes the site an app that can be installed."""
    icons = [("img/icon-192.png", "192x192", "any"), ("img/icon-512.png", "512x512", "any")]
    icons += [
        ("img/icon-maskable-192.png", "192x192", "maskable"),
        ("img/icon-maskable-512.png", "512x512", "maskable"),
    ]
    return {
        "id": "/",
        "name": _("Craftmark: evidence for apprenticeships"),
        "short_name": "Craftmark",
        "lang": "en-GB",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": THEME_COLOUR,
        "background_color": BACKGROUND_COLOUR,
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in icons
        ],
        "shortcuts": [{"name": _("Capture evidence"), "url": f"{reverse('pages:offline')}#capture"}],
    }
