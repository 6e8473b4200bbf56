from django.db import migrations, models


class Migration(migrations.Migration):
    """Who works here already goes on co-signing; for somebody new it is said when they are added."""

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(model_name="staff", name="co_signs_orders", field=models.BooleanField(default=True)),
    ]
