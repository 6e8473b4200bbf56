"""The demo's safe: vials that went every way a vial goes, and this morning's count with one that differs."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.patients import HOUR, Step
from sereniv.clinic.demo.people import DemoVial, demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import VialRow
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.stock import receipts, stock
from sereniv.therapy.custody import ReceiptCorrected, VialReceived

KEPT, RETURNED, BROKEN = (f"K10-{number:04d}" for number in (90, 91, 92))
"""Vials of a lot of their own: one set apart and still here, one sent back, one broken."""

MORNING = 3 * HOUR


def fill(stage: Stage, at: datetime) -> None:
    """Receive every vial, and let three of them go their ways before anybody is treated."""
    for each in cast_list.VIALS:
        _received(stage, each, at)
    for label in (KEPT, RETURNED, BROKEN):
        odd = DemoVial(label=label, lot="D23Z", strength_mg_per_ml=Decimal(10), volume_ml=Decimal(20))
        _received(stage, odd, at)
    _kept(stage, at + timedelta(minutes=10))
    later = at + timedelta(minutes=40)
    act = stage.act("nurse", later, "nurse2")
    stock.send_back(demo_id(RETURNED), Decimal(20), "Demo Reverse Distributor", "RD-0001", act)
    fell = "Fell on the floor of the safe room; swept up, glass and all, into the sharps box."
    stock.damage(demo_id(BROKEN), Decimal(20), fell, stage.act("nurse", later, "nurse2"))


def _received(stage: Stage, vial: DemoVial, at: datetime) -> None:
    received = VialReceived(
        label=vial.label,
        ndc="00000-0000-00",
        lot=vial.lot,
        expires=date(at.year + 2, 12, 31),
        strength_mg_per_ml=vial.strength_mg_per_ml,
        volume_ml=vial.volume_ml,
        supplier="Demo Supply, 1 Example Street, invoice 1001",
        unusual_reason="The strength and size we order",
    )
    stock.receive_vial(received, stage.act("nurse", at, "nurse2"), demo_id(vial.label))


def _kept(stage: Stage, at: datetime) -> None:
    """Open, waste, count with a difference and settle it, correct the receipt, and set the vial apart."""
    vial = demo_id(KEPT)

    def act(minute: int, by: str = "nurse") -> Act:
        return stage.act(by, at + timedelta(minutes=minute), "nurse2")

    stock.open_vial(vial, act(0))
    stock.waste(vial, Decimal(2), "denaturing container", "touched by the needle of another syringe", act(1))
    stock.count({str(vial): Decimal("17.5")}, act(5))
    found = "Counted again: 18 mL. The first reading was taken with the vial tilted."
    stock.explain(vial, 4, found, act(9, "prescriber"))
    received = chart_store.vial(vial).received
    if received is not None:
        corrected = ReceiptCorrected(
            label=received.label,
            ndc=received.ndc,
            lot="D23A",
            expires=received.expires,
            strength_mg_per_ml=received.strength_mg_per_ml,
            volume_ml=received.volume_ml,
            supplier=received.supplier,
            reason="The lot was misread: D23A stands on the label.",
        )
        receipts.correct_receipt(vial, corrected, act(12))
    stock.set_apart(vial, "The supplier asks about this lot; not to be used until they answer.", act(15))


def this_morning(stage: Stage, now: datetime) -> Iterator[Step]:
    """Two nurses count every vial; the one set apart holds less than it should, and nobody has settled it."""

    def happens(at: datetime) -> None:
        rows = VialRow.objects.exclude(on_hand_ml=0)
        counted = {str(row.pk): row.on_hand_ml - (Decimal("0.5") if row.label == KEPT else 0) for row in rows}
        stock.count(counted, stage.act("nurse", at, "nurse2"))

    yield Step(at=now - MORNING, happens=happens)
