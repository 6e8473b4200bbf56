from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0019_kept_rooms"),
    ]

    operations = [
        migrations.AddField(
            model_name="enquiry",
            name="born",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]
