"""Acts about conditions, medicines and anaesthetic risk, and a prescriber's word on a written line."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id
from sereniv.clinic.workflows.person.people import record, record_all
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import Knowledge, knowledge
from sereniv.therapy.candidacy.interactions import unread_medicines
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.allergies import unread_allergies
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.conditions import CHECKLISTS, unread_conditions
from sereniv.therapy.person.free_text import line_id
from sereniv.therapy.person.medicines import medicine, recognise
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

ASA_CLASSES = range(1, 6)
MOST_LINES = 60
LONGEST_LINE = 120
LARGEST_DOSE_MG, SMALLEST_DOSE_MG = Decimal(100_000), Decimal("0.0001")
"""What a number typed as mg a day can be at all; no clinical limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One medicine as somebody wrote it: its name, mg a day where said, and whether only as needed."""

    name: str
    daily_mg: Decimal | None = None
    as_needed: bool = False


def is_dose(mg: Decimal) -> bool:
    """Say whether a number can be mg a day at all."""
    return mg.is_finite() and SMALLEST_DOSE_MG <= mg <= LARGEST_DOSE_MG


def record_conditions(
    person_id: Id, which: ev.HistoryList, conditions: Iterable[str], other: Iterable[str], act: Act
) -> ev.ConditionsRecorded:
    """Close a checklist of conditions with those that hold and what was written beside it, or with none.

    Raises
    ------
    Malformed
        When a condition does not stand in this list, or the list is not a checklist of conditions.
    """
    act.permit(Permission.REGISTER_PEOPLE)
    listed = {row.id for row in knowledge().conditions.values() if row.list == which}
    chosen = tuple(sorted(set(conditions)))
    if which not in CHECKLISTS or not listed.issuperset(chosen):
        raise Malformed("Choose from the list; write anything else on the lines beside it.")
    event = ev.ConditionsRecorded(list=which, conditions=chosen, other=_lines(other), asked=tuple(sorted(listed)))
    record(person_id, event, act)
    return event


def list_medicines(person_id: Id, written: Iterable[Written], act: Act) -> ev.MedicinesListed:
    """Write down every medicine, gone through with the patient; an empty list says that they take none.

    Raises
    ------
    Malformed
        When a dose is not above zero, or there are more lines than anybody takes.
    """
    act.permit(Permission.CHART)
    lines = [each for each in written if each.name.strip()]
    if len(lines) > MOST_LINES or any(len(each.name) > LONGEST_LINE for each in lines):
        raise Malformed(f"Write at most {MOST_LINES} lines of at most {LONGEST_LINE} letters.")
    if any(each.daily_mg is not None and not is_dose(each.daily_mg) for each in lines):
        raise Malformed("A daily dose is a plain number above zero; leave it blank where it is not known.")
    known = knowledge().medicines
    medicines = tuple(medicine(each.name, each.daily_mg, each.as_needed, known) for each in lines)
    event = ev.MedicinesListed(medicines=medicines)
    record_all(person_id, [event, ev.MedicinesReviewed()], act)
    return event


def waiting_lines(chart: PersonChart, which: ev.HistoryList, known: Knowledge) -> tuple[str, ...]:
    """Return the written lines of one list that wait for a prescriber."""
    if which is ev.HistoryList.MEDICINES:
        return unread_medicines(chart, known.medicines)
    if which is ev.HistoryList.ALLERGIES:
        return unread_allergies(chart, known)
    return unread_conditions(chart, which, known)


def judge_line(person_id: Id, which: ev.HistoryList, line: str, reason: str, act: Act) -> None:
    """Say, as a prescriber, that a written line was read and that no concern in it is known.

    Raises
    ------
    Refused
        When no such line waits: it was read before, or the list has changed.
    """
    act.permit(Permission.DECIDE_CANDIDACY)
    demand_reason(reason, "Write how you know: where you looked, and what it is.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        waiting = waiting_lines(chart_store.person_chart(person_id), which, rules_in_force(act.now))
        written = next((each for each in waiting if line_id(each) == line), None)
        if written is None:
            raise Refused("written_line", "No such line waits for you: it was read before, or the list has changed.")
        if which is ev.HistoryList.MEDICINES:
            _demand_no_known_medicine(written, reason, rules_in_force(act.now))
        record(person_id, ev.WrittenLineJudged(list=which, written=written, reason=reason.strip()), act)


def _demand_no_known_medicine(written: str, said: str, rules: Knowledge) -> None:
    """Raise Refused where the reason names a medicine that our tables know: no rule would read it where it stands."""
    before = set(recognise(written, rules.medicines).ingredients)
    named = [each.id for each in recognise(said, rules.medicines).ingredients if each not in before]
    if named:
        raise Refused(
            "written_line",
            f"Your words name {', '.join(named)}, which our tables know. If “{written}” is that, write it on the "
            "list by that name, so that the rules read it; if it is not, say what it is without that name.",
        )


def record_anaesthetic_risk(person_id: Id, asa: int, airway: str, act: Act) -> None:
    """Record the ASA class and what was seen of the airway."""
    act.permit(Permission.DECIDE_CANDIDACY)
    if asa not in ASA_CLASSES or not airway.strip():
        raise Malformed("Choose ASA 1 to 5 and write what you saw of the airway.")
    record(person_id, ev.AnaestheticRiskRecorded(asa=asa, airway=airway.strip()), act)


def _lines(written: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(" ".join(line.split()) for line in written if line.strip())
    if len(kept) > MOST_LINES or any(len(line) > LONGEST_LINE for line in kept):
        raise Malformed(f"Write at most {MOST_LINES} lines of at most {LONGEST_LINE} letters.")
    return kept
