from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from sereniv.therapy.person.names import sought
from sereniv.therapy.person.sender import Sender, tells


def renew_names_in_other_letters(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write anew how whoever is written in other letters is looked for: Greek and Korean names as they are spelt."""
    del schema_editor
    renew_people(apps)
    renew_enquiries(apps)


def renew_people(apps: StateApps) -> None:
    """Write anew how whoever of the register is written in other letters is looked for."""
    people = apps.get_model("records", "Person").objects
    changed = []
    for person in people.filter(erased_at=None).iterator():
        name = f"{person.given_names} {person.family_name}".strip()
        if not name.isascii():
            person.sought_name = sought(name)
            changed.append(person)
    people.bulk_update(changed, ["sought_name"], batch_size=200)


def renew_enquiries(apps: StateApps) -> None:
    """Write anew how who asked is looked for."""
    enquiries = apps.get_model("records", "Enquiry").objects
    asked = [each for each in enquiries.exclude(reach="").iterator() if not each.name.isascii()]
    for each in asked:
        each.sought = "\n".join(("", *sorted(tells(Sender(name=each.name, reach=each.reach, born=each.born))), ""))
    enquiries.bulk_update(asked, ["sought"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0028_enquiries_found"),
    ]

    operations = [
        migrations.RunPython(renew_names_in_other_letters, migrations.RunPython.noop),
    ]
