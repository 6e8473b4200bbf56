from django.db import migrations, models


class Migration(migrations.Migration):
    """Who takes a patient home as they said themselves, beside what staff arranged; the paper the clinic prints on."""

    dependencies = [
        ("records", "0010_house"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointmentrow", name="escort_said", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.AddField(
            model_name="clinicdetails", name="paper", field=models.CharField(default="a4", max_length=10)
        ),
    ]
