"""Who looked at somebody's record, and at whose records somebody looked, on paper: what whoever asks is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sereniv.therapy.documents.model import Document, Paragraph, Section, Table
from sereniv.therapy.documents.setting import Patient, Setting

OF_A_READER = ("Day", "Whose", "What", "From", "To", "Times")
LEAD_OF_A_READER = (
    "Each line is one person, one page and one day, from the first time it was opened to the last; below stands whom "
    "each list showed. Pages about nobody, such as the rules, stand in the ledger alone."
)
COLUMNS = ("Day", "Who", "What", "From", "To", "Times")
LEAD = (
    "Each line is one person, one page and one day, from the first time it was opened to the last. What a page fetches "
    "anew while it stands open is not counted again. A list says that it showed this person among others. "
    "What was written into the record stands in the record itself, with its author."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLine:
    """One page about a record, `whose`, that somebody looked at on a day; `listed` where it was a list among others."""

    day: date
    staff: str
    what: str
    listed: bool
    first: datetime
    last: datetime
    times: int
    whose: str = ""


def looked_at(setting: Setting, reader: str, first: date, last: date, lines: Sequence[LookLine]) -> Document:
    """Write at whose records somebody looked from the first to the last of some days, the newest day first."""
    own = [each for each in lines if not each.listed]
    rows = tuple(
        (
            setting.day(each.day),
            each.whose,
            each.what,
            f"{each.first:%H:%M}",
            f"{each.last:%H:%M}",
            times_words(each.times),
        )
        for each in own
    )
    return setting.document(
        "Records looked at",
        reader,
        (
            Section(
                heading="Pages about one person",
                blocks=(Table(columns=OF_A_READER, rows=rows) if rows else Paragraph(text="None in these days."),),
            ),
            Section(heading="Lists, and whom they showed", blocks=_lists(setting, lines)),
        ),
        lead=(Paragraph(text=f"{reader}. {_days(setting, first, last)}. {LEAD_OF_A_READER}"),),
    )


def _lists(setting: Setting, lines: Sequence[LookLine]) -> tuple[Table | Paragraph, ...]:
    shown: dict[tuple[date, str], list[str]] = {}
    for each in lines:
        if each.listed:
            shown.setdefault((each.day, each.what), []).append(each.whose)
    if not shown:
        return (Paragraph(text="None in these days."),)
    rows = tuple((setting.day(day), what, "; ".join(names)) for (day, what), names in shown.items())
    return (Table(columns=("Day", "List", "Showed"), rows=rows),)


def _days(setting: Setting, first: date, last: date) -> str:
    return setting.day(first) if first == last else f"{setting.day(first)} to {setting.day(last)}"


def readers(setting: Setting, patient: Patient, first: date, last: date, lines: Sequence[LookLine]) -> Document:
    """Write who looked at a record from the first to the last of some days, the newest day first."""
    own, lists = ([each for each in lines if each.listed is listed] for listed in (False, True))
    return setting.document(
        "Who looked at this record",
        setting.about(patient),
        (
            Section(heading="Pages about this person", blocks=(_table(setting, own),)),
            Section(heading="Lists that showed this person", blocks=(_table(setting, lists),)),
        ),
        lead=(Paragraph(text=f"{_days(setting, first, last)}. {LEAD}"),),
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
