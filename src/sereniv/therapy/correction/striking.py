"""What striking an entry does: to the milligrams, to where the session stands, and to what two people signed on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.knowledge.rows import Standing
from sereniv.therapy.correction.reach import Open
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import chart as charts
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.not_theirs import OF_A_MONITOR
from sereniv.therapy.session.resting import OF_THE_PUMP

ENDINGS = (ev.Discharged, ev.TransferredOut, ev.LeftUnseen, ev.Died)
"""How a session ends whatever else is charted: at the wrong chair, whoever sits there is watched by nobody."""
HALTS = (ev.InfusionPaused, ev.InfusionStopped)
"""What is charted of the pump by the answer to a prompt, and with the volume that was read."""
ITS_READING = (
    "The {volume} mL read from the pump's screen with it stay and are held against what was given: strike them too "
    "where it was another pump."
)
GOES_ON = "The patient is here then, and is watched again from now on. Connect the monitor again."
ITS_STOP = "The stop of the pump was charted with it by the same act: say whether it goes with it."
RAN_OR_STOPPED = "Say whether the pump ran on: its stop was charted with the end of this session, by the same act."
ITS_AFTERCARE = "Whether they may leave is judged anew, and check-in and aftercare count from when they do."
NOT_STARTED = (
    "The infusion was not started here then: nothing was given, the order is not used by it, vital signs are due as "
    "before a start, and the gate is judged again before another one. What was drawn stays drawn, and is accounted "
    "for. Where a pump runs into this patient all the same, strike nothing: chart its rate, or that it was stopped."
)
STARTED_LATER = "By what is left the pump ran from {at:%H:%M:%S} on: strike that too where it did not run here."
NOT_THEIRS = (
    "What came by it is not this patient's then: it leaves chart, curves and prompts, and waits among what monitors "
    "sent (named on the board) to be given to whom it belongs to. What was charted from it is asked about. Where it "
    "was this patient's until it was moved to somebody else, do not strike: chart Monitor taken off, with the time of "
    "that."
)
TENTH = Decimal("0.1")
STRIKABLE = (
    ev.VitalsCharted,
    ev.ObservationCharted,
    ev.InterventionCharted,
    ev.MedicineGiven,
    ev.IntervalScreened,
    ev.RemarkCharted,
    ev.InfusionStarted,
    ev.RateChanged,
    ev.RateFound,
    ev.VolumeRead,
    ev.InfusionPaused,
    ev.InfusionResumed,
    ev.InfusionStopped,
    ev.InfusionFoundRunning,
    ev.RecoveryScored,
    *OF_A_MONITOR,
    *ENDINGS,
)
"""Kinds of entry that a person may have charted in error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeEffect:
    """A chart before and after an entry of it is struck, at one moment."""

    before: charts.SessionChart
    after: charts.SessionChart
    now: datetime
    of_the_pump: bool
    of_a_monitor: bool = False
    of_an_ending: bool = False
    of_a_discharge: bool = False
    has_its_stop: bool = False
    its_reading: Recorded[ev.VolumeRead] | None = None

    @property
    def act(self) -> str:
        """The row of the table of acts that this strike is."""
        return "pump_entry_struck" if self.of_the_pump else "entry_struck"

    @property
    def account(self) -> Recorded[ev.DrugReconciled] | None:
        """The account that two people signed and that would count no more, None where it stands."""
        return self.before.reconciled if self.after.reconciled is None else None

    @property
    def signature(self) -> Recorded[ev.NoteSigned] | None:
        """The note's signature that would count no more, None where it stands."""
        return self.before.signed if self.after.signed is None else None

    def words(self) -> tuple[str, ...]:
        """Say what changes with the strike, one sentence each; nothing where nothing does."""
        before, after = _mg(self.before, self.now), _mg(self.after, self.now)
        said = [NOT_THEIRS] if self.of_a_monitor else []
        said += [GOES_ON, *self._of_its_end()] if self.of_an_ending else []
        said += self._of_the_start()
        if self.its_reading is not None:
            said.append(ITS_READING.format(volume=plain(self.its_reading.event.volume_ml)))
        if before != after:
            said.append(f"Given by charted rates: {before} mg now, {after} mg after the strike.")
        if self.before.phase is not self.after.phase:
            said.append(f"The session is charted as {self.after.phase} then; it is {self.before.phase} now.")
        if _runs(self.after) and not _runs(self.before) and self.after.phase is not charts.Phase.INFUSING:
            said.append("The pump is not charted as stopped then: chart when it was.")
        return tuple(said)

    @property
    def mg_after(self) -> Decimal:
        """The milligrams given by charted rates after the strike."""
        return _mg(self.after, self.now)

    def _of_its_end(self) -> list[str]:
        return [ITS_AFTERCARE] if self.of_a_discharge else [ITS_STOP] if self.has_its_stop else []

    def _of_the_start(self) -> list[str]:
        """Say what becomes of the start where it was struck; nothing where it stands."""
        before, after = self.before.started_at, self.after.started_at
        if before is None or before == after:
            return []
        return [NOT_STARTED] if after is None else [STARTED_LATER.format(at=after)]

    @property
    def asks_again(self) -> tuple[str, ...]:
        """The titles of the prompts that were answered by what is struck, and would ask for somebody again."""
        open_before = {each.raised.event.alert for each in self.before.open_alerts}
        raised = (each.raised.event for each in self.after.open_alerts)
        return tuple(each.title for each in raised if each.alert not in open_before)

    def stands_on_it(self) -> Open:
        """Return what stood on the entry and would be reopened: the drug's account, the note, answered prompts."""
        found: dict[Standing, Sequence[str]] = {Standing.PROMPTS: self.asks_again} if self.asks_again else {}
        if self.account is not None:
            done = self.account.event
            found[Standing.DRUG_ACCOUNT] = [f"{plain(done.given_mg)} mg given, {plain(done.wasted_mg)} mg wasted"]
        if self.signature is not None:
            found[Standing.NOTE] = ["the note, which is signed"]
        return found


