from django.apps import AppConfig


class ApprenticeshipsConfig(AppConfig):
    name = "apprenticeships"
    default_auto_field = "django.db.models.BigAutoField"
