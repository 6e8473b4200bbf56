"""The table of who looked at whose record, a row for each day, person, page and reader."""

from typing import ClassVar

from django.db import models


class LookRow(models.Model):
    """Projection of the audited looks; `sereniv rebuild` makes it anew from the entries.

    A look at somebody's own page and one at a list that showed them (`listed`) are rows of their own. `times` of 0
    is a list that stood open and came to show somebody by itself.
    """

    day = models.DateField()
    staff = models.CharField(max_length=40)
    person_id = models.UUIDField()
    page = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    listed = models.BooleanField()
    first = models.DateTimeField()
    last = models.DateTimeField()
    times = models.IntegerField()

    class Meta:
        """Read by person and day, or by reader and day."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("person_id", "day", "staff", "page", "subject", "listed"), name="one_row_per_look_and_day"
            )
        ]
        indexes: ClassVar = [models.Index(fields=("staff", "day"), name="looks_of_a_reader")]

    def __str__(self) -> str:
        return f"{self.day} {self.staff} {self.page}"
