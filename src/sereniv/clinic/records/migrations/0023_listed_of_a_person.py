from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0022_entries_of_a_version"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="listedrow",
            index=models.Index(fields=["person", "list"], name="listed_of_a_person"),
        ),
    ]
