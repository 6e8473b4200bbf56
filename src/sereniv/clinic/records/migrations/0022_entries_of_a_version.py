from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0021_found_by_index"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["kind", "version"], name="entries_of_a_version"),
        ),
    ]
