"""The controlled drug's record over some days: what there was, came in, went where and for whom, and what is left."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sereniv.therapy import custody
from sereniv.therapy.custody import Difference, StockEvent, Vial, vial_of
from sereniv.therapy.documents.model import Block, Document, Paragraph, Section, SignatureLines, Table
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.documents.vial import NAMED, session_of, stock_words, superseded_words
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain

BALANCE = ("Vial", "At the start", "Received", "Given", "Wasted", "Returned", "Lost", "At a chair", "On hand")
ENTRIES = ("When", "Vial", "What", "For whom", "Who, with whom")
COUNTS = ("When", "Vial", "Counted", "By the ledger", "Settled")
LEAD = (
    "Racemic ketamine, in mg of base. At the start + received = given + wasted + returned + lost + at a chair + "
    "on hand, for every vial."
)


def drug_record(
    setting: Setting, vials: Sequence[Vial], first: date, last: date, patients: Mapping[str, str]
) -> Document:
    """Write the record from the first to the last of some days; `patients` names each session's."""
    days = setting.day(first) if first == last else f"{setting.day(first)} to {setting.day(last)}"
    balances = tuple(row for _, row in balance_rows(setting, vials, first, last))
    entries = tuple(_entry(setting, each, vial, patients) for each, vial in told(setting, vials, first, last))
    counts = counts_in(setting, vials, first, last)
    return setting.document(
        "Controlled drug record",
        f"Ketamine, {days}",
        (
            Section(heading="Balance", blocks=_table(BALANCE, balances, "No vial in these days.")),
            Section(heading="Every entry", blocks=_table(ENTRIES, entries, "Nothing in these days.")),
            Section(heading="Counts and differences", blocks=_table(COUNTS, counts, "Nobody counted in these days.")),
            Section(heading="Signed", blocks=(SignatureLines(who=("For the clinic", "Inspector")),)),
        ),
        lead=(Paragraph(text=LEAD), Paragraph(text=NAMED)),
    )


def told(setting: Setting, vials: Sequence[Vial], first: date, last: date) -> list[tuple[Recorded[StockEvent], Vial]]:
    """Return every entry recorded in these days with its vial, in the order of the ledger."""
    found = [(each, vial) for vial in vials for each in _between(setting, vial, first, last)]
    return sorted(found, key=lambda pair: pair[0].seq)


def _between(setting: Setting, vial: Vial, first: date, last: date) -> list[Recorded[StockEvent]]:
    return [each for each in vial.entries if first <= setting.local_day(each.recorded_at) <= last]


def balance_rows(
    setting: Setting, vials: Sequence[Vial], first: date, last: date
) -> list[tuple[Vial | None, tuple[str, ...]]]:
    """Write each vial's line beside its vial, and of several the sum; no line for one that was empty and stayed so."""
    found = [(vial, cells) for vial in vials if (cells := _balance(setting, vial, first, last))]
    rows: list[tuple[Vial | None, tuple[str, ...]]] = [(vial, _row(_vial_words(vial), cells)) for vial, cells in found]
    if len(found) > 1:
        sums = tuple(sum(column, Decimal(0)) for column in zip(*(cells for _, cells in found), strict=True))
        rows.append((None, _row(f"All {len(found)} vials", sums)))
    return rows


def _row(name: str, cells: Sequence[Decimal]) -> tuple[str, ...]:
    return (name, *(plain(each) for each in cells))


def _vial_words(vial: Vial) -> str:
    return f"{vial.label}, {plain(vial.strength_mg_per_ml)} mg/mL"


def _balance(setting: Setting, vial: Vial, first: date, last: date) -> tuple[Decimal, ...] | None:
    before = vial_of(each for each in vial.entries if setting.local_day(each.recorded_at) < first)
    after = vial_of(each for each in vial.entries if setting.local_day(each.recorded_at) <= last)
    at_the_start = before.on_hand_mg + before.residual_mg
    if at_the_start == 0 and not _between(setting, vial, first, last):
        return None
    return (
        at_the_start,
        after.received_mg - before.received_mg,
        after.given_mg - before.given_mg,
        after.wasted_mg - before.wasted_mg,
        after.returned_mg - before.returned_mg,
        after.lost_mg - before.lost_mg,
        after.residual_mg,
        after.on_hand_mg,
    )


def _entry(setting: Setting, each: Recorded[StockEvent], vial: Vial, patients: Mapping[str, str]) -> tuple[str, ...]:
    return (
        setting.moment(each.at),
        f"{vial.label}, entry {each.stream_seq}",
        stock_words(each.event) + superseded_words(vial, each.stream_seq),
        patients.get(session_of(each.event), ""),
        setting.people(each.recorded_by, each.co_signed_by),
    )


def counts_in(setting: Setting, vials: Sequence[Vial], first: date, last: date) -> tuple[tuple[str, ...], ...]:
    """Write every count of these days: what was counted, what the ledger has, and how a difference was settled."""
    found = []
    for each, vial in told(setting, vials, first, last):
        if isinstance(each.event, custody.VialCounted):
            differing = {one.counted.stream_seq: one for one in vial.differences}
            expected = each.event.expected_ml
            ledger = "not kept" if expected is None else f"{plain(expected)} mL"
            settled = settled_words(setting, differing.get(each.stream_seq))
            counted = f"{plain(each.event.volume_ml)} mL"
            found.append((setting.moment(each.at), vial.label, counted, ledger, settled))
    return tuple(found)


def settled_words(setting: Setting, difference: Difference | None) -> str:
    """Say how a difference was settled, or that it is open; of a count that agrees, that it does."""
    if difference is None:
        return "Agrees"
    if difference.closed is None:
        return f"OPEN: {ml_off(difference)}"
    closed = difference.closed
    who = setting.people(closed.recorded_by, closed.co_signed_by)
    return f"{ml_off(difference)}. {stock_words(closed.event)} ({setting.moment(closed.at)}, {who})"


def ml_off(difference: Difference) -> str:
    """Write by how much a count is off."""
    volume = difference.volume_ml
    return f"{plain(abs(volume))} mL {'missing' if volume < 0 else 'too much'}"


def _table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], otherwise: str) -> tuple[Block, ...]:
    return (Table(columns=columns, rows=rows),) if rows else (Paragraph(text=otherwise),)
