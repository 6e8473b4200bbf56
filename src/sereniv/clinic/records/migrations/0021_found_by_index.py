from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from sereniv.therapy.person.names import sought, sought_digits


def write_what_is_sought(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write of everybody registered before how they are looked for."""
    del schema_editor
    people = apps.get_model("records", "Person").objects
    changed = []
    for person in people.filter(erased_at=None):
        person.sought_name = sought(f"{person.given_names} {person.family_name}".strip())
        person.sought_phone = sought_digits(person.phone)
        changed.append(person)
    people.bulk_update(changed, ["sought_name", "sought_phone"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0020_enquiry_born"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="appointmentrow",
            index=models.Index(fields=["ends_at"], name="appointments_by_day"),
        ),
        migrations.AddIndex(
            model_name="sessionrow",
            index=models.Index(fields=["phase"], name="sessions_by_phase"),
        ),
        migrations.AddIndex(
            model_name="sessionrow",
            index=models.Index(fields=["opened_at"], name="sessions_by_day"),
        ),
        migrations.AddField(
            model_name="person", name="sought_name", field=models.TextField(default="", editable=False)
        ),
        migrations.AddField(
            model_name="person",
            name="sought_phone",
            field=models.CharField(default="", editable=False, max_length=40),
        ),
        migrations.RunPython(write_what_is_sought, migrations.RunPython.noop),
    ]
