"""For how long what monitors sent is kept, and letting go what is older: two sign each, and nothing goes unproven.

Without a rule of the clinic's everything is kept for ever. What is let go goes in the background, session by session,
once it was read again and is all there as its digests say.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store, checked, over_streams, projections, sample_digests
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import CLOSED_PHASES, Id, LetGoRow, SampleWord, SessionRow
from sereniv.clinic.records.sample_digests import STREAM
from sereniv.clinic.records.sample_events import SamplesKept, SamplesLetGo, SessionDigest
from sereniv.clinic.workflows.chair.device_words import MARKED, amended_of
from sereniv.clinic.workflows.shell.acting import Act, names_of_staff
from sereniv.clinic.workflows.shell.this_clinic import home_zone, served_home
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session.events import EntryStruck

RULE = "samples kept"
FEWEST_YEARS, MOST_YEARS = 1, 100
"""Between these a clinic chooses; ours (default): what a year's course rests on is never let go."""

MOST_AT_ONCE = 500
"""Sessions in one entry, the oldest first: what two sign can be looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be let go now: the sessions of before a day, the oldest first, and how many more would follow."""

    before: date
    sessions: tuple[SessionDigest, ...]
    first: datetime | None
    last: datetime | None
    more: int
    last_entry: int
    """The last entry that holds a digest of theirs."""

    @property
    def samples(self) -> int:
        """How many samples in all."""
        return sum(each.samples for each in self.sessions)

    @property
    def mark(self) -> str:
        """What tells this preview from any other: a signature is for what was shown."""
        return sha256(repr((self.before, self.sessions)).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One time that two let samples go: the entry, how many sessions, and of how many they are still to go."""

    let_go: Recorded[SamplesLetGo]
    waiting: int

    @property
    def samples(self) -> int:
        """How many samples in all."""
        return sum(each.samples for each in self.let_go.event.sessions)


def rule() -> Recorded[SamplesKept] | None:
    """Return what two signed last about how long samples are kept; None where nobody ever did: for ever."""
    found = [narrowed(each, each.event) for _, each in _entries(SamplesKept) if isinstance(each.event, SamplesKept)]
    return found[-1] if found else None


def let_go_so_far() -> tuple[Standing, ...]:
    """Return each time that two let samples go, the newest first."""
    told = [narrowed(each, each.event) for _, each in _entries(SamplesLetGo) if isinstance(each.event, SamplesLetGo)]
    return tuple(
        Standing(let_go=each, waiting=LetGoRow.objects.filter(entry=each.seq, gone_at=None).count())
        for each in reversed(told)
    )


def _entries(kind: type[SamplesKept | SamplesLetGo]) -> list[tuple[str, Recorded[object]]]:
    return [(stream, each) for stream, each in over_streams.entries_of_kind(kind) if stream == STREAM]


def keep_for(years: int | None, reason: str, act: Act) -> None:
    """Sign for how many years samples are kept at least; None keeps them for ever again. Nothing is let go by it.

    Raises
    ------
    Malformed
        When the number is none that may be, or nobody wrote why.
    Refused
        When the two signers are not medical director and administrator.
    """
    act.permit(Permission.ERASE)
    act.second_person(TwoPersonAct.SAMPLES_LET_GO, RULE)
    if years is not None and not FEWEST_YEARS <= years <= MOST_YEARS:
        raise Malformed(f"Choose from {FEWEST_YEARS} to {MOST_YEARS} years, or keep them for ever.")
    why = demand_reason(reason, "Write on which law or rule of the clinic's this rests.")
    with chart_store.in_turn():
        chart_store.append([New(stream=STREAM, event=SamplesKept(years=years, reason=why), at=act.now)], act.writing())


def preview(now: datetime) -> Preview | None:
    """Return what would be let go by the clinic's rule, None where it keeps all."""
    standing = rule()
    if standing is None or standing.event.years is None:
        return None
    before = _years_back(now.astimezone(home_zone()).date(), standing.event.years)
    parts = sample_digests.parts_of_sessions()
    stays = {*map(str, LetGoRow.objects.values_list("pk", flat=True)), *_charted_otherwise(parts)}
    chosen = [(pk, opened) for pk, opened in _over_since(before) if pk in parts and pk not in stays]
    shown = chosen[:MOST_AT_ONCE]
    return Preview(
        before=before,
        sessions=tuple(sample_digests.whole_of(pk, parts[pk]) for pk, _ in shown),
        first=shown[0][1] if shown else None,
        last=shown[-1][1] if shown else None,
        more=len(chosen) - len(shown),
        last_entry=max((part.entry for pk, _ in shown for part in parts[pk]), default=0),
    )


def _charted_otherwise(sent_to: Collection[str]) -> set[str]:
    """Return the sessions with something charted from the monitor of which it says otherwise since.

    Note and chart tell so by the samples, and theirs stay.
    """
    corrected = SampleWord.objects.exclude(kind=MARKED).values_list("session_id", flat=True).distinct()
    struck = (stream.partition("/")[2] for stream, _ in over_streams.entries_of_kind(EntryStruck))
    asked = {*map(str, corrected), *struck} & set(sent_to)
    return {each for each in asked if amended_of(each, chart_store.session_chart_of(each))}


def _over_since(before: date) -> list[tuple[str, datetime]]:
    """Return the sessions that are over and were opened before a day, the oldest first."""
    begins = datetime.combine(before, time(), home_zone()).astimezone(UTC)
    over = SessionRow.objects.filter(opened_at__lt=begins, phase__in=CLOSED_PHASES).order_by("opened_at", "pk")
    return [(str(pk), opened_at) for pk, opened_at in over.values_list("pk", "opened_at")]


def _years_back(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def let_go(shown: str, reason: str, act: Act) -> int:
    """Let go what the preview showed; returns of how many sessions. Their samples go in the background.

    Parameters
    ----------
    shown
        The mark of the preview that both signers saw.

    Raises
    ------
    Malformed
        When nobody wrote why.
    Refused
        When the two signers are not medical director and administrator, the clinic keeps everything, there is nothing
        older or something else than was shown, or the whole was not found sound since these samples came.
    """
    act.permit(Permission.ERASE)
    act.second_person(TwoPersonAct.SAMPLES_LET_GO, RULE)
    why = demand_reason(reason, "Write on which law or rule of the clinic's this rests.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return 0
        found = preview(act.now)
        if found is None:
            raise Refused(RULE, "The clinic keeps what monitors sent for ever. Sign first for how long it is kept.")
        if not found.sessions:
            raise Refused(RULE, f"Nothing is kept that is from before {found.before:%d %b %Y}.")
        if found.mark != shown:
            raise Refused(RULE, "It is not what you were shown any more. Open the page again and look through it.")
        _demand_walked_whole(found)
        event = SamplesLetGo(before=found.before, sessions=found.sessions, reason=why)
        (entry,) = chart_store.append([New(stream=STREAM, event=event, at=act.now)], act.writing())
        LetGoRow.objects.bulk_create(projections.let_go_rows(narrowed(entry, event)))
    return len(found.sessions)


def _demand_walked_whole(found: Preview) -> None:
    """Refuse unless the last walk of the whole held, and came after every digest of these samples."""
    known = checked.last_checked(served_home())
    if checked.faults_found(served_home()) or known is None or known.whole_seq < found.last_entry:
        raise Refused(
            RULE,
            "The ledger was not found whole since these samples came. Let the whole be checked on the ledger's page; "
            "what it finds is cleared up first.",
        )


def words_of(session_id: Id) -> str:
    """Say by whom and when the samples of a session were let go, how many, and with which proof; "" where they stay."""
    row = LetGoRow.objects.filter(pk=session_id).first()
    if row is None:
        return ""
    name_of = names_of_staff()
    at = row.signed_at.astimezone(home_zone())
    return (
        f"What the monitor sent was let go on {at:%d %b %Y} by {name_of(row.signed_by)} with "
        f"{name_of(row.co_signed_by)}: {row.samples} samples, proof {row.sha256[:12]}, entry {row.entry} of the ledger."
    )
