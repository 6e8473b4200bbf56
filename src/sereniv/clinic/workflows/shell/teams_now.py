"""The care teams as they stand: whoever asks who opens a record reads them."""

from datetime import datetime

from sereniv.clinic.records import over_streams
from sereniv.clinic.records.house_events import CareTeamEntered
from sereniv.clinic.workflows.shell.in_force import asked_once, forget_answer, rules_in_force
from sereniv.therapy.person.access import CareTeam, CareTeams

STREAMS = "care-team/"
UNREAD = "a care team that cannot be read"
ASKED = "care teams"


def teams_now(now: datetime) -> CareTeams:
    """Return the care teams that there are, and whether charts are kept to them now."""
    restricts = rules_in_force(now).care_teams.restricts == 1
    return CareTeams(restricts=restricts, named=asked_once(ASKED, _named))


def _named() -> dict[str, CareTeam]:
    """Read each team by its newest entry; of one that does not read nobody is known to work in it."""
    read = over_streams.as_they_read(over_streams.streams(STREAMS), (CareTeamEntered,))
    found = {}
    for stream, entries in read.items():
        team, event = stream.removeprefix(STREAMS), entries[-1].event
        if not isinstance(event, CareTeamEntered):
            found[team] = CareTeam(id=team, name=UNREAD, members=())
        elif event.is_active:
            found[team] = CareTeam(id=team, name=event.name, members=event.members)
    return found


def read_anew() -> None:
    """Ask again at the next question: a team has just been changed."""
    forget_answer(ASKED)
