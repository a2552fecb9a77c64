from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Makes checks and searches known to Django, and has each line of the log say whose request it was."""

    name = "config"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created
        from django_structlog.signals import bind_extra_request_metadata

        from config import checks  # noqa: F401  (registers itself)
        from config.logging import note_address
        from core import folding

        connection_created.connect(folding.teach)
        bind_extra_request_metadata.connect(note_address)
