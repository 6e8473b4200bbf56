"""What a line of the medicines page shows beneath it: what it was recognised as, and what that means for ketamine."""

from dataclasses import dataclass

from sereniv.clinic import clock
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Interaction
from sereniv.therapy.candidacy.interactions import interaction, rules_for
from sereniv.therapy.person.benzodiazepines import CLASS, equivalents, range_words
from sereniv.therapy.person.concern import Known, Result, Verdict
from sereniv.therapy.person.events import Medicine
from sereniv.therapy.person.medicines import MedicineLine, line_of, nearest_name, recognise


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A line looked up: the ingredients found, the words nobody knows, the rules, and the diazepam-equivalent."""

    written: str
    ingredients: tuple[str, ...]
    unknown: str
    nearest: str
    rules: tuple[tuple[Interaction, Verdict], ...]
    diazepam: str


def meaning_of(medicine: Medicine) -> Meaning:
    """Look one line up."""
    known = knowledge().medicines
    line = line_of(medicine, known)
    unknown = " ".join(recognise(medicine.written, known).unknown)
    if not line.wholly and not unknown:
        unknown = medicine.written
    return Meaning(
        written=medicine.written,
        ingredients=tuple(each.id for each in line.ingredients),
        unknown=unknown,
        nearest=nearest_name(medicine.written, known) if unknown else "",
        rules=_rules(line),
        diazepam=range_words(equivalents((line,), known)) if CLASS in line.classes else "",
    )


def _rules(line: MedicineLine) -> tuple[tuple[Interaction, Verdict], ...]:
    """Return the rules that this line alone meets or leaves unknown; together with other lines it may be more."""
    facts = {"medicines": Known(value=(line,), words="")}
    judged = [
        (row, interaction(row, facts, knowledge().medicines)) for row in rules_for(line, rules_in_force(clock.now()))
    ]
    return tuple((row, verdict) for row, verdict in judged if verdict.result is not Result.NOT_MET)
