from django.apps import AppConfig

from core import links


class PagesConfig(AppConfig):
    name = "pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pages import form_words
        from pages.addresses import address_of

        form_words.use()
        links.resolve_with(address_of)
