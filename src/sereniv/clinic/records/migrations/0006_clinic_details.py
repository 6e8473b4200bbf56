from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0005_chair_retired_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClinicDetails",
            fields=[
                ("id", models.IntegerField(default=1, primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("crisis_number", models.CharField(blank=True, max_length=40)),
                ("crisis_words", models.CharField(blank=True, max_length=300)),
                ("on_call_phone", models.CharField(blank=True, max_length=40)),
                ("opening_hours", models.CharField(blank=True, max_length=300)),
            ],
        ),
    ]
