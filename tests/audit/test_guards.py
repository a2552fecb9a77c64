from contextlib import suppress
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.test import TransactionTestCase

from accounts.audit_actions import SESSION_BEGAN
from accounts.models import User
from apprenticeships.models import Apprenticeship, KsbProgress
from assessments.models import Submission
from audit import chain as audit
from audit import guards
from audit.models import AccountEvent, Chain, Entry
from core.actor import SYSTEM
from portfolios.models import Evidence
from tests.audit.actions import PERSON_JOINED
from tests.kept import forget

APPEND_ONLY = [model for model in apps.get_models() if getattr(model, "append_only", False)]
postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL has this")
sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has this")


def some_value(field: models.Field) -> object:
    """A value the column takes."""
    match field:
        case models.ForeignKey():
            return some_value(field.target_field)
        case models.UUIDField():
            return uuid4()
        case models.DateTimeField():
            return datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
        case models.DateField():
            return date(2026, 3, 1)
        case models.BooleanField():
            return False
        case models.JSONField():
            return {}
        case models.IntegerField():
            # Records are kept for six years at least.
            return 6 if field.name.endswith("_years") else 1
        case models.CharField() if field.choices:
            return field.choices[0][0]
    return "x"


def insert_row(model: type[models.Model]) -> models.Model:
    """A row without the rows it belongs to: what it points at is checked at a commit that never comes."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        guards._engine(connection).drop(cursor, f"guard_insert_{table}", table)
    # What undoes something else may say anything, so long as it says why. A confirmation is of a submission, unless it
    # is the employer's. A plan that was carried out names its change, an appeal what it is against, a flag its file.
    also = ("undoes", "reason") if hasattr(model, "undoes") else ("submission",) if hasattr(model, "contact") else ()
    # What an auditor may see is a learner or a standard.
    also += ("apprenticeship",) if hasattr(model, "starts_from") else ()
    also += ("change",) if hasattr(model, "plan") else ()
    # A sample is of a decision or of a result.
    also += ("decision",) if hasattr(model, "decision") else ()
    also += ("file",) if hasattr(model, "percent") else ()
    # A version is signed in the app, or by a link.
    also += ("by",) if hasattr(model, "link_signature") else ()
    # A behaviour that is not verified says why.
    also += ("words",) if hasattr(model, "is_verified") else ()
    wanted = [field for field in model._meta.concrete_fields if not (field.null or field.blank) or field.name in also]
    row = model(**{field.attname: some_value(field) for field in wanted})
    model._base_manager.bulk_create([row])
    return row


@pytest.fixture(params=APPEND_ONLY, ids=lambda model: model._meta.label)
def row(request, db):
    with transaction.atomic():
        yield insert_row(request.param)
        transaction.set_rollback(True)


@pytest.fixture
def entry(db):
    with transaction.atomic():
        return audit.record(PERSON_JOINED, SYSTEM, User(name="Somebody"))


def refuses(table: str):
    return pytest.raises(IntegrityError, match=f"{table} .* is refused")


def run_sql(statement: str) -> None:
    """In a savepoint, so that the test goes on after a refusal."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_was_judged_and_the_record_are_append_only():
    assert {model._meta.label for model in APPEND_ONLY} >= {
        "audit.Entry",
        "assessments.Snapshot",
        "assessments.SubmittedClaim",
        "assessments.Decision",
        "assessments.SignOff",
        "assessments.SignOffWithdrawal",
    }


def test_raw_sql_cannot_change_an_append_only_row(row):
    column = connection.ops.quote_name(row._meta.concrete_fields[-1].column)
    with refuses(row._meta.db_table):
        run_sql(f"UPDATE {row._meta.db_table} SET {column} = {column}")  # noqa: S608


def test_raw_sql_cannot_remove_an_append_only_row(row):
    with refuses(row._meta.db_table):
        run_sql(f"DELETE FROM {row._meta.db_table}")  # noqa: S608


def test_a_saved_append_only_row_cannot_be_saved_again(row):
    with refuses(row._meta.db_table), transaction.atomic():
        row.save(force_update=True)


