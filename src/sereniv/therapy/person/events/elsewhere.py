"""What happened elsewhere and came here with a file: infusions given by others, and where each entry stood."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusedElsewhere:
    """Ketamine was infused into a vein somewhere else, as another record has it; None is not known there.

    `mg` is what was given, `weight_kg` what it was reckoned by, `minutes` how long it ran; `treats` is the kind of
    protocol that it would be here ("" where nobody wrote what for), `tolerated` whether it was borne, `words` what was
    written beside it.
    """

    given_on: date
    mg: Decimal | None
    weight_kg: Decimal | None
    minutes: int | None
    treats: str
    tolerated: bool | None
    told_by: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBrought:
    """The entries that follow came with a file from elsewhere, one for each of `rows`, in their order.

    `batch` names the import, `sha256` the file's bytes, `told_by` whose record it is, and `number` the number that the
    person has there ("" where it has none). A place in `rows` is written as the file counts: row 12. `registered_from`
    is the place by which this import put the person into the register, "" where they were there before.
    """

    batch: str
    file: str
    sha256: str
    told_by: str
    number: str
    rows: tuple[str, ...]
    registered_from: str = ""


ElsewhereEvent = InfusedElsewhere | RecordBrought
