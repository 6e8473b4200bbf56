"""Samples may be deleted of a session whose row says that two people let them go; of any other they stay."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    "DROP TRIGGER records_samplerow_no_delete",
    "CREATE TRIGGER records_samplerow_no_delete BEFORE DELETE ON records_samplerow "
    "WHEN NOT EXISTS (SELECT 1 FROM records_letgorow WHERE session_id = OLD.session_id) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION sereniv_sample_let_go() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF EXISTS (SELECT 1 FROM records_letgorow WHERE session_id = OLD.session_id) THEN RETURN OLD; END IF; "
    "RAISE EXCEPTION 'the ledger is append-only'; END $$",
    "DROP TRIGGER records_samplerow_no_delete ON records_samplerow",
    "CREATE TRIGGER records_samplerow_no_delete BEFORE DELETE ON records_samplerow FOR EACH ROW "
    "EXECUTE FUNCTION sereniv_sample_let_go()",
)


def guard_samples(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Replace the trigger that lets no sample be deleted."""
    del apps
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("records", "0029_found_in_latin")]
    operations = [
        migrations.CreateModel(
            name="LetGoRow",
            fields=[
                ("session_id", models.UUIDField(primary_key=True, serialize=False)),
                ("entry", models.BigIntegerField()),
                ("samples", models.IntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                ("signed_by", models.CharField(max_length=40)),
                ("co_signed_by", models.CharField(max_length=40)),
                ("gone_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["entry", "gone_at"], name="let_go_by_entry")]},
        ),
        migrations.RunPython(guard_samples, migrations.RunPython.noop),
    ]
