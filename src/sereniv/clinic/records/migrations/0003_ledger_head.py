"""The ledger's head from the first: on PostgreSQL writers lock this row, and a missing row would lock nobody."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

GENESIS = "0" * 64


def add_head(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add the one row where there is none yet."""
    del editor
    apps.get_model("records", "LedgerHead").objects.get_or_create(id=1, defaults={"seq": 0, "hash": GENESIS})


class Migration(migrations.Migration):
    """Give the first writers of a new ledger something to queue for."""

    dependencies = [("records", "0002_append_only")]
    operations = [migrations.RunPython(add_head, migrations.RunPython.noop)]
