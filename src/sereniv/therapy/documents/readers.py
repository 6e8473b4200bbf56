"""Who looked at somebody's record, on paper: what a patient who asks is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sereniv.therapy.documents.model import Document, Paragraph, Section, Table
from sereniv.therapy.documents.setting import Patient, Setting

COLUMNS = ("Day", "Who", "What", "From", "To", "Times")
LEAD = (
    "Each line is one person, one page and one day, from the first time it was opened to the last. What a page fetches "
    "anew while it stands open is not counted again. A list says that it showed this person among others. "
    "What was written into the record stands in the record itself, with its author."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLine:
    """One page that somebody looked at on a day; `listed` where it was a list among others."""

    day: date
    staff: str
    what: str
    listed: bool
    first: datetime
    last: datetime
    times: int


def readers(setting: Setting, patient: Patient, first: date, last: date, lines: Sequence[LookLine]) -> Document:
    """Write who looked at a record from the first to the last of some days, the newest day first."""
    own, lists = ([each for each in lines if each.listed is listed] for listed in (False, True))
    days = setting.day(first) if first == last else f"{setting.day(first)} to {setting.day(last)}"
    return setting.document(
        "Who looked at this record",
        setting.about(patient),
        (
            Section(heading="Pages about this person", blocks=(_table(setting, own),)),
            Section(heading="Lists that showed this person", blocks=(_table(setting, lists),)),
        ),
        lead=(Paragraph(text=f"{days}. {LEAD}"),),
    )


def times_words(times: int) -> str:
    """Say how often; a list that stood open and came to show somebody was not opened for it."""
    return str(times) if times else "stood open"


def _table(setting: Setting, lines: Sequence[LookLine]) -> Table | Paragraph:
    if not lines:
        return Paragraph(text="Nobody in these days.")
    rows = tuple(
        (
            setting.day(each.day),
            setting.name_of(each.staff),
            each.what,
            f"{each.first:%H:%M}",
            f"{each.last:%H:%M}",
            times_words(each.times),
        )
        for each in lines
    )
    return Table(columns=COLUMNS, rows=rows)
