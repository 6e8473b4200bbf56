import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_chair_retired_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="AppointmentRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.IntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("chair", models.CharField(max_length=40)),
                ("purpose", models.CharField(max_length=20)),
                ("course", models.IntegerField(null=True)),
                ("state", models.CharField(max_length=20)),
                ("escort", models.CharField(blank=True, max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="records.person"
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "chair"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "entry"), name="one_row_per_appointment"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "booked")),
                        fields=("chair", "starts_at"),
                        name="one_booking_per_chair_and_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "booked")),
                        fields=("person", "starts_at"),
                        name="one_booking_per_person_and_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                        name="an_appointment_ends_after_it_begins",
                    ),
                ],
            },
        ),
    ]
