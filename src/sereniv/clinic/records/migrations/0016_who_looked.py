import json
from datetime import datetime
from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from sereniv.clinic.clock import on_the_wall

POLLED = frozenset({"board_tiles", "safety_items", "person_safety_items", "session_status", "session_log"})
"""What pages refreshed by themselves was audited as looks until now; it was none."""


def rows_of_looks(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Say by day and person what the ledger says of looks so far."""
    del schema_editor
    entry, row, session = (apps.get_model("records", name) for name in ("Entry", "LookRow", "SessionRow"))
    whose = {str(pk): str(person) for pk, person in session.objects.values_list("id", "person_id")}
    found: dict[tuple[Any, ...], Any] = {}
    audited = entry.objects.filter(kind="ViewsAudited", payload__isnull=False).order_by("seq")
    for payload in audited.values_list("payload", flat=True).iterator():
        for view in json.loads(payload)["views"]:
            named = dict(part.partition("=")[::2] for part in view["subject"].split(","))
            person = named.get("person_id") or whose.get(named.get("session_id", ""))
            if not person or view["page"] in POLLED:
                continue
            first, last = (on_the_wall(datetime.fromisoformat(view[each])) for each in ("first", "last"))
            key = (person, first.date(), view["staff"], view["page"], view["subject"])
            if key not in found:
                found[key] = row(
                    person_id=person, day=first.date(), staff=view["staff"], page=view["page"],
                    subject=view["subject"], listed=False, first=first, last=last, times=0,
                )  # fmt: skip
            found[key].first, found[key].last = min(found[key].first, first), max(found[key].last, last)
            found[key].times += view["times"]
    row.objects.bulk_create(found.values(), 400)


class Migration(migrations.Migration):
    """Who looked at whose record, by day: made from the audited looks."""

    dependencies = [
        ("records", "0015_listed_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="LookRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("staff", models.CharField(max_length=40)),
                ("person_id", models.UUIDField()),
                ("page", models.CharField(max_length=60)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("listed", models.BooleanField()),
                ("first", models.DateTimeField()),
                ("last", models.DateTimeField()),
                ("times", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["staff", "day"], name="looks_of_a_reader")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person_id", "day", "staff", "page", "subject", "listed"),
                        name="one_row_per_look_and_day",
                    )
                ],
            },
        ),
        migrations.RunPython(rows_of_looks, migrations.RunPython.noop),
    ]
