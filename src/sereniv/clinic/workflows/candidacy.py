"""Acts of candidacy: a concern evaluated, a candidate decided on."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.people import record
from sereniv.knowledge import Action, Phase, knowledge
from sereniv.therapy import candidacy
from sereniv.therapy import person_events as ev
from sereniv.therapy.refusal import Malformed, Refused


def record_evaluation(person_id: Id, criterion: str, finding: str, valid_days: int, act: Act) -> None:
    """Record the evaluation of a concern, by whom and how long it holds."""
    act.permit(Permission.DECIDE_CANDIDACY)
    if knowledge().concern(criterion) is None or not finding.strip() or not 1 <= valid_days <= 365:
        raise Malformed("Write the finding, and for how many days (1 to 365) it holds.")
    event = ev.EvaluationRecorded(
        criterion=criterion, evaluator=act.by.full_name, finding=finding, valid_days=valid_days
    )
    record(person_id, event, act)


def decide_candidacy(
    person_id: Id, decision: ev.Decision, reason: str, expected_seq: int, act: Act
) -> ev.CandidacyDecided:
    """Sign the prescriber's decision, with every finding it was made on.

    Raises
    ------
    Refused
        When a concern is unknown (eligible cannot rest on what nobody looked at), a reason or a second
        signature is missing where a concern asks for one.
    """
    act.permit(Permission.DECIDE_CANDIDACY)
    with chart_store.in_turn():
        person = Person.objects.get(pk=person_id)
        chart = chart_store.person_chart(person_id)
        found = candidacy.findings(chart, person.registered, Phase.SCREEN, act.now, knowledge())
        if decision is ev.Decision.ELIGIBLE:
            _refuse_ineligible(person_id, found, reason, act)
        event = ev.CandidacyDecided(
            decision=decision,
            indication=person.indication,
            reason=reason,
            knowledge_version=knowledge().version,
            findings=tuple(each.taken() for each in found),
        )
        if decision is not ev.Decision.ELIGIBLE and not reason.strip():
            raise Malformed("Write the reason for this decision.")
        new = New(stream=chart_store.person_stream(person_id), event=event, at=act.now, expected_seq=expected_seq)
        chart_store.append([new], act.writing())
    return event


def _refuse_ineligible(person_id: Id, found: tuple[candidacy.Finding, ...], reason: str, act: Act) -> None:
    unknown = [each for each in found if each.verdict.result is candidacy.Result.UNKNOWN]
    if unknown:
        names = "; ".join(
            f"{each.row.title} (missing {', '.join(name.replace('_', ' ') for name in each.verdict.missing)})"
            for each in unknown
        )
        raise Refused("candidacy", f"Not yet known: {names}. Missing is never fine: complete it first.")
    met = [each for each in found if each.stands_in_the_way]
    chart = chart_store.person_chart(person_id)
    unevaluated = [each for each in met if each.row.asks_evaluation and not chart.evaluated(each.row.id, act.now)]
    if unevaluated:
        names = ", ".join(each.row.title for each in unevaluated)
        raise Refused("candidacy", f"Needs evaluation first, with its finding, in date: {names}.")
    if met and not reason.strip():
        titles = ", ".join(each.row.title for each in met)
        raise Refused("candidacy", f"Write why treatment is right although this holds: {titles}.")
    if any(each.verdict.action is Action.GATE2 for each in met):
        act.second_person(Permission.CO_SIGN, "candidacy")
