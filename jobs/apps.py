from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from jobs import retrying  # noqa: F401  (listens for jobs that end)

        autodiscover_modules("tasks")
