from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from audit import checks  # noqa: F401  (registers itself)

        autodiscover_modules("audit_actions")

        # After every migrate, not in a migration: SQLite loses a table's triggers when a later migration alters it.
        pre_migrate.connect(lift_guards, sender=self)
        post_migrate.connect(install_guards, sender=self)
        connection_created.connect(let_replace_meet_the_guards)


def lift_guards(using: str, plan: list[Any], **_: Any) -> None:
    """Before tables are altered on SQLite, take away the guards that read other tables: those may be rebuilt."""
    from audit import guards

    if plan and connections[using].vendor == "sqlite":
        guards.lift(connections[using])


def install_guards(using: str, **_: Any) -> None:
    """Have the guards stand after a migrate or a flush."""
    from audit import guards

    guards.install(connections[using])


def let_replace_meet_the_guards(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """On SQLite, `INSERT OR REPLACE` removes the old row without its DELETE trigger unless this is on."""
    if connection.vendor == "sqlite":
        connection.connection.execute("PRAGMA recursive_triggers = ON")
