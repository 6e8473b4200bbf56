"""The database itself lets nothing be blanked that no law erases: drug ledger, house, audit, where the drug went."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEPT = (
    "seq", "stream", "stream_seq", "at", "recorded_at", "recorded_by", "co_signed_by", "key", "kind", "version",
    "payload_hash", "hash",
)  # fmt: skip
ERASABLE_STREAMS = ("person/", "session/", "register/")
KEPT_KINDS = (
    "SessionOpened", "DrugPrepared", "GatePassed", "InfusionStarted", "InfusionFoundRunning", "RateChanged",
    "RateFound", "VolumeRead", "InfusionPaused", "InfusionResumed", "InfusionStopped", "EntryStruck", "DrugSpilt",
    "DrugReconciled", "SessionClosedUnused",
)  # fmt: skip


def keep_rooms(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the trigger anew that refuses changes of an entry."""
    del apps
    if editor.connection.vendor == "postgresql":
        differs, drop, run = "IS DISTINCT FROM", " ON records_entry", "EXECUTE FUNCTION sereniv_append_only()"
    else:
        differs, drop = "IS NOT", ""
        run = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    changed = " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in KEPT)
    rooms = " OR ".join(f"OLD.stream LIKE '{name}%'" for name in ERASABLE_STREAMS)
    kinds = ", ".join(f"'{name}'" for name in KEPT_KINDS)
    kept = f"NOT ({rooms}) OR (OLD.stream LIKE 'session/%' AND OLD.kind IN ({kinds}))"
    salted = f"NEW.salt {differs} OLD.salt AND NEW.salt <> ''"
    when = f"({changed} OR NEW.payload IS NOT NULL OR ({salted}) OR {kept})"
    editor.execute(f"DROP TRIGGER records_entry_no_update{drop}")
    # Given as no parameters at all, the percent signs of LIKE stay what they are.
    editor.execute(
        f"CREATE TRIGGER records_entry_no_update BEFORE UPDATE ON records_entry FOR EACH ROW WHEN {when} {run}",
        params=None,
    )


class Migration(migrations.Migration):
    """Say in the trigger what may be erased."""

    dependencies = [("records", "0018_booked_until")]
    operations = [migrations.RunPython(keep_rooms, migrations.RunPython.noop)]
