"""Acts of candidacy: a concern sent to be evaluated, evaluated, and a candidate decided on."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.orders.order_state import live_order, orders_ended
from sereniv.clinic.workflows.person.people import record
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.joined_records import demand_not_joined
from sereniv.knowledge import Action, Phase
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.candidacy import criteria, evaluations
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.recording.reasons import demand_reason, is_reason, no_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

ASKS_REASON = frozenset({Action.HOLD, Action.GATE, Action.GATE2})
"""A warning is acknowledged by the signature under it; these ask for words."""


def open_evaluation(person_id: Id, asked: ev.EvaluationOpened, act: Act) -> None:
    """Send a concern to somebody to be evaluated: what is asked, of whom, by when."""
    act.permit(Permission.CHART)
    if (
        rules_in_force(act.now).concern(asked.criterion) is None
        or not asked.question.strip()
        or not asked.asked_of.strip()
    ):
        raise Malformed("Write what is asked, and of whom.")
    if asked.due_on is not None and asked.due_on < act.now.date():
        raise Malformed("The day by which it is due has passed. Enter a later one, or leave it empty.")
    record(person_id, asked, act)


def record_evaluation(
    person_id: Id,
    criterion: str,
    finding: str,
    valid_days: int,
    act: Act,
    *,
    evaluator: str = "",
    conclusion: ev.Conclusion = ev.Conclusion.PROCEED,
) -> None:
    """Record the evaluation of a concern: by whom, here or outside, what it came to, and how long it holds."""
    act.permit(Permission.DECIDE_CANDIDACY)
    if rules_in_force(act.now).concern(criterion) is None or not finding.strip() or not 1 <= valid_days <= 365:
        raise Malformed("Write the finding, and for how many days (1 to 365) it holds.")
    if conclusion is ev.Conclusion.NOT_STATED:
        raise Malformed("Choose what the evaluation concludes.")
    event = ev.EvaluationRecorded(
        criterion=criterion,
        evaluator=evaluator.strip() or act.by.full_name,
        finding=finding,
        valid_days=valid_days,
        conclusion=conclusion,
    )
    record(person_id, event, act)


def decide_candidacy(
    person_id: Id, decision: ev.Decision, reason: str, expected_seq: int, act: Act
) -> ev.CandidacyDecided:
    """Sign the prescriber's decision, with every finding it was made on.

    Raises
    ------
    Refused
        When a concern is unknown (eligible cannot rest on what nobody looked at), one shuts the way whatever the
        reason, or an evaluation, a reason or a second signature is missing where a concern asks for one.
    """
    act.permit(Permission.DECIDE_CANDIDACY)
    with chart_store.in_turn():
        demand_not_joined(person_id)
        person = Person.objects.get(pk=person_id)
        chart = chart_store.person_chart(person_id)
        found = criteria.findings(chart, person.registered, Phase.SCREEN, act.now, rules_in_force(act.now))
        if decision is ev.Decision.ELIGIBLE:
            _refuse_ineligible(chart, found, reason, act)
        event = ev.CandidacyDecided(
            decision=decision,
            indication=person.indication,
            reason=reason,
            knowledge_version=rules_in_force(act.now).version,
            findings=tuple(each.taken() for each in found),
        )
        events: list[ev.PersonEvent] = [event]
        if decision is not ev.Decision.ELIGIBLE:
            demand_reason(reason, "Write the reason for this decision.")
            events += orders_ended(person_id, f"{decision.replace('_', ' ').capitalize()}: {reason}", act.now)
        else:
            events += _orders_for_something_else(person, act)
        stream = chart_store.person_stream(person_id)
        news = [New(stream=stream, event=each, at=act.now, expected_seq=expected_seq) for each in events]
        chart_store.append(news, act.writing())
    return event


def _orders_for_something_else(person: Person, act: Act) -> tuple[ev.OrderWithdrawn, ...]:
    """Return what withdraws the live order where its protocol is not for what the person is now decided on for."""
    live, rules = live_order(person.pk, act), rules_in_force(act.now)
    if live is None:
        return ()
    protocol, treated = live.order.terms.protocol, rules.indications.get(person.indication)
    if treated is None or person.indication in rules.protocols[protocol].indications:
        return ()
    return orders_ended(person.pk, f"Decided on for {treated.title}: {protocol} is not for it.", act.now)


def _refuse_ineligible(chart: PersonChart, found: tuple[criteria.Finding, ...], reason: str, act: Act) -> None:
    met = [each for each in found if each.verdict.result is criteria.Result.MET]
    shut = [each for each in met if each.row.refuses]
    if shut:
        raise Refused("candidacy", " ".join(f"{each.row.title}: {each.message}" for each in shut))
    _refuse_unknown(found, rules_in_force(act.now))
    unevaluated = [
        each for each in met if each.row.asks_evaluation and not evaluations.settles(chart, each.row.id, act.now)
    ]
    if unevaluated:
        raise Refused("candidacy", f"Needs evaluation first, with its finding, in date: {_titles(unevaluated)}.")
    weighty = [each for each in met if each.verdict.action in ASKS_REASON]
    if weighty and not is_reason(reason):
        words = f"Write why treatment is right although this holds: {_titles(weighty)}.{no_reason(reason)}"
        raise Refused("candidacy", words)
    if any(each.verdict.action is Action.GATE2 for each in met):
        act.second_person(TwoPersonAct.ELIGIBLE_DESPITE_CONCERN, "candidacy")


def _refuse_unknown(found: tuple[criteria.Finding, ...], knowledge: Knowledge) -> None:
    unknown = [each for each in found if each.verdict.result is criteria.Result.UNKNOWN]
    if unknown:
        titled = (knowledge.scales, knowledge.entered_scores)
        names = "; ".join(f"{each.row.title} (missing {', '.join(each.lacks(*titled))})" for each in unknown)
        raise Refused("candidacy", f"Not yet known: {names}. Missing is never fine: complete it first.")


def _titles(found: list[criteria.Finding]) -> str:
    return ", ".join(each.row.title for each in found)
