"""Lists over the clinic: what each says of one person is derived from their chart alone, and kept as rows.

A list is a pure function of one person's record, told the time. The same function gives what is kept and what would be
shown without keeping, so that rows are only ever an answer that was worked out before. Whatever was written about
somebody marks them (`records.listing.touch`); whoever looks next derives the few that are marked, or that time has
moved, before anything is shown. After a change of the rules everybody is behind: then some are derived at each look,
the rest in the background, and `still_behind` says how many are shown as they were.
"""

import hashlib
import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from django.db.models import Count, QuerySet

import sereniv
from sereniv.clinic.records import chart_store, listing
from sereniv.clinic.records.listing import Derived, Listed
from sereniv.clinic.records.models import DerivedRow, ListedRow, Person
from sereniv.clinic.records.their_sessions import read_ahead, sessions_of_people
from sereniv.clinic.workflows.shell.in_force import asked_once, forget_answer, read_once, rules_in_force
from sereniv.clinic.workflows.shell.opening_hours import opening_hours
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.recording.horizon import A_TICK
from sereniv.therapy.recording.watched_time import watched

TODAY = "today"
"""The list that Today is drawn from."""

AT_ONE_LOOK = 40
"""So many people are derived before a list is shown; where more are behind, the rest is said and follows."""

OWN_PAGES = "their own pages are up to date."
BEING_READ = f"They are being read now, whoever was here last before the others; {OWN_PAGES}"

AT_ONCE = 20
"""So many people are derived in one transaction."""

SHOWN = ("topic", "presses", "place", "content")
NAMED = ("family_name", "given_names", "born")
"""What a list shows of a row, and of whom it is about."""

RUN = secrets.token_hex(6)
"""This run of the program: every record is read by each run once, in the background, whatever its rows say."""

_admitted: dict[str, str] = {}
"""By the name of a list how register and ledger stood when the background last admitted everybody."""

_read_through: set[str] = set()
"""Runs that have read every record once: whoever is derived later is read by the same run."""

log = logging.getLogger(__name__)

Finder = Callable[[Person, datetime], Iterable[Listed]]

_finders: dict[str, Finder] = {}
_first: set[str] = set()
_of_person_alone: set[str] = set()


def keep_list(name: str, *, first: bool = False, sessions: bool = True) -> Callable[[Finder], Finder]:
    """Register a list: what it says of one person at a moment; one that comes first is derived before any other.

    One without `sessions` reads none of them: they are not read ahead for it.
    """

    def registered(finder: Finder) -> Finder:
        _finders[name] = finder
        if first:
            _first.add(name)
        if not sessions:
            _of_person_alone.add(name)
        return finder

    return registered


def names() -> tuple[str, ...]:
    """Return every list that is kept."""
    return tuple(_finders)


def finder(name: str) -> Finder:
    """Return what works a list out for one person."""
    return _finders[name]


def brought_up(name: str, now: datetime, written: int = AT_ONE_LOOK) -> None:
    """Derive whoever is behind in a list, before it is shown.

    Where more people are behind than a reader should wait for, after a change of the rules or overnight, only those
    are about whom something was written, at most so many; the others stand as they were until the background has come
    to them, and `still_behind` counts them.
    """
    with read_once():
        basis = basis_at(now)
        if not _anybody_behind(name, basis, now):
            return
        listing.admit(name)
        found = _chosen(listing.behind(name, basis, now), AT_ONE_LOOK + 1)
        if len(found) > AT_ONE_LOOK:
            found = _chosen(listing.moved(name), written)
        _derive(name, found, basis, now)


def _anybody_behind(name: str, basis: str, now: datetime) -> bool:
    """Ask once for a page how a list stands, as long as nothing is written."""
    asked = f"{name} behind at {chart_store.head().seq}, {now.isoformat()}, {basis}"
    behind = asked_once(asked, partial(listing.anybody_behind, name, basis, now))
    if behind:
        forget_answer(asked)  # whoever asks derives some of them
    return behind


def _chosen(rows: QuerySet[DerivedRow], most: int) -> list[tuple[object, int]]:
    return list(rows.values_list("person_id", "touched")[:most])


def _derive(name: str, chosen: Sequence[tuple[object, int]], basis: str, now: datetime) -> None:
    for begin in range(0, len(chosen), AT_ONCE):
        listing.keep(name, basis, RUN, now, derived(name, chosen[begin : begin + AT_ONCE], now))


def words_of_behind(name: str, now: datetime) -> tuple[str, ...]:
    """Say on a list whose rows stand as they were, and how many are missing from it; nothing where nobody is."""
    with read_once():
        basis = basis_at(now)
        if not _anybody_behind(name, basis, now):
            return ()
        never, anew = listing.how_many(listing.behind(name, basis, now))
    missing = f"{_records(never)} not been read for this list yet: who is missing may belong here. {BEING_READ}"
    as_before = (
        f"{_records(anew, 'is', 'are')} being read anew, because the rules, the hours or the day have changed. "
        f"Until then they stand here as they were before; {OWN_PAGES}"
    )
    return (*([missing] if never else []), *([as_before] if anew > 0 else []))


