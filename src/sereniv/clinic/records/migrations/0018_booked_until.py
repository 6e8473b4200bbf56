from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0017_erased_people"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="appointmentrow",
            index=models.Index(fields=["state", "ends_at"], name="booked_until"),
        ),
    ]
