"""The migration that makes an app's tables."""

from typing import Any, cast

from django.db.migrations import AddConstraint, AddField, AddIndex, AlterUniqueTogether, CreateModel, Migration
from django.db.migrations.state import ProjectState

_SHAPING = (CreateModel, AddField, AddIndex, AddConstraint, AlterUniqueTogether)


class FirstMigration(Migration):
    """Makes each table once, as it is after all the operations that shape it, with its constraints and indexes.

    Django does one operation after the other and renders nearly all models again for each, which took most of the time
    that it takes to make a database.
    """

    def apply(self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False) -> ProjectState:
        """Shape the tables together; then do, one by one, whatever follows from the first other operation on."""
        after = next(
            (place for place, one in enumerate(self.operations) if not isinstance(one, _SHAPING)), len(self.operations)
        )
        shaping, following = self.operations[:after], self.operations[after:]
        # What is not rendered need not be rendered again at each step.
        vars(project_state).pop("apps", None)
        for operation in shaping:
            operation.state_forwards(self.app_label, project_state)
        for operation in shaping:
            if isinstance(operation, CreateModel):
                operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        rest: Any = Migration(self.name, self.app_label)  # the stubs take what each migration has for the class's own
        rest.operations, rest.atomic = following, self.atomic
        return cast(ProjectState, rest.apply(project_state, schema_editor, collect_sql))
