"""A course told to whoever referred the patient: what was given, what was scored, what was decided; never why."""

from collections.abc import Sequence
from decimal import Decimal

from sereniv.knowledge.rows import Indication, Scale
from sereniv.therapy.documents.afterwards import afterwards
from sereniv.therapy.documents.answering import prescriber_line
from sereniv.therapy.documents.decided import course_events
from sereniv.therapy.documents.departure import felt_words, given_words
from sereniv.therapy.documents.model import (
    Block,
    Bullets,
    Document,
    Facts,
    Notice,
    Paragraph,
    Section,
    Table,
)
from sereniv.therapy.documents.plan import definitions, spaced
from sereniv.therapy.documents.response_picture import response_picture
from sereniv.therapy.documents.setting import Patient, Setting
from sereniv.therapy.documents.told_elsewhere import given_elsewhere
from sereniv.therapy.followup import response
from sereniv.therapy.followup.scales import band, blank_items
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.conditions import CHECKLISTS, allergies_of, conditions_of
from sereniv.therapy.person.elsewhere import unasked_here
from sereniv.therapy.person.events import HistoryList, Risk, ScaleAnswered, ScoreEntered
from sereniv.therapy.person.medicines import medicines_of, said
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.safety import suicide
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.ran import Ran, ran_of
from sereniv.therapy.treatment.course import Course

NEVER_CAUSAL = (
    "This tells what was given and what was recorded. Nobody else was compared: the scores of one course cannot show "
    "what caused a change. The use is off-label."
)


def course_summary(
    setting: Setting,
    patient: Patient,
    chart: PersonChart,
    indication: str,
    sessions: Sequence[SessionChart],
    changes: Sequence[str] = (),
    courses: Sequence[Course] = (),
) -> Document:
    """Write the course of one patient; `sessions` oldest first. What is missing is said.

    `changes` are sentences that compare scores with the baseline.
    """
    row = setting.knowledge.indications.get(chart.decisions[-1].event.indication if chart.decisions else indication)
    scale = setting.knowledge.scales.get(row.primary_scale) if row else None
    ran = sorted((each for each in map(ran_of, sessions) if each is not None), key=lambda each: each.began)
    first = courses[-1].first if courses else next(iter(ran), None)
    what_for = (("Indication", row.title), ("What is known", row.evidence_line)) if row else ()
    sections = (
        Section(heading="What for", blocks=(Facts(pairs=what_for),) if what_for else ()),
        Section(heading="Infusions", blocks=_infusions(setting, chart, sessions)),
        *((course_events(setting, chart, courses),) if courses else ()),
        *afterwards(setting, chart),
        Section(
            heading="Scores",
            blocks=(
                *_curve(setting, chart, scale, sessions, row, first),
                *_scores(setting, chart, scale, sessions, row, first),
                *_changes(changes),
            ),
        ),
        Section(heading="Thoughts of suicide", blocks=_safety(setting, chart)),
        Section(heading="Decisions", blocks=_decisions(setting, chart)),
        Section(heading="Known of the patient", blocks=(Facts(pairs=_known(setting, chart)),)),
        Section(heading="Signature", blocks=(prescriber_line(setting, chart.orders[-1] if chart.orders else None),)),
    )
    return setting.document(
        "Course summary",
        setting.about(patient),
        sections,
        (Notice(text=NEVER_CAUSAL),),
        f"Rules {setting.knowledge.version}",
    )


UNREADABLE = "cannot be read"
"""What stands where the entry that opened a session does not decode: its order is not known."""


def _infusions(setting: Setting, chart: PersonChart, sessions: Sequence[SessionChart]) -> tuple[Block, ...]:
    run = [each for each in sessions if each.started_at is not None]
    elsewhere = given_elsewhere(setting, chart, [each.started_at for each in run if each.started_at is not None])
    if not run:
        return (Paragraph(text="No infusion was given here." if elsewhere else "No infusion was given."), *elsewhere)
    rows = tuple(_infusion(setting, each) for each in run)
    columns = ("No.", "When", "Ordered", "Given", "Highest pressure", "Side effects charted", "Out of the ordinary")
    return (Table(columns=columns, rows=rows), *elsewhere)


