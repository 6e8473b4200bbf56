"""Of which chairs a tablet may hold the spare sheet: of one whose session is open, and of no restricted record."""

from collections.abc import Iterable
from uuid import UUID

from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.models import SessionRow
from sereniv.therapy.person.access import CareTeams, is_in_doubt, restriction
from sereniv.therapy.session.chart import FINISHED, Phase, SessionChart


def may_rest(row: SessionRow, chart: SessionChart) -> bool:
    """Say whether a sheet of this session may lie on a tablet."""
    if chart.opened is None or chart.phase in FINISHED or chart.phase is Phase.PREPARING:
        return False
    # Restricted, or not known not to be: whoever cares for them, it rests on no tablet. A care team's chart does: at
    # the chair it is open to whoever runs infusions, and with the network gone every patient would lose the sheet.
    record = chart_store.person_chart(row.person.joined_into_id or row.person_id)
    return restriction(record) is None and not is_in_doubt(record, CareTeams())


def sheets_that_stay(sessions: Iterable[str]) -> tuple[UUID, ...]:
    """Return those of the sessions, by the ids that a tablet names, whose sheet may go on lying there."""
    named = frozenset(sessions)
    rows = (row for row in queries.open_sessions().filter(person__erased_at=None) if str(row.pk) in named)
    return tuple(row.pk for row in rows if may_rest(row, chart_store.session_chart_of(row.pk)))
