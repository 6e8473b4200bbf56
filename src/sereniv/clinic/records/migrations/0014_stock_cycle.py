from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0013_identity"),
    ]

    operations = [
        migrations.AddField(model_name="vialrow", name="set_apart", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="vialrow", name="differs", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="vialrow", name="counted_at", field=models.DateTimeField(null=True)),
    ]
