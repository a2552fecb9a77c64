from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from audit import checks  # noqa: F401  (registers itself)

        autodiscover_modules("audit_actions")

        # After every migrate, not in a migration: SQLite loses a table's triggers when a later migration alters it.
        post_migrate.connect(install_guards, sender=self)
        connection_created.connect(let_replace_meet_the_guards)


def install_guards(using: str, **_: Any) -> None:
    """Have the guards stand after a migrate or a flush."""
    from audit import guards

    guards.install(connections[using])


def let_replace_meet_the_guards(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """On SQLite, `INSERT OR REPLACE` removes the old row without its DELETE trigger unless this is on."""
    if connection.vendor == "sqlite":
        connection.connection.execute("PRAGMA recursive_triggers = ON")
