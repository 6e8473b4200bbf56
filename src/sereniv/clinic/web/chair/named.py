"""How a sign that somebody named in words is charted: by one tap, or on the page that grades or measures it."""

from dataclasses import dataclass

from sereniv.clinic import clock
from sereniv.clinic.web.shell.acts import Caution
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.monitoring.alert_limits import CHARTED_FIELDS
from sereniv.therapy.monitoring.said import signs_said
from sereniv.therapy.monitoring.suicide_said import SAID_OF_SUICIDE
from sereniv.therapy.recording.phrases import names_suicide
from sereniv.therapy.session.chart import FINISHED, Phase
from sereniv.therapy.session.events import IS_THERE_OR_NOT, Observation
from sereniv.therapy.session.written import SAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What is offered beside the question: buttons that chart, each with its words, and what is graded elsewhere."""

    taps: tuple[tuple[str, str], ...] = ()
    graded: str = ""
    """The observation whose grades stand on a page of their own; "" where it is a vital sign, or there or not."""
    measured: bool = False
    asked: bool = False
    """True where a question is put in person, on a page of its own."""


def named(alert: str, rules: Knowledge) -> Named | None:
    """Return what is offered for a prompt that asks about a named sign, None for every other prompt."""
    if not alert.startswith(SAID):
        return None
    if alert == SAID_OF_SUICIDE:
        return Named(asked=True)
    rule = rules.alerts[alert.removeprefix(SAID)]
    sign = rule.reads[0]
    if sign in CHARTED_FIELDS:
        return Named(measured=True)
    if sign in set(IS_THERE_OR_NOT):
        return Named(taps=((f"{sign} 1", rule.title), (f"{sign} 0", "Not there")))
    worst = tuple((f"{sign} {grade}", rule.title) for grade in rule.from_any.values())
    return Named(taps=worst, graded=Observation(sign))


def told_after_the_session(text: str, phase: Phase) -> str | None:
    """Say what to do about a sign that a remark names once no prompt is raised any more; None where it names none."""
    if phase not in FINISHED:
        return None
    rules = rules_in_force(clock.now())
    if names_suicide(text, rules):
        return Caution(
            "Charted. It names thoughts of suicide, and the patient is no longer at this chair: an item to take up is "
            "open. Reach the patient now and ask."
        )
    signs = [rules.alerts[each].title.lower() for each in signs_said(text, rules)]
    if not signs:
        return None
    return Caution(
        f"Charted. It names {' and '.join(signs)}, and the patient is no longer at this chair: nothing prompts. "
        "Call the patient; where it is so, chart it under More: Adverse event."
    )