def test_a_queryset_cannot_change_append_only_rows(row):
    field = row._meta.concrete_fields[-1].attname
    with refuses(row._meta.db_table), transaction.atomic():
        type(row)._base_manager.update(**{field: getattr(row, field)})


def test_a_queryset_cannot_remove_append_only_rows(row):
    with refuses(row._meta.db_table), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk)._raw_delete("default")


@pytest.mark.django_db
@postgresql
@pytest.mark.parametrize("table", sorted(guards.append_only_tables()))
def test_an_append_only_table_cannot_be_emptied(table):
    with refuses("[a-z_]+"):
        run_sql(f"TRUNCATE {table} CASCADE")


@sqlite
def test_an_entry_cannot_be_replaced(entry):
    names = ", ".join(f.column for f in Entry._meta.concrete_fields)
    columns = ", ".join("'x'" if f.name == "action" else f.column for f in Entry._meta.concrete_fields)
    with refuses("audit_entry"):
        run_sql(f"INSERT OR REPLACE INTO audit_entry ({names}) SELECT {columns} FROM audit_entry")  # noqa: S608


def test_a_conflicting_insert_cannot_change_an_entry(entry):
    with refuses("audit_entry"), transaction.atomic():
        Entry.objects.bulk_create(
            [entry], update_conflicts=True, update_fields=["action"], unique_fields=["chain", "sequence"]
        )


@pytest.mark.parametrize("sequence", [0, 1])
def test_the_head_does_not_go_back_nor_change_where_it_stands(entry, sequence):
    with refuses("audit_chain"), transaction.atomic():
        Chain.objects.update(sequence=sequence, hash="f" * 64)


def test_the_head_cannot_be_removed(entry):
    with refuses("audit_chain"), transaction.atomic():
        Chain.objects.all()._raw_delete("default")


@postgresql
def test_the_head_cannot_be_emptied(entry):
    connection.check_constraints()
    with refuses("audit_[a-z]+"):
        run_sql("TRUNCATE audit_chain CASCADE")


def test_the_head_moves_on_and_nothing_else_of_its_chain_does(entry):
    with refuses("audit_chain"), transaction.atomic():
        Chain.objects.update(sequence=2, hash="f" * 64, opened_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert Chain.objects.update(sequence=2, hash="f" * 64) == 1


@pytest.mark.django_db
def test_an_event_of_an_account_is_sealed_once_and_never_changed():
    with transaction.atomic():
        event = audit.note(SESSION_BEGAN, SYSTEM, User(name="Somebody"))
    changes = [{"action": "other"}, {"sealed_in": 1, "data": {"a": 1}}, {"sealed_in": None}]
    for change in changes:
        with refuses("audit_accountevent"), transaction.atomic():
            AccountEvent.objects.update(**change)
    assert AccountEvent.objects.update(sealed_in=1) == 1
    with refuses("audit_accountevent"), transaction.atomic():
        AccountEvent.objects.update(sealed_in=2)
    with refuses("audit_accountevent"), transaction.atomic():
        event.delete()


def test_a_row_belongs_to_the_provider_of_its_parent(world):
    with refuses("portfolios_evidence"), transaction.atomic():
        Evidence.objects.create(apprenticeship=world.apprenticeship, provider=world.other_provider)
    piece = world.draft("K1")
    with refuses("assessments_submission"), transaction.atomic():
        Submission.objects.create(
            evidence=piece,
            apprenticeship=world.second,
            provider=world.provider,
            round=1,
            submitted_by=world.apprentice,
        )


@pytest.mark.parametrize("model", [Apprenticeship, Evidence, KsbProgress, Submission])
def test_a_row_never_goes_to_another_provider(world, model):
    world.submitted("K1")
    with refuses(model._meta.db_table), transaction.atomic():
        model._base_manager.update(provider=world.other_provider)


@pytest.mark.parametrize("model", [Evidence, KsbProgress])
def test_a_row_never_goes_to_another_apprenticeship(world, model):
    world.draft("K1")
    with refuses(model._meta.db_table), transaction.atomic():
        model._base_manager.update(apprenticeship=world.second)


@pytest.mark.django_db
def test_a_migrated_database_lacks_no_guard():
    assert guards.missing(connection) == []


@pytest.mark.django_db
def test_removed_guards_are_missing_until_they_are_installed():
    guards.remove(connection)
    assert guards.missing(connection) == sorted(
        guards.append_only_tables() | guards.forward_only_tables() | guards.bound_tables()
    )
    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.django_db
def test_installing_guards_that_stand_changes_nothing(django_assert_num_queries):
    # A savepoint and its end, the guards that stand, the tables there are.
    with django_assert_num_queries(4):
        guards.install(connection)


@pytest.mark.django_db
def test_a_table_that_is_append_only_no_longer_loses_its_guards(monkeypatch, entry):
    monkeypatch.delattr(Entry, "append_only")
    guards.install(connection)
    run_sql("UPDATE audit_entry SET action = action")
    monkeypatch.undo()
    assert guards.missing(connection) == ["audit_entry"]


@pytest.mark.django_db
@sqlite
def test_a_trigger_that_only_has_the_name_of_a_guard_is_none():
    run_sql("DROP TRIGGER guard_update_audit_entry")
    run_sql("CREATE TRIGGER guard_update_audit_entry BEFORE UPDATE ON audit_entry BEGIN SELECT 1; END")
    assert guards.missing(connection) == ["audit_entry"]
    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.django_db
@postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_entry DISABLE TRIGGER guard_update_audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "ALTER TABLE audit_entry ENABLE REPLICA TRIGGER guard_truncate_audit_entry",
    ],
)
def test_a_guard_that_is_switched_off_is_missing(statement):
    run_sql(statement)
    assert guards.missing(connection) == ["audit_entry"]
    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.django_db
