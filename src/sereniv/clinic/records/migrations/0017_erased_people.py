from django.db import migrations, models


class Migration(migrations.Migration):
    """Somebody erased by law stays in the register as a number alone."""

    dependencies = [
        ("records", "0016_who_looked"),
    ]

    operations = [
        migrations.AddField(model_name="person", name="erased_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            model_name="person",
            name="erased_number",
            field=models.PositiveIntegerField(blank=True, null=True, unique=True),
        ),
    ]
