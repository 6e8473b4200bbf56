"""Links with which patients answer questionnaires on their own phones."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0008_appointments")]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("scales", models.CharField(max_length=400)),
                ("until", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=40)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("drafts", models.JSONField(default=dict)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="records.person",
                    ),
                ),
            ],
        ),
    ]