@postgresql
def test_guards_whose_function_lets_everything_pass_are_missing():
    run_sql(
        "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    )
    assert "audit_entry" in guards.missing(connection)
    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.django_db
def test_a_start_is_refused_while_a_guard_is_missing():
    def faults():
        found = run_checks(databases=["default"], include_deployment_checks=True)
        return [message for message in found if message.id == "audit.E001"]

    assert faults() == []
    guards.remove(connection)
    [fault] = faults()
    assert fault.is_serious()
    assert "audit_entry" in fault.msg


@pytest.mark.django_db
def test_migrate_is_not_refused_while_a_guard_is_missing_and_mends_it():
    guards.remove(connection)
    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []


@pytest.mark.django_db
def test_tables_that_are_not_there_yet_lack_no_guard(monkeypatch):
    guards.remove(connection)
    monkeypatch.setattr(connection.introspection, "table_names", lambda *_, **__: [])
    assert guards.missing(connection) == []
    guards.install(connection)


@pytest.mark.django_db(transaction=True)
def test_migrations_run_backwards_and_leave_nothing_of_the_guards():
    try:
        call_command("migrate", "apprenticeships", "zero", verbosity=0)
        call_command("migrate", "audit", "zero", verbosity=0)
        engine = guards._engine(connection)
        with connection.cursor() as cursor:
            assert engine.standing(cursor) == {}
            if connection.vendor == "postgresql":
                cursor.execute("SELECT 1 FROM pg_proc WHERE proname = %s", [engine.function])
                assert cursor.fetchone() is None
    finally:
        call_command("migrate", verbosity=0)
        forget()
    assert guards.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_table_that_a_migration_alters_has_its_guards_after_the_migrate():
    field = models.CharField(max_length=64, null=True)
    field.set_attributes_from_name("action")
    with connection.schema_editor() as editor:
        editor.alter_field(Entry, Entry._meta.get_field("action"), field, strict=True)
    with connection.schema_editor() as editor:
        editor.alter_field(Entry, field, Entry._meta.get_field("action"), strict=True)
    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_flush_is_refused_while_there_is_a_record():
    with transaction.atomic():
        audit.record(PERSON_JOINED, SYSTEM, User(name="Somebody"))
    with suppress(Exception):
        call_command("flush", interactive=False, verbosity=0)
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_suite_empties_the_tables_between_tests_and_has_its_guards_back():
    with transaction.atomic():
        audit.record(PERSON_JOINED, SYSTEM, User(name="Somebody"))
    TransactionTestCase()._fixture_teardown()
    assert Entry.objects.count() == 0
    assert guards.missing(connection) == []
