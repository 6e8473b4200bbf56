"""The clinic's books: backups, rules, checkpoints, the check of the ledger, the watch and the monitors."""

from datetime import datetime, timedelta
from functools import cache

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sereniv.clinic.home import Home, Kind
from sereniv.clinic.operating import heads, pulse
from sereniv.clinic.operating.findings import Finding, Moment, State, span_in_words
from sereniv.clinic.operating.memory import Memory
from sereniv.clinic.operating.plan import Plan
from sereniv.clinic.operating.ways import of_alarms, ways_of_alarms
from sereniv.clinic.records import belonging, chart_store, checked
from sereniv.clinic.records.models import OPEN_PHASES, SessionRow
from sereniv.clinic.workflows.admin import backups as kept
from sereniv.clinic.workflows.chair import monitors as feeds
from sereniv.clinic.workflows.rules import own_groups
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy import monitoring

WATCH = "watch"
WATCH_LATE, WATCH_GONE = timedelta(seconds=10), timedelta(seconds=60)
SIGNED_LATE = timedelta(hours=1)
WHOLE_LATE = timedelta(hours=50)
"""The whole ledger is walked each night: two nights left out are looked at."""


@cache
def _missing_steps() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def database_is_current() -> bool:
    """Say whether the database has all the tables of this program; asked once in a process."""
    return not _missing_steps()


@cache
def _newer(home: Home) -> tuple[str, ...]:
    """Say what a newer program wrote here; asked once in a process, whose start refuses such a home."""
    return tuple(belonging.what_is_newer(home))


def database(moment: Moment) -> Finding:
    """Say whether the database is that of this program."""
    if newer := _newer(moment.home):
        words = f"It is newer than this program: {'; '.join(newer)}."
        return Finding(topic="database", state=State.ACT, words=words, mend="Start it with the newer Sereniv.")
    if database_is_current():
        return Finding(topic="database", state=State.OK, words="It has every step that this program knows.")
    words = f"It lacks {_missing_steps()} step(s) of this program."
    return Finding(topic="database", state=State.ACT, words=words, mend="Start the server once: it brings them.")


def backups(moment: Moment) -> Finding:
    """Say when the home was last backed up, and when a backup was last restored aside."""
    stands = kept.standing(moment.real)
    if stands is None:
        return Finding(topic="backups", state=State.OK, words="A demo needs none.")
    known = stands.state
    made = f"Last made {span_in_words(moment.real - known.made_at)} ago" if known.made_at else "None was made"
    tried = f"restored and read {span_in_words(moment.real - known.restored_at)} ago" if known.restored_at else ""
    if not stands.complaint:
        followed = (
            known.streamed_at and f"; what was written since, {span_in_words(moment.real - known.streamed_at)} ago"
        )
        return Finding(topic="backups", state=State.OK, words=f"{made}{followed or ''}; {tried}.")
    waits = stands.plan is None and not moment.is_live
    return Finding(
        topic="backups",
        state=State.LOOK if waits else State.ACT,
        words=stands.complaint,
        mend="sereniv backup --help; see that the place is there and has room.",
    )


def rules(moment: Moment) -> Finding:
    """Say how many numbers wait for the medical director's signature."""
    waiting = own_groups.waiting(moment.here)
    version = rules_in_force(moment.here).version
    if not waiting:
        return Finding(topic="rules", state=State.OK, words=f"Version {version}; none waits to be signed.")
    return Finding(
        topic="rules",
        state=State.OK if moment.home.kind is not Kind.CLINIC else State.LOOK,
        words=f"Version {version}; {waiting} number{'s wait' if waiting > 1 else ' waits'} to be read and signed.",
        mend="The medical director signs them with another prescriber (Rules, Our own numbers).",
    )


def checkpoints(moment: Moment) -> Finding:
    """Say when the ledger's head was last signed."""
    at = last_signed_at(moment)
    if at is None:
        return Finding(topic="checkpoints", state=State.LOOK, words="None was signed yet.", mend="Start the server.")
    # It is signed by the home's own clock, which a demo may stop and hurry.
    since = span_in_words(moment.here - at)
    is_late = is_served() and moment.home.kind is Kind.CLINIC and moment.here - at > SIGNED_LATE
    return Finding(
        topic="checkpoints",
        state=State.ACT if is_late else State.OK,
        words=f"The ledger’s head was last signed {since} ago.",
        mend="The server signs each quarter of an hour; see its log, then start it anew." if is_late else "",
    )


