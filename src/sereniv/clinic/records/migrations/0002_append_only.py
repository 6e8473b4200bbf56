"""Triggers that refuse to change or delete ledger entries and monitor samples.

An entry's payload alone may be set to NULL, once, when the law demands erasure; its hash stays.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEPT = (
    "seq", "stream", "stream_seq", "at", "recorded_at", "recorded_by", "co_signed_by", "key", "kind", "version",
    "salt", "payload_hash", "hash",
)  # fmt: skip


def add_triggers(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add the triggers of the database at hand."""
    del apps
    statements = _postgresql() if editor.connection.vendor == "postgresql" else _sqlite()
    for statement in statements:
        editor.execute(statement)


def _sqlite() -> list[str]:
    changed = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in KEPT)
    refused = "SELECT RAISE(ABORT, 'the ledger is append-only')"
    return [
        f"CREATE TRIGGER records_entry_no_delete BEFORE DELETE ON records_entry BEGIN {refused}; END",
        "CREATE TRIGGER records_entry_no_update BEFORE UPDATE ON records_entry "
        f"WHEN {changed} OR NEW.payload IS NOT NULL BEGIN {refused}; END",
        f"CREATE TRIGGER records_samplerow_no_delete BEFORE DELETE ON records_samplerow BEGIN {refused}; END",
        f"CREATE TRIGGER records_samplerow_no_update BEFORE UPDATE ON records_samplerow BEGIN {refused}; END",
    ]


def _postgresql() -> list[str]:
    changed = " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in KEPT)
    function = (
        "CREATE FUNCTION sereniv_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the ledger is append-only'; END $$"
    )
    run = "EXECUTE FUNCTION sereniv_append_only()"
    statements = [function]
    for table in ("records_entry", "records_samplerow"):
        statements.append(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {run}")
        statements.append(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}")
    statements.append(
        "CREATE TRIGGER records_entry_no_update BEFORE UPDATE ON records_entry FOR EACH ROW "
        f"WHEN ({changed} OR NEW.payload IS NOT NULL) {run}"
    )
    statements.append(
        f"CREATE TRIGGER records_samplerow_no_update BEFORE UPDATE ON records_samplerow FOR EACH ROW {run}"
    )
    return statements


class Migration(migrations.Migration):
    """Make the ledger append-only in the database itself."""

    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, migrations.RunPython.noop)]
