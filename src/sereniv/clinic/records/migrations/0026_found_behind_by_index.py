"""Indexes by which whoever is behind in a list is found, lines are counted for a reader, and people stand by name."""

from django.db import migrations, models

OF_DERIVED = (
    models.Index(
        condition=~models.Q(made_for=models.F("touched")),
        fields=["list", "made_for", "touched"],
        name="derived_moved",
    ),
    models.Index(fields=["list", "basis"], name="derived_by_basis"),
    models.Index(fields=["list", "holds_until"], name="derived_until"),
    models.Index(fields=["list", "made_at"], name="derived_at"),
)
OF_LISTED = (
    models.Index(fields=["list", "topic", "presses", "not_for"], name="listed_for_a_reader"),
    models.Index(fields=["list", "place"], name="listed_by_place"),
)
OF_PEOPLE = models.Index(
    condition=models.Q(erased_at=None),
    fields=["joined_into", "family_name", "given_names", "born"],
    name="people_by_name",
)


class Migration(migrations.Migration):
    """Add them."""

    dependencies = [("records", "0025_who_sent_an_enquiry")]
    operations = [
        *(migrations.AddIndex(model_name="derivedrow", index=each) for each in OF_DERIVED),
        *(migrations.AddIndex(model_name="listedrow", index=each) for each in OF_LISTED),
        migrations.AddIndex(model_name="person", index=OF_PEOPLE),
    ]
