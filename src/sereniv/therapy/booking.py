"""What speaks against holding a time for an infusion: asked, answered in words, and in sight; never refused."""

from datetime import datetime

from sereniv.knowledge.rows import ConsentRule, Knowledge
from sereniv.therapy import suicide
from sereniv.therapy.consent import ConsentState, consent
from sereniv.therapy.patient import PersonChart
from sereniv.therapy.person_events import CandidacyDecided, Decision, LevelOfCare, LevelOfCareDecided, Purpose


def doubts(chart: PersonChart, purpose: Purpose, now: datetime, rules: Knowledge) -> tuple[str, ...]:
    """Say what speaks against an infusion of this person being booked, the gravest first; nothing for other visits."""
    if purpose is not Purpose.INFUSION:
        return ()
    found = [
        _of_decision(chart),
        _of_suicide_item(chart, rules),
        _of_level_of_care(chart),
        _of_consent(chart, now, rules.consent),
    ]
    return tuple(each for each in found if each)


def _of_decision(chart: PersonChart) -> str:
    last = chart.last(CandidacyDecided)
    if last is None:
        return "Nobody has decided yet whether they are eligible."
    when, why = f"{last.at:%d %b %Y}", last.event.reason.strip().rstrip(".")
    said = f", {when}{f': {why}' if why else ''}."
    match last.event.decision:
        case Decision.DECLINED:
            return f"Declined{said}"
        case Decision.NEEDS_EVALUATION:
            return f"Needs evaluation first{said}"
        case Decision.ELIGIBLE:
            return ""


def _of_suicide_item(chart: PersonChart, rules: Knowledge) -> str:
    waiting = suicide.waiting(chart, rules)
    return waiting[0].words() if waiting else ""


def _of_level_of_care(chart: PersonChart) -> str:
    last = chart.last(LevelOfCareDecided)
    if last is None or last.event.level is LevelOfCare.OUTPATIENT:
        return ""
    return f"The level of care is {last.event.level} since {last.at:%d %b %Y}."


def _of_consent(chart: PersonChart, now: datetime, rule: ConsentRule) -> str:
    stands = consent(chart, now, rule)
    return stands.words() if stands.state is ConsentState.WITHDRAWN else ""
