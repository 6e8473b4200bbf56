"""How what is appended to a stream is folded onto the chart of it, for each kind of stream that has one."""

from typing import cast

from sereniv.clinic.records import folds, reading
from sereniv.therapy import custody
from sereniv.therapy.person import chart as patient
from sereniv.therapy.person import events as person_events
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session import chart as session_chart
from sereniv.therapy.session import events as session_events


def person(so_far: patient.PersonChart | None, added: folds.Entries) -> patient.PersonChart:
    """Fold entries onto a person's chart."""
    more, before = reading.told(added), so_far or patient.PersonChart()
    entries = cast("tuple[Recorded[person_events.PersonEvent], ...]", more.entries)
    return patient.chart_of(
        (*before.entries, *entries),
        unread=(*before.unread, *more.unread),
        erased=(*before.erased, *more.erased),
    )


def session(so_far: session_chart.SessionChart | None, added: folds.Entries) -> session_chart.SessionChart:
    """Fold entries onto a session's chart."""
    more = reading.told(added)
    entries = cast("tuple[Recorded[session_events.SessionEvent], ...]", more.entries)
    if so_far is None:
        return session_chart.chart_of(entries, more.unread)
    return session_chart.extended(so_far, entries, more.unread)


def vial(so_far: custody.Vial | None, added: folds.Entries) -> custody.Vial:
    """Fold entries onto a vial."""
    more, before = reading.told(added), so_far or custody.vial_of(())
    entries = cast("tuple[Recorded[custody.StockEvent], ...]", more.entries)
    return custody.vial_of((*before.entries, *entries), (*before.unread, *more.unread))