def why_not_struck(chart: charts.SessionChart, entry: int, name_of: Callable[[str], str]) -> str:
    """Say why an entry of a session cannot be struck; "" where it can."""
    target = next((each for each in chart.entries if each.stream_seq == entry), None)
    if target is None or not isinstance(target.event, STRIKABLE):
        return "This entry cannot be struck. Add a remark that says what is wrong."
    if entry in chart.struck:
        return f"Already struck by {name_of(chart.struck[entry].recorded_by)}."
    if isinstance(target.event, ENDINGS) and chart.signed is not None:
        return (
            "The note of this session is signed: it says how the session ended. Add a remark that says what is wrong."
        )
    return ""


def written_before(chart: charts.SessionChart, entry: int) -> Recorded[ev.SessionEvent] | None:
    """Return what the same act charted directly before an entry, None where nothing that counts."""
    by_number = {each.stream_seq: each for each in chart.entries}
    meant, before = by_number.get(entry), by_number.get(entry - 1)
    if meant is None or before is None or before.stream_seq in chart.struck:
        return None
    together = (before.recorded_at, before.recorded_by) == (meant.recorded_at, meant.recorded_by)
    return before if together else None


def stop_of(chart: charts.SessionChart, entry: int) -> int | None:
    """Return the stop of the pump that the same act charted with an ending, None where none counts."""
    before = written_before(chart, entry)
    stops = before is not None and isinstance(before.event, ev.InfusionStopped)
    return entry - 1 if stops and _is(chart, entry, ENDINGS) else None


def answer_of(chart: charts.SessionChart, entry: int) -> int | None:
    """Return the answer to a prompt that charted a pause or stop of the pump by the same act, None where none did.

    It says what was done: where that did not happen, nobody has acted on the prompt.
    """
    before = written_before(chart, entry)
    answers = before is not None and isinstance(before.event, ev.AlertAcknowledged)
    return entry - 1 if answers and _is(chart, entry, HALTS) else None


def reading_of(chart: charts.SessionChart, entry: int) -> Recorded[ev.VolumeRead] | None:
    """Return the reading of the screen that the same act charted after a pause or stop, None without."""
    read = next((each for each in chart.volumes if each.stream_seq == entry + 1), None)
    with_it = read is not None and written_before(chart, entry + 1) is not None
    return read if with_it and _is(chart, entry, HALTS) else None


def _is(chart: charts.SessionChart, entry: int, kinds: tuple[type[ev.SessionEvent], ...]) -> bool:
    return any(each.stream_seq == entry and isinstance(each.event, kinds) for each in chart.entries)


def struck_together(chart: charts.SessionChart, entry: int, *, ran_on: bool | None) -> tuple[int, ...]:
    """Return an entry to strike with what came by the same act and goes with it.

    That is the answer to a prompt which it was, and of an ending the pump's stop where somebody says that it ran on.

    Raises
    ------
    Malformed
        When it brought a stop along, and nobody says whether the pump ran on.
    """
    stop = stop_of(chart, entry)
    if stop is not None and ran_on is None:
        raise Malformed(RAN_OR_STOPPED)
    others = (stop if ran_on else None, answer_of(chart, entry))
    return (entry, *(each for each in others if each is not None))


def effect(chart: charts.SessionChart, entry: int, now: datetime, *, ran_on: bool = False) -> StrikeEffect:
    """Return what striking an entry, and what goes with it, would do at a moment; nothing is struck."""
    end = chart.entries[-1]
    strikes: list[Recorded[ev.SessionEvent]] = [
        Recorded(
            seq=end.seq + number, stream_seq=end.stream_seq + number, at=now, recorded_at=now, recorded_by="",
            co_signed_by="", event=ev.EntryStruck(entry=each, reason=""),
        )
        for number, each in enumerate(struck_together(chart, entry, ran_on=ran_on), start=1)
    ]  # fmt: skip
    target = next(each.event for each in chart.entries if each.stream_seq == entry)
    after = charts.extended(chart, strikes)
    return StrikeEffect(
        before=chart,
        after=after,
        now=now,
        of_the_pump=isinstance(target, OF_THE_PUMP),
        of_a_monitor=isinstance(target, OF_A_MONITOR),
        of_an_ending=isinstance(target, ENDINGS),
        of_a_discharge=isinstance(target, ev.Discharged),
        has_its_stop=stop_of(chart, entry) is not None,
        its_reading=reading_of(chart, entry),
    )


def _mg(chart: charts.SessionChart, now: datetime) -> Decimal:
    return delivered(chart, chart.stopped_at or now).mg.quantize(TENTH)


def _runs(chart: charts.SessionChart) -> bool:
    return chart.started_at is not None and chart.stopped_at is None
