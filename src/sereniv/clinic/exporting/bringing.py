"""An export brought into the empty database of a new home."""

import io
import zipfile

from django.db import transaction

from sereniv.clinic.exporting.archive import ENTRIES
from sereniv.clinic.records import carried, projections


def bring(archive: zipfile.ZipFile) -> int:
    """Write an export's entries and tables into the empty database of this process's home; returns how many entries."""
    with transaction.atomic():
        with archive.open(ENTRIES) as member:
            count = carried.bring_entries(io.TextIOWrapper(member, encoding="utf-8"))
        for table in carried.TABLES:
            if not table.is_derived:
                with archive.open(f"tables/{table.name}.jsonl") as member:
                    carried.bring_rows(table, io.TextIOWrapper(member, encoding="utf-8"))
    projections.rebuild()
    return count
