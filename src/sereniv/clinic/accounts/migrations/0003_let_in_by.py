from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_co_signs_orders")]

    operations = [
        migrations.AddField(
            model_name="staff",
            name="let_in_by",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="staff",
            name="new_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
