"""The controlled-drug ledger of one vial on paper."""

from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never

from sereniv.therapy import custody
from sereniv.therapy.custody import StockEvent, Vial
from sereniv.therapy.documents.model import Document, Facts, Paragraph, Section, SignatureLines, Table
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.recording.typed_values import plain

COLUMNS = ("Entry", "When", "What", "For whom", "Who")
NAMED = (
    "Whom it was drawn for stands here by name, also where their record is restricted to its readers: the law on "
    "controlled drugs asks for it."
)


def vial_ledger(setting: Setting, vial: Vial, patients: Mapping[str, str]) -> Document:
    """Write every entry of a vial with its people, and what is left; `patients` names each session's."""
    facts = Facts(
        pairs=(
            ("Strength", f"{plain(vial.strength_mg_per_ml)} mg/mL of ketamine base"),
            *_received(setting, vial),
            *balance(vial),
        )
    )
    rows = tuple(
        (
            str(each.stream_seq),
            setting.moment(each.at),
            stock_words(each.event) + superseded_words(vial, each.stream_seq),
            patients.get(session_of(each.event), ""),
            setting.people(each.recorded_by, each.co_signed_by),
        )
        for each in vial.entries
    )
    return setting.document(
        f"Drug ledger, vial {vial.label}",
        f"Vial {vial.label}",
        (
            Section(heading="As it stands", blocks=(facts,)),
            Section(heading="Entries", blocks=(Table(columns=COLUMNS, rows=rows),)),
            Section(heading="Counted by hand", blocks=(SignatureLines(who=("Count in mL, by", "Witness")),)),
        ),
        lead=(*setting.unread(vial.unread), *((Paragraph(text=NAMED),) if patients else ())),
    )


def balance(vial: Vial) -> tuple[tuple[str, str], ...]:
    """Say where everything is that came in with a vial; the amounts in mg add up to what was received."""
    return (
        ("Received", f"{plain(vial.received_mg)} mg"),
        ("On hand", f"{plain(vial.on_hand_ml)} mL = {plain(vial.on_hand_mg)} mg"),
        ("Drawn, not yet accounted for", f"{plain(vial.residual_mg)} mg"),
        ("Given", f"{plain(vial.given_mg)} mg"),
        ("Wasted", f"{plain(vial.wasted_mg)} mg"),
        ("Returned", f"{plain(vial.returned_mg)} mg"),
        ("Lost, broken or differing", f"{plain(vial.lost_mg)} mg"),
    )


def session_of(event: StockEvent) -> str:
    """Return the session that an entry is about, "" where it is about none."""
    return event.session if isinstance(event, custody.DrugDrawn | custody.DrugAccounted) else ""


def superseded_words(vial: Vial, entry: int) -> str:
    """Say that an entry no longer counts, "" where it does."""
    by = vial.superseded.get(entry)
    return "" if by is None else f" (no longer counts: see entry {by})"


def _received(setting: Setting, vial: Vial) -> tuple[tuple[str, str], ...]:
    if vial.received is None:
        return ()
    return (("Lot", vial.received.lot), ("NDC", vial.received.ndc), ("Expires", setting.day(vial.received.expires)))


def stock_words(event: StockEvent) -> str:
    """Say one entry of a vial's ledger."""
    match event:
        case custody.VialReceived():
            reason = event.unusual_reason
            why = f"; asked about strength or volume: {reason}" if reason else ""
            return f"Received from {event.supplier}: {_label_words(event)}{why}"
        case custody.ReceiptCorrected():
            return f"Receipt corrected: {event.label}, from {event.supplier}, {_label_words(event)}. {event.reason}"
        case custody.VialOpened():
            return "Opened"
        case custody.DrugDrawn():
            return f"Drawn {_amount(event.volume_ml, event.mg)} for a session{_instead(event.corrects, event.reason)}"
        case custody.DrugAccounted():
            instead = _instead(event.corrects, event.reason)
            return f"Given {plain(event.given_mg)} mg, wasted {plain(event.wasted_mg)} mg ({event.method}){instead}"
        case custody.VialWasted():
            method = f"{event.method}; " if event.method else ""
            return f"Rest wasted: {_amount(event.volume_ml, event.mg)} ({method}{event.reason})"
        case custody.VialDamaged():
            return f"Broken or spilt: {_amount(event.volume_ml, event.mg)}. {event.words}"
        case custody.VialReturned():
            to = f"{event.returned_to}, {event.reference}"
            return f"Returned: {_amount(event.volume_ml, event.mg)} to {to}"
        case custody.VialSetApart():
            return f"Set apart, not to be drawn from: {event.reason}"
        case custody.VialPutBack():
            return f"Put back into use: {event.reason}"
        case custody.VialCounted():
            return _count_words(event)
        case custody.DifferenceExplained():
            return f"Difference of count {event.count} explained: {event.explanation}"
        case custody.StockAdjusted():
            amount = _amount(abs(event.volume_ml), abs(event.mg))
            way = "less" if event.volume_ml < 0 else "more"
            return f"Ledger put to count {event.count}: {amount} {way}. {event.reason}"
        case custody.LossReported():
            form = f", {event.reference}" if event.reference else ""
            amount = _amount(event.volume_ml, event.mg)
            return f"Loss reported: {amount} to {event.reported_to}{form}. {event.circumstances}"
        case custody.StockEntryStruck():
            return f"Entry {event.entry} struck: {event.reason}"
        case _:
            assert_never(event)


def _label_words(event: custody.VialReceived | custody.ReceiptCorrected) -> str:
    held = f"{plain(event.volume_ml)} mL of {plain(event.strength_mg_per_ml)} mg/mL"
    return f"{held}, lot {event.lot}, expires {event.expires.day} {event.expires:%b %Y}"


def _amount(volume_ml: Decimal, mg: Decimal) -> str:
    return f"{plain(volume_ml)} mL = {plain(mg)} mg"


def _instead(corrects: int | None, reason: str) -> str:
    return "" if corrects is None else f"; corrects entry {corrects}: {reason}"


def _count_words(event: custody.VialCounted) -> str:
    if event.expected_ml is None:
        return f"Counted {plain(event.volume_ml)} mL"
    off = event.volume_ml - event.expected_ml
    if abs(off) <= event.tolerance_ml:
        return f"Counted {plain(event.volume_ml)} mL, as the ledger has it"
    way = f"{plain(abs(off))} mL {'missing' if off < 0 else 'too much'}"
    return f"Counted {plain(event.volume_ml)} mL, {plain(event.expected_ml)} mL by the ledger: {way}"