def _records(count: int, one: str = "has", many: str = "have") -> str:
    return f"{count} person's record {one}" if count == 1 else f"{count} people's records {many}"


def still_behind(name: str, now: datetime) -> int:
    """Count whose rows are shown as they were before, because more people are behind than one look derives."""
    with read_once():
        return listing.behind(name, basis_at(now), now).count()


def derived(name: str, chosen: Sequence[tuple[object, int]], now: datetime) -> list[Derived]:
    """Work out what a list says of some people, each given with the entry that last moved them."""
    ids = [str(each) for each, _ in chosen]
    people = Person.objects.in_bulk([each for each, _ in chosen])
    # With one query each for the charts of all of them and of their sessions; they are kept for what follows.
    with read_ahead(ids):
        chart_store.person_charts(ids)
        if name not in _of_person_alone:
            sessions_of_people(ids)
        return [_derived(name, people[each], touched, now) for each, touched in chosen if each in people]


def _derived(name: str, person: Person, touched: int, now: datetime) -> Derived:
    # What was joined into another record is read there.
    if person.joined_into_id is not None:
        return Derived(person_id=person.pk, touched=touched)
    moment, horizon = watched(now)
    try:
        lines = tuple(_finders[name](person, moment))
    except (TypeError, AttributeError):
        # Something reads the time past what notices it: what it says is right, and holds for no longer than now.
        log.exception("A list cannot be kept: %s.", name)
        return Derived(
            person_id=person.pk, touched=touched, lines=tuple(_finders[name](person, now)), holds_until=now + A_TICK
        )
    return Derived(person_id=person.pk, touched=touched, lines=lines, holds_until=horizon.until)


def catch_up(now: datetime) -> int:
    """Derive some of whoever is behind in any list, and say how many were: for the background."""
    found = 0
    with read_once():
        basis = basis_at(now)
        behind_now = [name for name in names() if listing.anybody_behind(name, basis, now)]
        if not behind_now and RUN in _read_through:
            return 0
        _admit_once(behind_now)
        wanted = sorted(_first) if never_derived(_first) else names()
        # The same people in every list, whose records are then folded once.
        for behind in (listing.behind_in(wanted, basis, now), listing.of_another_run(wanted, RUN)):
            people = list(dict.fromkeys(behind.values_list("person_id", flat=True)[: AT_ONCE * len(wanted)]))[:AT_ONCE]
            if people:
                break
        else:
            _read_through.add(RUN)
        for name in wanted:
            chosen = _chosen(behind.filter(list=name, person_id__in=people), AT_ONCE)
            _derive(name, chosen, basis, now)
            found += len(chosen)
    return found


def _admit_once(behind_now: Iterable[str]) -> None:
    """Give everybody their row in some lists, where anybody was registered or a list fell behind since the last time.

    To count all of them at each of a thousand steps would take longer than to derive some.
    """
    known = f"{chart_store.head().hash} {Person.objects.count()}"
    for name in behind_now:
        if _admitted.get(name) != known:
            listing.admit(name)
            _admitted[name] = known


def never_derived(among: Iterable[str] | None = None) -> int:
    """Count the rows that were never derived, of all lists or of some."""
    return listing.never_derived(names() if among is None else among)


def rows(name: str) -> QuerySet[ListedRow]:
    """Return the rows of a list as they are kept, in their order."""
    return ListedRow.objects.filter(list=name).order_by("topic", "-presses", "place")


def with_whom(rows: QuerySet[ListedRow]) -> QuerySet[ListedRow]:
    """Read some rows with whom each is about, as far as a list names them: of each row nothing else is read."""
    return rows.select_related("person").only(*SHOWN, *(f"person__{name}" for name in NAMED))


def totals(name: str, reader: str) -> defaultdict[str, tuple[int, int]]:
    """Return of how many people each topic keeps a line that presses, and one that does not, for one reader."""
    found: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    kept = ListedRow.objects.filter(list=name).exclude(not_for=reader).values_list("topic", "presses")
    for topic, presses, many in kept.annotate(many=Count("id")).order_by():
        pressing, others = found[topic]
        found[topic] = (many, others) if presses else (pressing, many)
    return found


def topics(name: str) -> frozenset[str]:
    """Return the topics under which a list keeps anything, found by index."""
    return listing.topics(name)


def counts(name: str) -> list[tuple[str, str, int]]:
    """Return each topic and place of a list with how many people are kept there: for what is counted and not shown."""
    # In the order of the index, which holds all of it.
    found = ListedRow.objects.filter(list=name).order_by("topic", "-presses", "place")
    counted = found.values_list("topic", "presses", "place").annotate(people=Count("id"))
    return [(topic, place, people) for topic, _, place, people in counted]


def basis_at(now: datetime) -> str:
    """Name what rows are derived with, beside the record and the time: program, rules, hours and zone."""
    parts = (_program(), rules_in_force(now).version, repr(opening_hours()), str(home_zone()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@cache
def _program() -> str:
    """Return what tells this program from any other: rows of before a change of it are derived anew."""
    digest = hashlib.sha256()
    root = Path(sereniv.__file__).parent
    for path in sorted(each for each in root.rglob("*") if each.suffix in {".py", ".toml"}):
        digest.update(path.read_bytes())
    return digest.hexdigest()