def _infusion(setting: Setting, chart: SessionChart) -> tuple[str, ...]:
    unusual = [*chart.deviations]
    if chart.help_called:
        unusual.append("help was called")
    if chart.emergencies.opened:
        unusual.append("an emergency was opened")
    if chart.transferred:
        unusual.append(f"transferred to {chart.transferred.event.where}: {chart.transferred.event.reason}")
    if chart.discharged and chart.discharged.event.exception:
        unusual.append(f"discharge by exception: {chart.discharged.event.exception}")
    when = setting.moment(chart.started_at) if chart.started_at else "not started"
    number, ordered, given = (UNREADABLE,) * 3
    if chart.opened is not None:
        plan = chart.plan
        number = str(plan.infusion_number)
        ordered = f"{plain(plan.dose_mg_per_kg)} mg/kg, {plain(plan.dose_mg)} mg over {plan.duration_min} min"
        given = given_words(chart, setting.now) + ("" if chart.stopped_at else ", still running")
    return (
        number,
        when,
        ordered,
        given,
        _highest_pressure(chart),
        felt_words(chart),
        "; ".join(unusual) or "nothing charted",
    )


def _highest_pressure(chart: SessionChart) -> str:
    pairs = [
        (each.event.systolic, each.event.diastolic)
        for each in chart.usable_vitals()
        if each.event.systolic is not None and each.event.diastolic is not None
    ]
    return "{}/{} mmHg".format(*map(plain, max(pairs))) if pairs else "not charted"


def _scores(
    setting: Setting,
    chart: PersonChart,
    scale: Scale | None,
    sessions: Sequence[SessionChart],
    treated: Indication | None,
    first: Ran | None,
) -> tuple[Block, ...]:
    entered = [(each.at, _total_only(setting, each)) for each in chart.all(ScoreEntered)]
    answered = sorted([*((each.at, _score(setting, each)) for each in chart.scores), *entered])
    blocks: list[Block] = [Paragraph(text=definitions(scale, treated))] if scale else []
    if answered:
        rows = tuple(row for _, row in answered)
        blocks.append(Table(columns=("When", "Scale", "Total", "Band", "Missing"), rows=rows))
    blocks += [Paragraph(text=words) for words in _missing(chart, scale, sessions, first)]
    return tuple(blocks)


def _curve(
    setting: Setting,
    chart: PersonChart,
    scale: Scale | None,
    sessions: Sequence[SessionChart],
    treated: Indication | None,
    first: Ran | None,
) -> tuple[Block, ...]:
    picture = response_picture(setting, chart, scale, sessions, treated, first.began if first else None)
    return (picture,) if picture else ()


def _changes(changes: Sequence[str]) -> tuple[Block, ...]:
    return (Bullets(items=tuple(changes)),) if changes else ()


def _score(setting: Setting, answered: Recorded[ScaleAnswered]) -> tuple[str, ...]:
    event = answered.event
    scale = setting.knowledge.scales.get(event.scale)
    blank = blank_items(scale, event.answers)
    total = "no total" if event.total is None else plain(Decimal(event.total))
    return (
        setting.moment(answered.at),
        scale.title if scale else event.scale,
        total,
        (band(scale, event.total) if scale else "") or "–",
        f"item {', '.join(blank)}" if blank else "nothing",
    )


def _total_only(setting: Setting, entered: Recorded[ScoreEntered]) -> tuple[str, ...]:
    event = entered.event
    scale = setting.knowledge.scales.get(event.scale)
    name = (band(scale, Decimal(event.total)) if scale else "") or "–"
    return (setting.moment(entered.at), scale.title if scale else event.scale, str(event.total), name, "total only")


