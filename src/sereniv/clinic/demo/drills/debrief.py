"""What became of a drill: from the sign to the prompt, to who saw it and who acted, and which acts were done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.clinic.demo.drills.playing import Played
from sereniv.clinic.demo.drills.scripts import ActDue, Cue, PromptDue
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.documents.flowsheet import acts
from sereniv.therapy.documents.model import Bullets, Document, Facts, Notice, Paragraph, Section, Table
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session import events as ev

NOT_YET = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something happened, by the ledger, and who did it."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A prompt that had to come: when its sign began, and when it was raised, seen and acted on; None where not."""

    due: PromptDue
    title: str
    rule: str
    sign_at: datetime
    raised: Moment | None = None
    seen: Moment | None = None
    acted: Moment | None = None

    def after_sign(self, moment: Moment | None) -> str:
        """Say how long after its sign something was."""
        return NOT_YET if moment is None else f"{(moment.at - self.sign_at) // timedelta(seconds=1)} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Something that the rows ask for: what they say, and when and by whom it was done; None where it was not."""

    due: ActDue
    asked_by: tuple[str, ...]
    done: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """A drill as it stands at a moment."""

    played: Played
    now: datetime
    responses: tuple[Response, ...]
    done: tuple[Done, ...]

    @property
    def cues(self) -> tuple[Cue, ...]:
        """What could be seen at the chair by now, the newest first."""
        by_now = [each for each in self.played.drill.cues if each.at_s <= self.played.second(self.now)]
        return tuple(reversed(by_now))

    def cue_words(self) -> tuple[str, ...]:
        """Return what could be seen at the chair by now in words, the newest first."""
        began = self.played.began_at
        return tuple(
            f"{each.at_s} s: {self.played.filled(each.words, began + timedelta(seconds=each.at_s))}"
            for each in self.cues
        )

    def seconds_in(self, moment: Moment | None) -> str:
        """Say in which second of the drill something was done."""
        return NOT_YET if moment is None else f"{(moment.at - self.played.began_at) // timedelta(seconds=1)} s"


def debrief(played: Played, now: datetime, rules: Knowledge) -> Debrief:
    """Hold a drill's chart against what had to come and what the rows ask for."""
    return Debrief(
        played=played,
        now=now,
        responses=tuple(_response(played, each, rules) for each in played.drill.prompts),
        done=tuple(_done(played, each, rules) for each in played.drill.acts),
    )


def _first(played: Played, shows: Callable[[ev.SessionEvent], bool]) -> Recorded[ev.SessionEvent] | None:
    """Return the first entry since a drill began that shows something and was not struck, None where none does."""
    counted = (each for each in played.chart.entries if each.stream_seq not in played.chart.struck)
    return next((each for each in counted if each.recorded_at >= played.began_at and shows(each.event)), None)


def _response(played: Played, due: PromptDue, rules: Knowledge) -> Response:
    name = due.alert
    raised = _first(played, lambda event: isinstance(event, ev.AlertRaised) and event.alert == name)
    seen = _first(played, lambda event: isinstance(event, ev.AlertSeen) and name in event.alerts)
    acted = _first(played, lambda event: isinstance(event, ev.AlertAcknowledged) and event.alert == name)
    said = raised.event if raised is not None and isinstance(raised.event, ev.AlertRaised) else None
    return Response(
        due=due,
        title=said.title if said else _title(due, rules),
        rule=said.rule if said else row_words(due.row, rules)[0],
        sign_at=played.began_at + timedelta(seconds=due.sign_s),
        raised=_moment(raised),
        seen=_moment(seen),
        acted=_moment(acted),
    )


def _title(due: PromptDue, rules: Knowledge) -> str:
    """Name a prompt that has not come: by its row, or by itself where it is of no row of the card."""
    row = rules.alerts.get(due.row)
    return row.title if row else due.alert.replace("-", " ").capitalize()


def _moment(entry: Recorded[ev.SessionEvent] | None) -> Moment | None:
    return None if entry is None else Moment(at=entry.recorded_at, by=entry.recorded_by)


def _done(played: Played, due: ActDue, rules: Knowledge) -> Done:
    found = _first(played, lambda event: _shows(due, event))
    asked = tuple(": ".join(row_words(each, rules)) for each in due.rows)
    return Done(due=due, asked_by=asked, done=_moment(found))


