from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Makes the checks of an unsafe start known to Django, and has each line of the log say whose request it was."""

    name = "config"

    def ready(self) -> None:
        from django_structlog.signals import bind_extra_request_metadata

        from config import checks  # noqa: F401  (registers itself)
        from config.logging import note_address

        bind_extra_request_metadata.connect(note_address)
