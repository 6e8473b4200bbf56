"""Whether an infusion was borne, from its chart alone: prompts, a stop, a running pump, a hospital, a death."""

from datetime import timedelta

import pytest

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Priority
from sereniv.therapy.person.chart import chart_of
from sereniv.therapy.person.concern import Result
from sereniv.therapy.session import events as ev
from sereniv.therapy.treatment.tolerance import Infusion, Tolerance, tolerance
from tests.conftest import NOON
from tests.therapy.making import STARTED, Happening, chart

RULES = knowledge()
WHOLE = (40, ev.InfusionStopped(reason="limit"))


def judged(*happened: Happening) -> Tolerance:
    """Judge an infusion of 40 minutes that began at noon, ten hours later."""
    session = Infusion(session="s", chart=chart((0, STARTED), *happened))
    return tolerance(session, chart_of([]), RULES, NOON + timedelta(hours=10))


def prompt(priority: Priority, kind: ev.AlertKind = ev.AlertKind.PHYSIOLOGICAL) -> ev.AlertRaised:
    return ev.AlertRaised(alert="a", kind=kind, priority=priority, title="Saturation low", message="", rule="", read={})


@pytest.mark.parametrize(
    ("happened", "result", "words"),
    [
        ((WHOLE,), Result.MET, "no prompt of high priority; the patient is still here"),
        (((38, ev.InfusionStopped(reason="")),), Result.MET, ""),
        (((37, ev.InfusionStopped(reason="nausea")),), Result.UNKNOWN, "33.1 mg of 35.7 mg known to have reached"),
        (((5, prompt(Priority.HIGH)), WHOLE), Result.NOT_MET, "Saturation low"),
        (((5, prompt(Priority.HIGH)), (6, ev.AlertAcknowledged(alert="a", action="")), WHOLE), Result.NOT_MET, ""),
        (((5, prompt(Priority.HIGH)), (6, ev.AlertWithdrawn(alert="a", entry=3)), WHOLE), Result.MET, ""),
        (((5, prompt(Priority.MEDIUM)), WHOLE), Result.MET, ""),
        (((5, prompt(Priority.HIGH, ev.AlertKind.TECHNICAL)), WHOLE), Result.MET, ""),
        ((WHOLE, (60, ev.TransferredOut(where="St Ann", reason="chest pain"))), Result.NOT_MET, "taken to St Ann"),
        ((WHOLE, (60, ev.Died(words="found pulseless", told="all"))), Result.NOT_MET, "died"),
        ((WHOLE, (50, prompt(Priority.HIGH))), Result.NOT_MET, "a prompt of high priority"),
        (((10, ev.InfusionPaused(reason="dizzy")), (20, ev.InfusionResumed(rate_ml_per_h=STARTED.rate_ml_per_h)),
          (50, ev.InfusionStopped(reason="limit"))), Result.MET, ""),
    ],
)  # fmt: skip
def test_what_a_chart_says_of_how_it_was_borne(happened: tuple[Happening, ...], result: Result, words: str) -> None:
    found = judged(*happened)
    assert found.result is result
    assert words in found.words


def test_a_pump_that_nobody_stopped_still_runs() -> None:
    found = judged()
    assert (found.result, found.runs_still) == (Result.UNKNOWN, True)
    assert found.words == "? not known to be tolerated: it still runs"