def _shows(due: ActDue, event: ev.SessionEvent) -> bool:
    """Say whether an entry shows that something was done: of its kind, and of what the table names."""
    if type(event).__name__ not in due.kinds:
        return False
    match event:
        case ev.VitalsCharted():
            return all(getattr(event, name) is not None for name in due.typed)
        case ev.ObservationCharted(observation=what):
            return what == due.typed.get("observation", what)
        case _:
            return True


def row_words(row: str, rules: Knowledge) -> tuple[str, str]:
    """Return the name and version of a row, and what it says."""
    alert = rules.alerts.get(row)
    if alert is not None:
        message = alert.message.replace("{minutes}", str(alert.repeat_within_min))
        return f"{alert.code} v{alert.version}", message
    code, other = {
        "feed": ("feed", rules.feed),
        "volume": ("A-PUMP", rules.volume),
        "schedule": ("schedule", rules.schedule),
    }[row]
    return f"{code} v{other.version}", other.statement


def document(found: Debrief, setting: Setting) -> Document:
    """Write the debrief of a drill to be printed."""
    played, rule = found.played, setting.knowledge.acknowledgement
    lead = (Notice(text=f"{played.drill.label}. The times are the ledger's; they judge a drill, and no person."),)
    sections = (
        Section(heading="What was played", blocks=(Facts(pairs=_facts(found, setting)),)),
        Section(
            heading="From the sign to the act",
            blocks=(
                _responses(found, setting),
                Paragraph(
                    text=f"Seconds after the sign began. A prompt on which nobody acts goes up after "
                    f"{rule.escalate_after_s} s, and again after {rule.second_role_after_s} s.",
                    small=True,
                ),
            ),
        ),
        Section(heading="What the rows ask for", blocks=(_acts(found, setting),)),
        Section(heading="What could be seen at the chair", blocks=(Bullets(items=_cues(found)),)),
        Section(heading="What was charted", blocks=(Bullets(items=_charted(found, setting)),)),
        Section(heading="To talk about", blocks=(Bullets(items=QUESTIONS, boxes=True),)),
    )
    subject = f"{played.row.chair}, {setting.moment(played.began_at)}"
    stamp = f"Rules {setting.knowledge.version}"
    return setting.document(f"Debrief: {played.drill.title}", subject, sections, lead, stamp)


QUESTIONS = (
    "What was seen first, by whom, and on what: the patient, the monitor, this program?",
    "What was known, and not said aloud?",
    "What stood in the way: a thing, a place, a page, a word?",
    "What do we change, who does it, and by when?",
)


def _facts(found: Debrief, setting: Setting) -> tuple[tuple[str, str], ...]:
    played = found.played
    return (
        ("Crisis", played.drill.story),
        ("Began", setting.moment(played.began_at)),
        ("Looked at", f"{played.second(found.now)} s later"),
        ("Session", str(played.row.pk)),
    )


def _responses(found: Debrief, setting: Setting) -> Table:
    return Table(
        columns=("Prompt", "Row", "Raised", "Seen", "Acted", "By"),
        heads_rows=True,
        rows=tuple(
            (
                each.title,
                each.rule,
                each.after_sign(each.raised),
                each.after_sign(each.seen),
                each.after_sign(each.acted),
                setting.name_of(each.acted.by) if each.acted else "nobody",
            )
            for each in found.responses
        ),
    )


def _acts(found: Debrief, setting: Setting) -> Table:
    return Table(
        columns=("Asked for", "By", "Done in second", "Who"),
        heads_rows=True,
        rows=tuple(
            (
                each.due.title,
                " ".join(each.asked_by),
                found.seconds_in(each.done),
                setting.name_of(each.done.by) if each.done else "NOT DONE",
            )
            for each in found.done
        ),
    )


def _cues(found: Debrief) -> tuple[str, ...]:
    return tuple(reversed(found.cue_words())) or ("Nothing yet.",)


def _charted(found: Debrief, setting: Setting) -> tuple[str, ...]:
    began = found.played.began_at
    since = [each for each in acts(setting, found.played.chart) if each.at >= began]
    return tuple(f"{(each.at - began) // timedelta(seconds=1)} s: {each.words}" for each in since) or ("Nothing.",)
