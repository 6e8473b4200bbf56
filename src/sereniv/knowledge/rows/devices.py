"""What a bedside device's codes mean: which sign of the chart a code is, and which units it may come in."""

from dataclasses import dataclass

from sereniv.knowledge.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceUnit(Row):
    """One unit by its names: numbers and REFIDs of ISO 11073-10101, and how UCUM writes it."""

    codes: dict[str, str]
    ucum: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSign(Row):
    """One sign by its number and REFID in ISO 11073-10101; `id` is the number.

    `signal` is the sign of the chart, "" where the chart has no place for it: such a value stays in the message as
    received and is counted. Of two codes of one sign in one message the lower `rank` is charted.
    """

    refid: str
    units: tuple[str, ...]
    signal: str = ""
    rank: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCodes:
    """The codes that are known, by number, and their units by name."""

    signs: dict[str, DeviceSign]
    units: dict[str, DeviceUnit]