def last_signed_at(moment: Moment) -> datetime | None:
    """Return when a checkpoint was last signed, None where none reads."""
    return max((each.at for each in heads.signed_of(moment.home.checkpoints_file)), default=None)


def ledger(moment: Moment) -> Finding:
    """Say how far the ledger was checked, and whether it held."""
    faults = checked.faults_found(moment.home)
    if faults:
        return Finding(
            topic="ledger",
            state=State.ACT,
            words=f"It does not hold: {faults[0]}{f' and {len(faults) - 1} more' if len(faults) > 1 else ''}",
            mend="Change nothing. Copy the whole home aside, then run `sereniv verify` and read docs/set-up.md.",
        )
    if not is_served() and moment.home.was_served() and (doubt := belonging.doubt(moment.home)):
        # A server that runs has held it against them at its start, and one that never ran has signed none.
        return Finding(
            topic="ledger",
            state=State.ACT,
            words=f"It is in doubt, and no server starts on it: {doubt.words}",
            mend="Restore database and checkpoints of the same moment from the backup; `sereniv accept-ledger --help`.",
        )
    known = checked.last_checked(moment.home)
    if known is None:
        words = "It was not walked yet; the server does so by itself, or `sereniv verify` now."
        return Finding(topic="ledger", state=State.LOOK if is_served() else State.OK, words=words)
    since = moment.real - known.whole_at
    return Finding(
        topic="ledger",
        state=State.LOOK if since > WHOLE_LATE else State.OK,
        words=f"Sound to entry {known.head.seq} of {chart_store.head().seq}; "
        f"the whole was walked {span_in_words(since)} ago.",
        mend="Check the whole now, on the ledger's page." if since > WHOLE_LATE else "",
    )


def is_served() -> bool:
    """Say whether this process serves the home."""
    return pulse.last(WATCH) is not None


def watch(moment: Moment) -> Finding:
    """Say whether the watch over the chairs goes round."""
    beat = pulse.last(WATCH)
    if beat is None:
        return Finding(topic="watch", state=State.OK, words="The home is not served by this process: nothing to watch.")
    since = moment.real - beat
    state = State.ACT if since > WATCH_GONE else State.LOOK if since > WATCH_LATE else State.OK
    return Finding(
        topic="watch",
        state=state,
        words=f"It last went round {span_in_words(since)} ago.",
        mend="" if state is State.OK else "No prompt is raised meanwhile: watch the patients, start the server anew.",
    )


def monitors(moment: Moment) -> Finding:
    """Say how many monitors send to open sessions, and how many of them are silent."""
    connected, silent = count_of_monitors(moment.here)
    if not connected:
        return Finding(topic="monitors", state=State.OK, words="None is connected to an open session.")
    words = f"{connected} connected, {silent} without a reading."
    mend = "See the chair: the monitor, its cable, and the program that sends for it." if silent else ""
    return Finding(topic="monitors", state=State.LOOK if silent else State.OK, words=words, mend=mend)


def count_of_monitors(here: datetime) -> tuple[int, int]:
    """Count monitors connected to open sessions, and those among them that give no reading now."""
    connected = silent = 0
    for row in SessionRow.objects.filter(phase__in=OPEN_PHASES):
        chart = chart_store.session_chart_of(row.pk)
        if chart.monitor is None:
            continue
        connected += 1
        shown = monitoring.fresh_numerics(chart, feeds.recent(row.pk, here, chart), here, rules_in_force(here))
        silent += not any(sample.value is not None for sample in shown.values())
    return connected, silent


def alarms(moment: Moment, plan: Plan, memory: Memory) -> Finding:
    """Say who is told by the program itself, and whether they could be reached."""
    ways = ways_of_alarms(plan)
    if not ways:
        return Finding(
            topic="alarms",
            state=State.LOOK if moment.home.kind is Kind.CLINIC else State.OK,
            words="Nobody is told: what stands here is seen by whoever looks.",
            mend="Name whom to tell: sereniv outside --help.",
        )
    failing = [f"{way.name}: {why}" for way in ways if (why := memory.of(of_alarms(way)).failure)]
    told = "; ".join(way.name for way in ways)
    if failing:
        mend = "Try it: sereniv outside --try. What is to be told waits meanwhile and is tried again."
        return Finding(topic="alarms", state=State.ACT, words=f"Not delivered. {' '.join(failing)}", mend=mend)
    return Finding(topic="alarms", state=State.OK, words=f"Told by {told}.")
