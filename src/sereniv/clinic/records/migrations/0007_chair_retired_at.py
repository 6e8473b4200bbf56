from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_enquiry"),
    ]

    operations = [
        migrations.AddField(
            model_name="chair",
            name="retired_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
