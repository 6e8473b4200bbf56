"""Today's lines about the controlled drug: counts due, differences open, vials to be got rid of."""

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.web.today.clinic_now import Clinic
from sereniv.clinic.web.today.topics import TodayLine
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.stock import stock
from sereniv.therapy.custody import settle_by
from sereniv.therapy.documents.drug_record import ml_off
from sereniv.therapy.recording.typed_values import plain


def stock_to_count(clinic: Clinic) -> Iterable[TodayLine]:
    """Say how many vials nobody has counted as often as the rule asks."""
    every = timedelta(days=rules_in_force(clinic.now).custody.count.every_days)
    today = stock.day_of(clinic.now)
    due = [
        row
        for row in queries.vials_with_drug()
        if row.counted_at is None or stock.day_of(row.counted_at) + every <= today
    ]
    if due:
        yield TodayLine(
            what=f"Count {len(due)} vial{'s' if len(due) != 1 else ''}",
            address=reverse("stock_count"),
            detail="two people; the ledger's figures are not shown",
        )


def stock_differences(clinic: Clinic) -> Iterable[TodayLine]:
    """Name every count that differs and is not settled, with who counted and until when; overdue ones press."""
    rule = rules_in_force(clinic.now).custody.difference
    settles = clinic.me.may(Permission.SETTLE_STOCK)
    for row in queries.vials_that_differ():
        vial = chart_store.vial(row.pk)
        page = reverse("stock_vial", args=[row.pk])
        if vial.on_hand_ml < 0:
            yield TodayLine(what=f"Vial {row.label}: more was drawn than it held", address=page, detail="count it")
        for each in vial.open_differences:
            due, entry = settle_by(each, rule), each.counted.stream_seq
            counted_by = clinic.names.get(each.counted.recorded_by, each.counted.recorded_by)
            yield TodayLine(
                what=f"Vial {row.label}: {ml_off(each)}",
                address=reverse("stock_settle", args=[row.pk, entry]) if settles else page,
                detail=f"counted by {counted_by}; to be settled by {on_the_wall(due):%d %b %H:%M}",
                pressing=clinic.now > due,
            )


def stock_to_leave(clinic: Clinic) -> Iterable[TodayLine]:
    """Name vials that are expired or set apart and not empty."""
    today = stock.day_of(clinic.now)
    for row in queries.vials_with_drug().order_by("expires", "label"):
        if row.expires < today:
            what = f"Vial {row.label} expired on {row.expires.day} {row.expires:%b %Y}"
        elif row.set_apart:
            what = f"Vial {row.label} is set apart"
        else:
            continue
        yield TodayLine(
            what=what,
            address=reverse("stock_vial", args=[row.pk]),
            detail=f"{plain(row.on_hand_ml)} mL to be wasted before a witness, or returned",
        )
