"""The topics of Today as one reader is shown them: lines of the house, and those kept of people, read by range."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from django.utils.text import slugify

from sereniv.clinic.accounts.permissions import Role
from sereniv.clinic.records.models import ListedRow
from sereniv.clinic.web.today.clinic_now import Clinic, OfOne
from sereniv.clinic.web.today.topics import Line, Topic, shown
from sereniv.clinic.workflows import lists

Finder = Callable[[Clinic], Iterable[Line]]

TODAY = "today"

MOST_SHOWN = 20
"""So many lines of a topic stand on Today itself; the rest is on the topic's own pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One topic of Today: for which roles, and how its lines are found, about each person and about the house."""

    title: str
    roles: frozenset[Role]
    of_one: Callable[[OfOne], Iterable[Line]] | None = None
    of_the_house: Finder | None = None

    @property
    def slug(self) -> str:
        """What its own page is called."""
        return slugify(self.title)


class Waiting(Sequence[Line]):
    """All lines of a topic as one reader is shown them: those of the house, then those kept of people, read by range.

    Of either, what presses comes first.
    """

    def __init__(self, asked: Asked, clinic: Clinic) -> None:
        self._clinic = clinic
        found = asked.of_the_house(clinic) if asked.of_the_house else ()
        self._house = sorted(found, key=lambda line: not line.pressing)
        rows = lists.rows(TODAY).filter(topic=asked.title).exclude(not_for=clinic.me.username)
        self._rows = rows if asked.of_one else rows.none()

    @cached_property
    def _kept(self) -> int:
        return self._rows.count()

    def __len__(self) -> int:
        return len(self._house) + self._kept

    @overload
    def __getitem__(self, which: int) -> Line: ...

    @overload
    def __getitem__(self, which: slice) -> Sequence[Line]: ...

    def __getitem__(self, which: int | slice) -> Line | Sequence[Line]:
        begin, end, _ = (which if isinstance(which, slice) else slice(which, which + 1)).indices(len(self))
        house = self._house[begin:end]
        beyond = slice(max(0, begin - len(self._house)), max(0, end - len(self._house)))
        found = [*house, *(self._line(row) for row in self._rows[beyond])]
        return found if isinstance(which, slice) else found[0]

    def _line(self, row: ListedRow) -> Line:
        clinic = self._clinic
        return shown(Line(pressing=row.presses, **row.content), clinic.me, clinic.now, clinic.names)


def begun(asked: Asked, waiting: Waiting) -> Topic:
    """Return a topic with the lines that press first, and how many more there are."""
    lines = tuple(sorted(waiting[:MOST_SHOWN], key=lambda line: not line.pressing))
    return Topic(title=asked.title, slug=asked.slug, lines=lines, more=len(waiting) - len(lines))
