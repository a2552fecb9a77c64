from django.apps import AppConfig


class ApprenticeshipsConfig(AppConfig):
    name = "apprenticeships"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apprenticeships.querysets import standards_learned
        from apprenticeships.reach import SIGHT
        from occupations import sight

        sight.REASONS.append((standards_learned, SIGHT))
