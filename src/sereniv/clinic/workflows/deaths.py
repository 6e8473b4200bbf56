"""Who died at a chair: their sessions say so, and what stands open of them outside of it has to know."""

from collections.abc import Iterable

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id, SessionRow
from sereniv.therapy.session.events import Died


def died_here(people: Iterable[Id]) -> dict[str, str]:
    """Return who of these people died at a chair, by their id, each with a sentence."""
    rows = SessionRow.objects.filter(person_id__in=list(people)).values_list("pk", "person_id")
    whose = {chart_store.session_stream(session): str(person) for session, person in rows}
    if not whose:
        return {}
    found = chart_store.entries_in(list(whose), (Died,))
    return {whose[stream]: f"Died here on {each.at:%d %b %Y}." for stream, each in found}
