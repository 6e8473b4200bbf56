"""What happened elsewhere, told here by somebody or by a file: infusions given by others, and where an entry stood."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusedElsewhere:
    """Ketamine was infused into a vein somewhere else, as a record or somebody has it; None is not known to them.

    `mg` is what was given, `weight_kg` what it was reckoned by, `minutes` how long it ran; `treats` is the kind of
    protocol that it would be here ("" where nobody wrote what for), `tolerated` whether it was borne, `words` what was
    written beside it. The day may be off by `within_days` either way; `others_before` is how many were given elsewhere
    before it, those that are told by themselves among them.
    """

    given_on: date
    mg: Decimal | None
    weight_kg: Decimal | None
    minutes: int | None
    treats: str
    tolerated: bool | None
    told_by: str
    words: str = ""
    within_days: int = 0
    others_before: int = 0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingPlaced:
    """Somebody found out which infusion a telling is of whose day was not sure: told twice, it is one infusion.

    `told` and `same_as` are numbers of the ledger, since two joined records may tell of one infusion; `given_here` is
    the day on which it was given by this clinic. With neither it is one of its own. `words` say how they know.
    """

    told: int
    same_as: int | None
    given_here: date | None
    words: str


ElsewhereEvent = InfusedElsewhere | RecordBrought | TellingPlaced
