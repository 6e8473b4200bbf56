from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from sereniv.therapy.person.names import sought
from sereniv.therapy.person.sender import Sender, tells


def renew_korean_names(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write anew how whoever is written in other letters is looked for: Jun is found as Joon too."""
    del schema_editor
    people = apps.get_model("records", "Person").objects
    changed = []
    for person in people.filter(erased_at=None).iterator():
        name = f"{person.given_names} {person.family_name}".strip()
        if not name.isascii():
            person.sought_name = sought(name)
            changed.append(person)
    people.bulk_update(changed, ["sought_name"], batch_size=200)
    enquiries = apps.get_model("records", "Enquiry").objects
    asked = [each for each in enquiries.exclude(reach="").iterator() if not each.name.isascii()]
    for each in asked:
        each.sought = "\n".join(("", *sorted(tells(Sender(name=each.name, reach=each.reach, born=each.born))), ""))
    enquiries.bulk_update(asked, ["sought"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0030_samples_let_go"),
    ]

    operations = [
        migrations.RunPython(renew_korean_names, migrations.RunPython.noop),
    ]
