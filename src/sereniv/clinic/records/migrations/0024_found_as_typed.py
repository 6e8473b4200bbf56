from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from sereniv.therapy.person.names import sought, sought_digits


def renew_what_is_sought(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write anew how everybody is looked for: a letter without a key is found as people type it."""
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
        ("records", "0023_listed_of_a_person"),
    ]

    operations = [
        migrations.RunPython(renew_what_is_sought, migrations.RunPython.noop),
    ]
