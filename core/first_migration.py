"""The migration that makes an app's tables."""

from itertools import takewhile
from typing import Any, cast

from django.db.migrations import AddConstraint, AddField, AddIndex, AlterUniqueTogether, CreateModel, Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_SHAPING = (CreateModel, AddField, AddIndex, AddConstraint, AlterUniqueTogether)


class FirstMigration(Migration):
    """Makes each table once, as it is after all the operations that shape it, with its constraints and indexes.

    Django does one operation after the other and renders nearly all models again for each, which took most of the time
    that it takes to make a database.
    """

    def mutate_state(self, project_state: ProjectState, preserve: bool = True) -> ProjectState:
        """The models after this migration, of which none is rendered until somebody asks."""
        if preserve:
            project_state = project_state.clone()
        vars(project_state).pop("apps", None)
        return super().mutate_state(project_state, preserve=False)

    def apply(self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False) -> ProjectState:
        """Shape the tables together; then do, one by one, whatever follows from the first other operation on."""
        # What is not rendered need not be rendered again at each step.
        vars(project_state).pop("apps", None)
        self._shape(project_state)
        for operation in self._shaping:
            if isinstance(operation, CreateModel):
                operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        return self._rest().apply(project_state, schema_editor, collect_sql)

    def unapply(self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False) -> ProjectState:
        """Undo one by one whatever followed, and take away each table at once."""
        shaped = project_state.clone()
        vars(shaped).pop("apps", None)
        self._shape(shaped)
        self._rest().unapply(shaped, schema_editor, collect_sql)
        for operation in reversed(self._shaping):
            if isinstance(operation, CreateModel):
                operation.database_backwards(self.app_label, schema_editor, shaped, project_state)
        return project_state

    @property
    def _shaping(self) -> list[Operation]:
        return list(takewhile(lambda one: isinstance(one, _SHAPING), self.operations))

    def _shape(self, state: ProjectState) -> None:
        for operation in self._shaping:
            operation.state_forwards(self.app_label, state)

    def _rest(self) -> Migration:
        """The operations after those, as a migration."""
        rest: Any = Migration(self.name, self.app_label)  # the stubs take what each migration has for the class's own
        rest.operations, rest.atomic = list(self.operations[len(self._shaping) :]), self.atomic
        return cast(Migration, rest)
