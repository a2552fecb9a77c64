from django.apps import AppConfig
from django.urls import reverse

from core import links


class PagesConfig(AppConfig):
    name = "pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        links.resolve_with(lambda place, *ids: reverse(f"pages:{place}", args=ids))
