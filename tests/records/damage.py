"""An entry that no longer reads, as a failing disk or another hand would leave it."""

from django.db import connection

from sereniv.clinic.records import folds
from sereniv.clinic.records.models import Entry


def damage(entry: Entry) -> None:
    """Let an entry hold what is none of its kind, as a failing disk or another hand would leave it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER records_entry_no_update" + (
            " ON records_entry" if connection.vendor == "postgresql" else ""
        ))  # fmt: skip
        cursor.execute("UPDATE records_entry SET payload = %s WHERE seq = %s", ['{"not":"it"}', entry.seq])
    folds.forget([entry.stream])
