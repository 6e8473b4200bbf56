"""The controlled-drug ledger of one vial on paper."""

from collections.abc import Sequence
from typing import assert_never

from sereniv.therapy.custody import DrugAccounted, DrugDrawn, StockEvent, Vial, VialCounted, VialReceived, VialWasted
from sereniv.therapy.documents.model import Document, Facts, Section, SignatureLines, Table
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.recorded import Recorded
from sereniv.therapy.values import plain


def vial_ledger(setting: Setting, vial: Vial, entries: Sequence[Recorded[StockEvent]]) -> Document:
    """Write every entry of a vial with its people, and what is left."""
    facts = Facts(
        pairs=(
            ("Strength", f"{plain(vial.strength_mg_per_ml)} mg/mL of ketamine base"),
            *_received(setting, vial),
            ("On hand", f"{plain(vial.on_hand_ml)} mL"),
            ("Drawn", f"{plain(vial.drawn_mg)} mg"),
            ("Given", f"{plain(vial.given_mg)} mg"),
            ("Wasted", f"{plain(vial.wasted_mg)} mg"),
            ("Not yet accounted for", f"{plain(vial.residual_mg)} mg"),
        )
    )
    rows = tuple(
        (setting.moment(each.at), stock_words(each.event), setting.people(each.recorded_by, each.co_signed_by))
        for each in entries
    )
    return setting.document(
        f"Drug ledger, vial {vial.label}",
        f"Vial {vial.label}",
        (
            Section(heading="As it stands", blocks=(facts,)),
            Section(heading="Entries", blocks=(Table(columns=("When", "What", "Who"), rows=rows),)),
            Section(heading="Counted by hand", blocks=(SignatureLines(who=("Count in mL, by", "Witness")),)),
        ),
    )


def _received(setting: Setting, vial: Vial) -> tuple[tuple[str, str], ...]:
    if vial.received is None:
        return ()
    return (("Lot", vial.received.lot), ("NDC", vial.received.ndc), ("Expires", setting.day(vial.received.expires)))


def stock_words(event: StockEvent) -> str:
    """Say one entry of a vial's ledger."""
    match event:
        case VialReceived():
            held = f"{plain(event.volume_ml)} mL of {plain(event.strength_mg_per_ml)} mg/mL"
            reason = event.unusual_strength_reason
            why = f"; not a strength stocked here: {reason}" if reason else ""
            return f"Received from {event.supplier}: {held}, lot {event.lot}{why}"
        case DrugDrawn():
            return f"Drawn {plain(event.volume_ml)} mL = {plain(event.mg)} mg for a session"
        case DrugAccounted():
            return f"Given {plain(event.given_mg)} mg, wasted {plain(event.wasted_mg)} mg ({event.method})"
        case VialWasted():
            return f"Rest wasted: {plain(event.volume_ml)} mL = {plain(event.mg)} mg ({event.reason})"
        case VialCounted():
            return f"Counted {plain(event.volume_ml)} mL"
        case _:
            assert_never(event)
