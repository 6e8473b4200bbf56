"""The controlled-drug ledger balances after every act: received = on hand + drawn; drawn = given + wasted + rest."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.therapy import custody
from sereniv.therapy.recorded import Recorded
from sereniv.therapy.refusal import Refused
from tests.therapy.making import minute, recorded

TODAY = date(2026, 3, 2)
RECEIVED = custody.VialReceived(
    label="K10-0001", ndc="00000-0000-00", lot="D24A", expires=TODAY, strength_mg_per_ml=Decimal(10),
    volume_ml=Decimal(20), supplier="Supply",
)  # fmt: skip
VOLUMES = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(8), places=2)
ACTS = st.lists(
    st.tuples(st.sampled_from(["draw", "account", "waste", "count"]), VOLUMES, st.integers(0, 100)), max_size=12
)


def vial(*happened: custody.StockEvent) -> custody.Vial:
    entries: list[Recorded[custody.StockEvent]] = [
        recorded(event, number, minute(number)) for number, event in enumerate(happened, start=1)
    ]
    return custody.vial_of(entries)


def next_event(kind: str, volume: Decimal, percent: int, before: custody.Vial, session: str) -> custody.StockEvent:
    strength = RECEIVED.strength_mg_per_ml
    match kind:
        case "draw":
            custody.refuse_to_draw(before, volume, TODAY)
            return custody.DrugDrawn(session=session, volume_ml=volume, mg=volume * strength)
        case "account" if open_sessions := set(before.drawn_for) - before.accounted_for:
            name = min(open_sessions)
            given_mg = before.drawn_for[name] * percent / 100
            wasted = before.drawn_for[name] - given_mg
            return custody.DrugAccounted(session=name, given_mg=given_mg, wasted_mg=wasted, method="sink")
        case "waste":
            custody.refuse_to_draw(before, volume, TODAY)
            return custody.VialWasted(volume_ml=volume, mg=volume * strength, reason="opened")
    return custody.VialCounted(volume_ml=volume)


@given(acts=ACTS)
def test_every_milligram_is_accounted_for(acts: list[tuple[str, Decimal, int]]) -> None:
    happened: list[custody.StockEvent] = [RECEIVED]
    for number, (kind, volume, percent) in enumerate(acts):
        try:
            event = next_event(kind, volume, percent, vial(*happened), f"s{number}")
        except Refused:
            continue
        happened.append(event)
        now = vial(*happened)
        open_mg = sum((mg for name, mg in now.drawn_for.items() if name not in now.accounted_for), Decimal(0))
        assert RECEIVED.volume_ml * 10 == now.on_hand_ml * 10 + now.drawn_mg
        assert now.drawn_mg == now.given_mg + now.wasted_mg + now.residual_mg
        assert now.residual_mg == open_mg
        assert now.on_hand_ml >= 0
        assert now.head == len(happened)


def test_a_difference_stays_as_residue() -> None:
    drawn = custody.DrugDrawn(session="s", volume_ml=Decimal("3.57"), mg=Decimal("35.7"))
    short = custody.DrugAccounted(session="s", given_mg=Decimal(30), wasted_mg=Decimal(5), method="sink")
    assert vial(RECEIVED, drawn, short).residual_mg == Decimal("0.7")


@pytest.mark.parametrize(
    ("happened", "volume", "today", "words"),
    [
        ((), "1", TODAY, "not in stock"),
        ((RECEIVED,), "1", date(2026, 3, 3), "expired on 02 Mar 2026"),
        ((RECEIVED,), "20.01", TODAY, "holds 20 mL; 20.01 mL are needed"),
    ],
)
def test_an_unknown_expired_or_short_vial_is_refused(
    happened: tuple[custody.StockEvent, ...], volume: str, today: date, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        custody.refuse_to_draw(vial(*happened), Decimal(volume), today)


def test_the_last_drop_on_the_last_day_may_be_drawn() -> None:
    custody.refuse_to_draw(vial(RECEIVED), Decimal(20), TODAY)


def test_a_count_is_kept_beside_what_should_be_there() -> None:
    counted = vial(RECEIVED, custody.VialCounted(volume_ml=Decimal("19.5")))
    assert (counted.counted_ml, counted.on_hand_ml, counted.label) == (Decimal("19.5"), 20, "K10-0001")
