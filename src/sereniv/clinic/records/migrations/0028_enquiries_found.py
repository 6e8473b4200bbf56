from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from sereniv.therapy.person.sender import Sender, tells


def write_what_is_sought(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write of every enquiry by what another one of the same person is looked for; one erased by law tells nothing."""
    del schema_editor
    enquiries = apps.get_model("records", "Enquiry").objects
    changed = []
    for each in enquiries.exclude(reach=""):
        each.sought = "\n".join(("", *sorted(tells(Sender(name=each.name, reach=each.reach, born=each.born))), ""))
        changed.append(each)
    enquiries.bulk_update(changed, ["sought"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0027_devices"),
    ]

    operations = [
        migrations.AddField(model_name="enquiry", name="sought", field=models.TextField(default="", editable=False)),
        migrations.RunPython(write_what_is_sought, migrations.RunPython.noop),
    ]
