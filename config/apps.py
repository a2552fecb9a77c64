from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Only there so that the checks of an unsafe start are known to Django."""

    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401  (registers itself)
