from django.apps import AppConfig


class ApprenticeshipsConfig(AppConfig):
    name = "apprenticeships"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apprenticeships.querysets import SIGHT, standards_learned
        from occupations.querysets import REASONS

        REASONS.append((standards_learned, SIGHT))
