"""A carbon dioxide that nobody charted where saturation falls late."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import ProtocolKind
from sereniv.therapy.monitoring import Condition, conditions
from sereniv.therapy.session import events as ev
from tests.therapy.making import PLAN, RECOVERED, STARTED, Happening, chart, full_set, minute, vitals

RULES = knowledge()
UNSEEN = "carbon-dioxide-unseen"
OXYGEN = replace(full_set(), oxygen_flow=Decimal(2))
AIR = replace(full_set(), oxygen_flow=Decimal(0))
SEEN = replace(full_set(), etco2=Decimal(38))
GIVEN = ev.InterventionCharted(what=RULES.standing_orders["oxygen"].title)
NONE_HERE = ev.InterventionCharted(what=RULES.standing_orders["no_capnography"].title)
SEDATIVE = ev.MedicineGiven(
    medicine="midazolam", dose=Decimal(1), unit="mg", route="IV", indication="distress", effect=ev.Effect.SEDATIVE
)


def asks(at: float, *happened: Happening) -> Condition | None:
    told = chart((0, STARTED), *happened)
    return {each.alert: each for each in conditions(told, (), minute(at), RULES)}.get(UNSEEN)


@pytest.mark.parametrize("begins", [OXYGEN, GIVEN, SEDATIVE], ids=["a flow", "the measure", "a sedative"])
def test_a_carbon_dioxide_is_asked_for_where_saturation_falls_late(begins: ev.SessionEvent) -> None:
    """The page said *capnography on*, and nothing followed where nobody charted one."""
    assert asks(6.9, (4, begins)) is None
    assert asks(7, (4, begins)) is not None
    assert asks(7, (4, begins), (5, SEEN)) is None
    assert asks(19.9, (4, begins), (5, SEEN)) is None
    assert asks(20, (4, begins), (5, SEEN)) is not None
    assert asks(60, (-5, SEEN), (4, begins)) is not None, "one from before says nothing of now"


def test_the_question_ends_by_a_value_or_by_the_words_that_there_is_none_here() -> None:
    found = asks(8, (4, OXYGEN))
    assert found is not None
    assert NONE_HERE.what in found.message, "the prompt says how it is ended"
    assert asks(8, (4, OXYGEN), (8, SEEN)) is None
    for later in (8, 40):
        assert asks(later, (4, OXYGEN), (7, NONE_HERE)) is None


def test_room_air_ends_it_and_oxygen_again_begins_it_anew() -> None:
    assert asks(9, (4, OXYGEN), (8, AIR)) is None
    assert asks(9, (4, GIVEN), (8, AIR)) is None
    again = asks(15, (4, OXYGEN), (8, AIR), (12, OXYGEN))
    assert again is not None
    assert "12:12" in again.message


def test_a_sedative_is_watched_for_as_long_as_it_prolongs_the_stay() -> None:
    extra = RULES.sedated_stay.extra_min
    stopped: Happening = (6, ev.InfusionStopped())
    assert asks(4 + extra - 1, (4, SEDATIVE), stopped) is not None
    assert asks(4 + extra, (4, SEDATIVE), stopped) is None
    assert asks(20, (4, SEDATIVE), stopped, (10, ev.TransferredOut(where="hospital", reason="deep"))) is None


@pytest.mark.parametrize(("kind", "minutes", "expected"), [("pain", 100, True), ("pain", 60, False),
                                                          ("psychiatric", 100, False)])  # fmt: skip
def test_a_long_pain_infusion_is_watched_while_it_runs(kind: str, minutes: int, expected: bool) -> None:
    plan = replace(PLAN, kind=ProtocolKind(kind), duration_min=minutes)
    told = chart((0, STARTED), plan=plan)
    assert (UNSEEN in {each.alert for each in conditions(told, (), minute(3), RULES)}) is expected


def test_a_questioned_value_is_none() -> None:
    doubtful = replace(vitals(), etco2=Decimal(5), questions={"etco2": "Is 5 right?"})
    assert asks(8, (4, OXYGEN), (5, doubtful)) is not None


IN_APNOEA: Happening = (-5, ev.GateLineAttested(line="capnography", holds=True, detail="38"))
PASSED: Happening = (-4, ev.GateLineOverridden(line="capnography", reason="breathing counted, I stay", read="broken"))


def test_in_sleep_apnoea_it_is_asked_for_until_recovery_is_scored() -> None:
    """Sleep apnoea asked for it on paper alone: nothing at the chair followed."""
    assert asks(60) is None
    assert asks(2.9, IN_APNOEA) is None
    found = asks(3, IN_APNOEA)
    assert found is not None
    assert found.message.startswith("Sleep apnoea: infusion since 12:00, none is charted since.")
    assert asks(17.9, IN_APNOEA, (3, SEEN)) is None
    assert asks(18, IN_APNOEA, (3, SEEN)) is not None
    stopped: Happening = (20, ev.InfusionStopped())
    assert asks(25, IN_APNOEA, stopped) is not None
    assert asks(25, IN_APNOEA, stopped, (24, RECOVERED)) is None


def test_in_sleep_apnoea_one_persons_word_that_there_is_none_here_is_asked_about_again() -> None:
    found = asks(3, IN_APNOEA)
    assert found is not None
    assert "ask the prescriber whether it goes on" in found.message
    assert asks(17.9, IN_APNOEA, (3, NONE_HERE)) is None
    assert asks(18, IN_APNOEA, (3, NONE_HERE)) is not None
    assert asks(18, IN_APNOEA, PASSED, (3, NONE_HERE)) is None, "a prescriber passed the line of the gate in words"
    assert asks(3, IN_APNOEA, PASSED) is not None
