"""Grows a demo home: copies of its people, each moved back in time and cut off at another stage, in one valid chain.

    PYTHONPATH=src:. python benchmarks/grown.py HOME PEOPLE [--sessions N] [--samples N] [--sitting-hours N]

A copy is one of the demo's people who sit in no chair, under new ids and a new name, up to ten years earlier; of some,
all that came after one of their sessions is left out, so that they stand at other stages. Where so many sessions are
asked for, those with more or fewer of them are copied oftener. The entries of all copies
follow the demo's own in the order of their time, hashed as the clinic hashes them. Rows that lists read are copied
beside them.
"""

import argparse
import json
import os
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

DATED = re.compile(r'"(20[2-9]\d-\d\d-\d\d)(?=["T])')
MOST_DAYS_AGO = 3650
CUT_OFF = 0.4
"""So many of those with sessions are cut off before one of them."""

AT_ONCE = 20_000
FIRST_NAMES = (
    "Ada",
    "Bea",
    "Cem",
    "Dov",
    "Eli",
    "Fay",
    "Gus",
    "Hal",
    "Ivo",
    "Jun",
    "Kai",
    "Lou",
    "Mae",
    "Nia",
    "Ola",
    "Pia",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One of the demo's people, as what is copied of them: their entries in order, and when each session was opened."""

    person: str
    sessions: tuple[str, ...]
    opened: tuple[int, ...]
    """Where among the entries each session begins."""
    entries: tuple[tuple[Any, ...], ...]
    moments: tuple[float, ...]
    """When each entry was written at the earliest: the demo tells its stories one after another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy of a story: its ids by the old ones, how many days earlier, and how many of its entries it has."""

    story: Story
    ids: dict[str, str]
    days: int
    length: int
    register: dict[str, str]
    """What of the register is another one's: names, birth and telephone number."""


FIELDS = (
    "stream", "stream_seq", "at", "recorded_at", "recorded_by", "co_signed_by", "kind", "version", "payload", "salt",
    "payload_hash",
)  # fmt: skip


def stories() -> list[Story]:
    """Read everybody of the demo who sits in no chair now."""
    from sereniv.clinic.records.models import CLOSED_PHASES, Entry, Person, SessionRow

    seated = set(SessionRow.objects.exclude(phase__in=CLOSED_PHASES).values_list("person_id", flat=True))
    found = []
    for person in Person.objects.exclude(pk__in=seated).filter(joined_into=None):
        rows = list(SessionRow.objects.filter(person=person).order_by("opened_at"))
        names = [f"register/{person.pk}", f"person/{person.pk}", *(f"session/{row.pk}" for row in rows)]
        entries = tuple(Entry.objects.filter(stream__in=names).order_by("seq").values_list(*FIELDS))
        first = {entry[0]: place for place, entry in reversed(list(enumerate(entries)))}
        found.append(
            Story(
                person=str(person.pk),
                sessions=tuple(str(row.pk) for row in rows),
                opened=tuple(first[f"session/{row.pk}"] for row in rows),
                entries=entries,
                moments=tuple(accumulate((datetime.fromisoformat(entry[3]).timestamp() for entry in entries), max)),
            )
        )
    return found


def shares(of: list[Story], sessions_each: float) -> "np.ndarray[Any, Any]":
    """Return how often each story is copied, so that copies have so many sessions on the average; 0 takes all alike."""
    many = np.array([len(story.sessions) for story in of], dtype=float)
    left = np.where(many > 0, many - CUT_OFF * (many + 1) / 2, 0.0)
    low, high = -5.0, 5.0
    tilt = 0.0
    for _ in range(60 if sessions_each else 0):
        tilt = (low + high) / 2
        weights = np.exp(tilt * (left - left.max()))
        low, high = (tilt, high) if (weights @ left) / weights.sum() < sessions_each else (low, tilt)
    weights = np.exp(tilt * (left - left.max()))
    return weights / weights.sum()


def copies(of: list[Story], people: int, sessions: int, chance: np.random.Generator) -> list[Copy]:
    """Lay out so many copies: half of the last year, some of them cut off before one of their sessions."""
    from sereniv.clinic.records.models import Person

    known = {str(person.pk): person for person in Person.objects.all()}
    chosen = chance.choice(len(of), size=people, p=shares(of, sessions / people))
    found = []
    for number in range(people):
        story = of[chosen[number]]
        ids = {each: str(uuid.UUID(bytes=chance.bytes(16), version=4)) for each in (story.person, *story.sessions)}
        days = 1 + int(MOST_DAYS_AGO * chance.random() ** 3)
        length = len(story.entries)
        if story.sessions and chance.random() < CUT_OFF:
            length = int(chance.choice(story.opened))
        who = known[story.person]
        register = {
            "family_name": f"{who.family_name} {number:04d}",
            "given_names": FIRST_NAMES[number % len(FIRST_NAMES)],
            "born": (who.born - timedelta(days=number % 3000)).isoformat(),
            "phone": f"555 {number:06d}",
        }
        found.append(Copy(story=story, ids=ids, days=days, length=length, register=register))
    return found


def moved(text: str, days: int) -> str:
    """Move every date of an entry's text that is no date of birth."""
    return DATED.sub(lambda found: f'"{date.fromisoformat(found[1]) - timedelta(days=days)}', text)


def entries_of(made: list[Copy]) -> Iterator[tuple[Any, ...]]:
    """Give the entries of all copies in the order of their time, without what chains them."""
    from sereniv.verify import canonical, payload_hash

    order = sorted(
        (moment - copy.days * 86_400, number, place)
        for number, copy in enumerate(made)
        for place, moment in enumerate(copy.story.moments[: copy.length])
    )
    for _, number, place in order:
        copy = made[number]
        stream, stream_seq, at, recorded_at, by, co_signed, kind, version, payload, salt, digest = copy.story.entries[
            place
        ]
        subject, _, named = stream.partition("/")
        text = payload
        if kind == "IdentityEntered":
            text = canonical({**json.loads(payload), **copy.register})
        elif payload is not None:
            text = moved(payload, copy.days)
            for old, new in copy.ids.items():
                text = text.replace(old, new)
        yield (
            f"{subject}/{copy.ids[named]}", stream_seq, moved(f'"{at}', copy.days)[1:],
            moved(f'"{recorded_at}', copy.days)[1:], by, co_signed, f"grown-{number}-{place}", kind, version,
            text, salt,
            digest if text == payload else payload_hash(salt, text),
        )  # fmt: skip


def write(made: list[Copy]) -> int:
    """Write people, entries and rows; returns the number of the last entry."""
    from django.db import connection, transaction

    from sereniv.clinic.records import chart_store
    from sereniv.clinic.records.models import LedgerHead
    from sereniv.verify import ENVELOPE_FIELDS, entry_hash

    columns = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")
    marks = ", ".join(["%s"] * len(columns))
    insert = f"INSERT INTO records_entry ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  names alone
    with transaction.atomic(), connection.cursor() as cursor:
        _people(made)
        head = chart_store.head()
        seq, digest = head.seq, head.hash
        waiting = []
        for entry in entries_of(made):
            seq += 1
            envelope = dict(zip(ENVELOPE_FIELDS, (seq, *entry[:9]), strict=True))
            digest = entry_hash(digest, {**envelope, "payload_hash": entry[11]})
            waiting.append((*envelope.values(), *entry[9:], digest))
            if len(waiting) == AT_ONCE:
                cursor.executemany(insert, waiting)
                waiting = []
        cursor.executemany(insert, waiting)
        LedgerHead.objects.filter(id=1).update(seq=seq, hash=digest)
        _rows(made)
    return seq


def _as_sought(**fields: Any) -> Any:  # noqa: ANN401  a row of the register, which is known once the home is opened
    from sereniv.clinic.records.models import Person
    from sereniv.therapy.person.names import sought, sought_digits

    person = Person(**fields)
    person.sought_name, person.sought_phone = sought(str(person)), sought_digits(person.phone)
    return person


def _people(made: list[Copy]) -> None:
    from sereniv.clinic.records.models import Person

    known = {str(person.pk): person for person in Person.objects.all()}
    Person.objects.bulk_create(
        (
            _as_sought(
                id=copy.ids[copy.story.person],
                **{**copy.register, "born": date.fromisoformat(copy.register["born"])},
                sex_at_birth=known[copy.story.person].sex_at_birth,
                indication=known[copy.story.person].indication,
                registered_at=known[copy.story.person].registered_at - timedelta(days=copy.days),
            )
            for copy in made
        ),
        batch_size=1000,
    )


def _rows(made: list[Copy]) -> None:
    from sereniv.clinic.records.models import AppointmentRow, SessionRow

    sessions = {str(row.pk): row for row in SessionRow.objects.all()}
    copied = []
    for copy in made:
        has = {entry[0].partition("/")[2] for entry in copy.story.entries[: copy.length]}
        for each in (name for name in copy.story.sessions if name in has):
            row, back = sessions[each], timedelta(days=copy.days)
            copied.append(
                SessionRow(
                    id=copy.ids[each], person_id=copy.ids[copy.story.person], chair=row.chair, label=row.label,
                    phase=row.phase, opened_at=row.opened_at - back, changed_at=row.changed_at - back,
                    infusion_number=row.infusion_number,
                )
            )  # fmt: skip
    SessionRow.objects.bulk_create(copied, batch_size=1000)
    taken = set(AppointmentRow.objects.filter(state="booked").values_list("chair", "starts_at"))
    booked: dict[str, list[AppointmentRow]] = {}
    for row in AppointmentRow.objects.all():
        booked.setdefault(str(row.person_id), []).append(row)
    appointments = []
    for copy in made:
        for row in booked.get(copy.story.person, ()) if copy.length == len(copy.story.entries) else ():
            back = timedelta(days=copy.days)
            starts = row.starts_at - back
            if (row.chair, starts) not in taken:
                taken.add((row.chair, starts))
                fields = {field.attname: getattr(row, field.attname) for field in row._meta.fields}
                of_copy = {"id": None, "person_id": uuid.UUID(copy.ids[copy.story.person])}
                times = {"starts_at": starts, "ends_at": row.ends_at - back}
                appointments.append(AppointmentRow(**{**fields, **of_copy, **times}))
    AppointmentRow.objects.bulk_create(appointments, batch_size=1000)


def main() -> None:
    """Grow the home named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("people", type=int)
    parser.add_argument("--sessions", type=int, default=0)
    parser.add_argument("--samples", type=int, default=0)
    parser.add_argument("--sitting-hours", type=int, default=0, help="of samples for whoever sits in a chair now")
    options = parser.parse_args()
    os.environ["SERENIV_HOME"] = str(options.home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sereniv.clinic.settings"
    import django

    django.setup()
    from django.db import connection

    from grown_samples import bytes_a_sample, write_samples, write_sitting
    from sereniv.clinic.records import chart_store
    from sereniv.clinic.records.models import SessionRow

    if connection.vendor == "sqlite":
        # A home that is lost with the power is grown again.
        connection.cursor().execute("PRAGMA synchronous=OFF")
    chance = np.random.default_rng(options.people)
    begun = time.perf_counter()
    if options.people:
        write(copies(stories(), options.people, options.sessions, chance))
    written = time.perf_counter()
    samples = write_samples(options.samples) + write_sitting(options.sitting_hours)
    found = {
        "people": options.people,
        "sessions": SessionRow.objects.count(),
        "entries": chart_store.head().seq,
        "entries_s": round(written - begun, 1),
        "samples": samples,
        "samples_s": round(time.perf_counter() - written, 1),
        "grown_s": round(time.perf_counter() - begun, 1),
        "bytes_a_sample": bytes_a_sample(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
