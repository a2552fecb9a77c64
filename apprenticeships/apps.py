from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class ApprenticeshipsConfig(AppConfig):
    name = "apprenticeships"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apprenticeships.querysets import SIGHT, standards_learned
        from occupations.querysets import REASONS

        REASONS.append((standards_learned, SIGHT))
        post_migrate.connect(bring_in_rules, sender=self)


def bring_in_rules(using: str, **_: Any) -> None:
    """After each migrate, add the shipped rules of years that are not there yet."""
    from apprenticeships.models import ProgrammeRules
    from apprenticeships.workflow.rules import bring_in_shipped

    if ProgrammeRules._meta.db_table in connections[using].introspection.table_names():
        bring_in_shipped()
