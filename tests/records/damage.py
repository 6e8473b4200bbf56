"""An entry that no longer reads, as a failing disk or another hand would leave it."""

from django.db import connection

from sereniv.clinic.records import folds
from sereniv.clinic.records.models import Entry


def damage(*entries: Entry) -> None:
    """Let entries hold what is none of their kind, as a failing disk or another hand would leave them."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER records_entry_no_update" + (
            " ON records_entry" if connection.vendor == "postgresql" else ""
        ))  # fmt: skip
        for each in entries:
            cursor.execute("UPDATE records_entry SET payload = %s WHERE seq = %s", ['{"not":"it"}', each.seq])
    folds.forget([each.stream for each in entries])