def _missing(
    chart: PersonChart, scale: Scale | None, sessions: Sequence[SessionChart], first: Ran | None
) -> tuple[str, ...]:
    """Say which scores a reader would look for and does not find; `first` is the first infusion of the course."""
    if scale is None:
        return ("No scale is set for this indication.",)
    ran = sorted((each for each in map(ran_of, sessions) if each is not None), key=lambda each: each.began)
    complete = [each.at for each in response.points(chart, scale)]
    said = []
    if first is not None and not any(at <= first.began for at in complete):
        said.append(
            f"Missing: no complete {scale.title} from before the first infusion, so no change can be worked out."
        )
    if ran and not any(ran[-1].is_over_before(at) for at in complete):
        said.append(f"Missing: no complete {scale.title} since the last infusion.")
    if not ran and not complete:
        said.append(f"Missing: no complete {scale.title}.")
    return tuple(said)


def _safety(setting: Setting, chart: PersonChart) -> tuple[Block, ...]:
    rules = setting.knowledge
    answered = sorted(
        (each for each in chart.scores if suicide.asks(rules.scales.get(each.event.scale), each.event)),
        key=lambda each: each.at,
    )
    said = [Paragraph(text="Not asked.")]
    if answered:
        last = answered[-1]
        scale = rules.scales[last.event.scale]
        answer = suicide.answer_of(scale, last.event)
        words = "left blank" if answer is None else str(answer)
        waits = any(each.entry == last.stream_seq for each in suicide.not_asked(chart, rules))
        asked = " Not yet taken up in person." if waits else ""
        said = [Paragraph(text=f"{scale.title} item {scale.safety_item}, {setting.moment(last.at)}: {words}.{asked}")]
    waiting = tuple(each.words() for each in suicide.waiting(chart, rules))
    taken = tuple(_taken_up(setting, each) for each in suicide.opened(chart, rules) if each.is_closed)
    return (*said, *((Bullets(items=(*waiting, *taken[-1:])),) if waiting or taken else ()))


def _taken_up(setting: Setting, item: suicide.Opened) -> str:
    if item.asked is None:
        return ""
    event = item.asked.event
    risk = f" Risk {spaced(event.risk)}." if event.risk is not Risk.NOT_STATED else ""
    return f"{item.title} taken up in person, {setting.moment(item.asked.at)}: {event.finding}{risk}"


def _decisions(setting: Setting, chart: PersonChart) -> tuple[Block, ...]:
    rows = tuple(
        (
            setting.moment(each.at),
            spaced(each.event.decision),
            each.event.reason or "none given",
            setting.people(each.recorded_by, each.co_signed_by),
        )
        for each in chart.decisions
    )
    if not rows:
        return (Paragraph(text="A prescriber has not decided yet."),)
    return (Table(columns=("When", "Decision", "Reason", "By"), rows=rows),)


def _known(setting: Setting, chart: PersonChart) -> tuple[tuple[str, str], ...]:
    rules, listed, allergies = setting.knowledge, medicines_of(chart), allergies_of(chart)
    found = [(rules.lists[which].title, _conditions(setting, chart, which)) for which in CHECKLISTS]
    taken = None if listed is None else [said(each) for each in listed.event.medicines]
    found.append(("Medicines", _dated(setting, taken, listed) + unasked_here(chart, listed)))
    title = "ALLERGIES" if allergies is not None and allergies.event.entries else "Allergies"
    said_of = _dated(setting, allergies.event.entries if allergies else None, allergies)
    found.append((title, said_of + unasked_here(chart, allergies)))
    return tuple(found)


def _conditions(setting: Setting, chart: PersonChart, which: HistoryList) -> str:
    """Say what holds of a checklist; an old list of free lines is told until the checklist was gone through."""
    asked, written = conditions_of(chart, which), chart.history(which)
    if asked is None:
        return _dated(setting, written.event.entries if written else None, written)
    rows = setting.knowledge.conditions
    holds = [rows[name].title if name in rows else name for name in asked.event.conditions]
    return _dated(setting, (*holds, *asked.event.other), asked)


def _dated(setting: Setting, entries: Sequence[str] | None, recorded: Recorded[object] | None) -> str:
    if entries is None or recorded is None:
        return "not gone through"
    return f"{'; '.join(entries) or 'none'}, {setting.day(recorded.at)}"
