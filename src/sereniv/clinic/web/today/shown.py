"""The topics of Today as one reader is shown them: lines of the house, and those kept of people, read by range."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db.models import QuerySet
from django.utils.text import slugify

from sereniv.clinic.accounts.permissions import Role
from sereniv.clinic.records.models import ListedRow
from sereniv.clinic.web.today.clinic_now import Clinic, OfOne
from sereniv.clinic.web.today.topics import TodayLine, Topic, shown
from sereniv.clinic.workflows.shell import lists

Finder = Callable[[Clinic], Iterable[TodayLine]]

MOST_SHOWN = 20
"""So many lines of a topic stand on Today itself; the rest is on the topic's own pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One topic of Today: for which roles, and how its lines are found, about each person and about the house."""

    title: str
    roles: frozenset[Role]
    of_one: Callable[[OfOne], Iterable[TodayLine]] | None = None
    of_the_house: Finder | None = None

    @property
    def slug(self) -> str:
        """What its own page is called."""
        return slugify(self.title)


class Waiting(Sequence[TodayLine]):
    """All lines of a topic as one reader is shown them, read by range: of the house and of people, what presses first.

    `kept` says of how many people a line that presses is kept, and of how many one that does not.
    """

    def __init__(self, asked: Asked, clinic: Clinic, kept: tuple[int, int]) -> None:
        self._clinic = clinic
        found = list(asked.of_the_house(clinic)) if asked.of_the_house else []
        rows = lists.rows(lists.TODAY).filter(topic=asked.title).exclude(not_for=clinic.me.username)
        pressing, others = kept if asked.of_one else (0, 0)
        first, rest = ([line for line in found if line.pressing is presses] for presses in (True, False))
        people: tuple[_Part, ...] = (_Rows(rows, 0, pressing + others),)
        if rest:
            people = (_Rows(rows, 0, pressing), rest, _Rows(rows, pressing, others))
        self._parts: tuple[_Part, ...] = (first, *people)

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    @overload
    def __getitem__(self, which: int) -> TodayLine: ...

    @overload
    def __getitem__(self, which: slice) -> Sequence[TodayLine]: ...

    def __getitem__(self, which: int | slice) -> TodayLine | Sequence[TodayLine]:
        begin, end, _ = (which if isinstance(which, slice) else slice(which, which + 1)).indices(len(self))
        found: list[TodayLine] = []
        passed = 0
        for part in self._parts:
            mine = slice(max(0, begin - passed), max(0, end - passed))
            found += itertools.starmap(self._line, part[mine]) if isinstance(part, _Rows) else part[mine]
            passed += len(part)
        return found if isinstance(which, slice) else found[0]

    def _line(self, presses: bool, content: Mapping[str, Any]) -> TodayLine:
        clinic = self._clinic
        return shown(TodayLine(pressing=presses, **content), clinic.me, clinic.now, clinic.names)


class _Rows:
    """So many rows from one on, asked for when they are shown."""

    def __init__(self, rows: QuerySet[ListedRow], begin: int, count: int) -> None:
        self._rows = rows
        self._begin = begin
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, which: slice) -> Sequence[tuple[bool, Mapping[str, Any]]]:
        begin, end, _ = which.indices(self._count)
        if begin >= end:
            return []
        return list(self._rows.values_list("presses", "content")[self._begin + begin : self._begin + end])


_Part = list[TodayLine] | _Rows


def begun(asked: Asked, waiting: Waiting) -> Topic:
    """Return a topic with the lines that press first, and how many more there are."""
    lines = tuple(waiting[:MOST_SHOWN])
    return Topic(title=asked.title, slug=asked.slug, lines=lines, more=len(waiting) - len(lines))
