"""Tables that are made once, as they are after all operations."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.first_migration import FirstMigration
from tests.browser.site import ROOT

OURS = [app.label for app in apps.get_app_configs() if (ROOT / app.label / "migrations" / "0001_initial.py").exists()]


@pytest.mark.parametrize("label", OURS)
def test_every_app_makes_its_tables_at_once(label: str):
    assert issubclass(import_module(f"{label}.migrations.0001_initial").Migration, FirstMigration)


@pytest.mark.django_db
def test_the_constraints_and_indexes_that_were_added_later_are_there():
    executor = MigrationExecutor(connection)
    state = executor.loader.project_state()
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        options = state.models[model._meta.app_label, model._meta.model_name].options
        wanted = {one.name for one in (*options.get("constraints", ()), *options.get("indexes", ()))}
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        assert wanted <= set(found)
