import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def write_marks(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each mark of an enquiry its own row: they stood in one column, which was read of all of them."""
    del schema_editor
    marks = apps.get_model("records", "EnquiryMark")
    marks.objects.bulk_create(
        (
            marks(enquiry_id=pk, mark=mark)
            for pk, sought in apps.get_model("records", "Enquiry").objects.values_list("pk", "sought").iterator()
            for mark in filter(None, sought.split("\n"))
        ),
        batch_size=200,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0032_found_as_it_sounds"),
    ]

    operations = [
        migrations.CreateModel(
            name="EnquiryMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.TextField()),
                (
                    "enquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="marks", to="records.enquiry"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["mark"], name="enquiry_found_by_mark")]},
        ),
        migrations.RunPython(write_marks, migrations.RunPython.noop),
        migrations.RemoveField(model_name="enquiry", name="sought"),
    ]
