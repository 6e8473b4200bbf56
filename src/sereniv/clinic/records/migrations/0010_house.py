import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEPT = (
    "seq", "stream", "stream_seq", "at", "recorded_at", "recorded_by", "co_signed_by", "key", "kind", "version",
    "payload_hash", "hash",
)  # fmt: skip


def let_salts_go(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let the salt go with an erased payload: with it, a short payload could be guessed back from its hash."""
    del apps
    if editor.connection.vendor == "postgresql":
        differs, drop, run = "IS DISTINCT FROM", " ON records_entry", "EXECUTE FUNCTION sereniv_append_only()"
    else:
        differs, drop = "IS NOT", ""
        run = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    changed = " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in KEPT)
    when = f"({changed} OR NEW.payload IS NOT NULL OR (NEW.salt {differs} OLD.salt AND NEW.salt <> ''))"
    editor.execute(f"DROP TRIGGER records_entry_no_update{drop}")
    editor.execute(
        f"CREATE TRIGGER records_entry_no_update BEFORE UPDATE ON records_entry FOR EACH ROW WHEN {when} {run}"
    )


class Migration(migrations.Migration):
    """Rooms, hours as a week with closed days, whom to call; what was written of the hours stays as their note."""

    dependencies = [
        ("records", "0009_invitations"),
    ]

    operations = [
        migrations.RunPython(let_salts_go, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"ordering": ["name"]},
        ),
        migrations.AddField(
            model_name="chair",
            name="room",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chairs",
                to="records.room",
            ),
        ),
        migrations.RenameField(model_name="clinicdetails", old_name="opening_hours", new_name="hours_note"),
        migrations.AddField(
            model_name="clinicdetails", name="help_number", field=models.CharField(blank=True, max_length=40)
        ),
        migrations.AddField(
            model_name="clinicdetails", name="help_words", field=models.CharField(blank=True, max_length=300)
        ),
        migrations.AddField(model_name="clinicdetails", name="week", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="clinicdetails", name="closed_days", field=models.JSONField(default=list)),
        migrations.CreateModel(
            name="OnCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=120)),
                ("phone", models.CharField(max_length=40)),
                ("begins", models.DateTimeField(null=True)),
                ("ends", models.DateTimeField(null=True)),
                ("taken_off_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["role", "begins", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begins__isnull", True), ("ends__isnull", True))
                        | models.Q(("begins__lt", models.F("ends"))),
                        name="a_shift_ends_after_it_begins",
                    )
                ],
            },
        ),
    ]
