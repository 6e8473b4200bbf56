"""What is written down when thoughts of suicide are taken up in person: the answers, and the level they point to."""

from collections.abc import Mapping

from sereniv.knowledge.rows import Knowledge, TakeUpRule
from sereniv.therapy.person.events import Risk, SafetyAsked
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed


def least(questions: Mapping[str, str], knowledge: Knowledge) -> Risk:
    """Return the level to which the answers point: the highest of which one set of answers is given."""
    reached = [
        row
        for row in knowledge.risk.values()
        if any(all(questions.get(name) == answer for name, answer in given.items()) for given in row.when)
    ]
    return Risk(max(reached, key=lambda row: row.order).id) if reached else Risk.NONE_FOUND


def demand_whole(asked: SafetyAsked, knowledge: Knowledge) -> None:
    """Ask for everything without which an item is not taken up; what the level asks for besides may still follow.

    Raises
    ------
    Malformed
        When a question is not answered, a value is none of the row's, the level is not stated, or it is lower than
        the answers point to without a reason.
    """
    row = knowledge.take_up
    _demand_answers(asked, row)
    _demand_names(asked, row)
    if asked.risk is Risk.NOT_STATED:
        raise Malformed("Choose the level of risk that you found.")
    demand_reason(asked.finding, "Write in words what you found, and what was done.")
    pointed = knowledge.risk[least(asked.questions, knowledge)]
    if knowledge.risk[asked.risk].order < pointed.order:
        demand_reason(
            asked.why_lower,
            f"These answers point to {pointed.title.lower()}: {pointed.statement[:1].lower()}{pointed.statement[1:]}. "
            "You may find it lower: write why.",
        )


def _demand_answers(asked: SafetyAsked, row: TakeUpRule) -> None:
    for name, question in row.questions.items():
        if asked.questions.get(name) not in question.answers:
            raise Malformed(f"{question.label}: ask, and choose what they answered.")
    if set(asked.questions) != set(row.questions):
        raise Malformed("These are not the questions that are asked now. Open the page again.")


def _demand_names(asked: SafetyAsked, row: TakeUpRule) -> None:
    known = (
        ((asked.asked_by,), row.asked_by),
        (asked.done, row.done),
        ((asked.safety_plan,) if asked.safety_plan else (), row.safety_plan),
        (asked.told, row.told),
    )
    if any(not set(given) <= set(names) for given, names in known):
        raise Malformed("One of these choices is none of ours. Open the page again.")
