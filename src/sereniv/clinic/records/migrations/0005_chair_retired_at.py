from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_closed_unused"),
    ]

    operations = [
        migrations.AddField(
            model_name="chair",
            name="retired_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
