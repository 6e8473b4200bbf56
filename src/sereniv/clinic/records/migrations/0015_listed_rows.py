import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0014_stock_cycle"),
    ]

    operations = [
        migrations.CreateModel(
            name="DerivedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list", models.CharField(max_length=20)),
                ("touched", models.BigIntegerField(default=0)),
                ("made_for", models.BigIntegerField(default=-1)),
                ("basis", models.CharField(blank=True, max_length=32)),
                ("run", models.CharField(blank=True, max_length=12)),
                ("made_at", models.DateTimeField(null=True)),
                ("holds_until", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["list", "made_for", "touched", "basis", "run", "made_at", "holds_until", "person"],
                        name="derived_behind",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("person", "list"), name="derived_once_per_list")],
            },
        ),
        migrations.CreateModel(
            name="ListedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list", models.CharField(max_length=20)),
                ("topic", models.CharField(max_length=60)),
                ("presses", models.BooleanField(default=False)),
                ("place", models.CharField(max_length=80)),
                ("not_for", models.CharField(blank=True, max_length=40)),
                ("content", models.JSONField(default=dict)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.person"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["list", "topic", "-presses", "place"], name="listed_in_order")],
            },
        ),
    ]
