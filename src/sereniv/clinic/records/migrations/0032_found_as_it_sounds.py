from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from sereniv.therapy.person.names import sought


def renew_names(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write anew how everybody is looked for: Yuriy is met as Iurii too."""
    del schema_editor
    people = apps.get_model("records", "Person").objects
    changed = []
    for person in people.filter(erased_at=None).iterator():
        person.sought_name = sought(f"{person.given_names} {person.family_name}".strip())
        changed.append(person)
    people.bulk_update(changed, ["sought_name"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0031_found_as_joon"),
    ]

    operations = [
        migrations.RunPython(renew_names, migrations.RunPython.noop),
    ]
