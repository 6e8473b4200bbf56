"""The controlled-drug ledger balances after every act: received = on hand + at a chair + given + wasted + gone."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Example
from sereniv.therapy import custody
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Refused
from tests.therapy.making import minute, recorded

TODAY = date(2026, 3, 2)
RULES = knowledge().custody
RECEIVED = custody.VialReceived(
    label="K10-0001", ndc="00000-0000-00", lot="D24A", expires=TODAY, strength_mg_per_ml=Decimal(10),
    volume_ml=Decimal(20), supplier="Supply",
)  # fmt: skip
VOLUMES = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(8), places=2)
PERCENTS = st.integers(0, 100)
APART = custody.VialSetApart(reason="recalled.")


def ml(text: str) -> Decimal:
    return Decimal(text)


def vial(*happened: custody.StockEvent) -> custody.Vial:
    entries: list[Recorded[custody.StockEvent]] = [
        recorded(event, number, minute(number)) for number, event in enumerate(happened, start=1)
    ]
    return custody.vial_of(entries)


def corrected(**changes: object) -> custody.ReceiptCorrected:
    names = ("label", "ndc", "lot", "expires", "strength_mg_per_ml", "volume_ml", "supplier")
    said = {name: getattr(RECEIVED, name) for name in names} | changes
    return custody.ReceiptCorrected(**said, reason="read again")


class Histories(RuleBasedStateMachine):
    """Any order of acts on one vial, each as the workflow lets it pass, wrong ones and their corrections among them."""

    def __init__(self) -> None:
        super().__init__()
        self.happened: list[custody.StockEvent] = [RECEIVED]
        self.sessions = count(1)

    @property
    def now(self) -> custody.Vial:
        return vial(*self.happened)

    @rule(volume=VOLUMES)
    def draw(self, volume: Decimal) -> None:
        try:
            custody.refuse_to_draw(self.now, volume, TODAY)
        except Refused:
            return
        session = f"s{next(self.sessions)}"
        self.happened.append(custody.DrugDrawn(session=session, volume_ml=volume, mg=self.now.mg(volume)))

    @precondition(lambda self: self.now.draws)
    @rule(data=st.data(), volume=VOLUMES)
    def correct_a_draw(self, data: st.DataObject, volume: Decimal) -> None:
        """What was drawn is a fact: it may be more than the ledger has, and stands then as a discrepancy."""
        session = data.draw(st.sampled_from(sorted(self.now.draws)))
        last = self.now.draw_entries(session)[-1].stream_seq
        self.happened.append(
            custody.DrugDrawn(
                session=session, volume_ml=volume, mg=self.now.mg(volume), corrects=last, reason="misread"
            )
        )

    @precondition(lambda self: self.now.draws)
    @rule(data=st.data(), percent=PERCENTS, off=st.sampled_from(["0", "0", "0.7", "-0.4"]))
    def account(self, data: st.DataObject, percent: int, off: str) -> None:
        """Account for a session, or once more in the place of the account before."""
        now = self.now
        session = data.draw(st.sampled_from(sorted(now.draws)))
        drawn, before = now.mg(now.draws[session].volume_ml), now.last_account(session)
        given_mg = max(drawn * percent / 100 - Decimal(off), Decimal(0))
        self.happened.append(
            custody.DrugAccounted(
                session=session, given_mg=given_mg, wasted_mg=drawn - drawn * percent / 100, method="sink",
                corrects=before.stream_seq if before else None,
            )
        )  # fmt: skip

    @rule(volume=VOLUMES, kind=st.sampled_from(["waste", "damage", "return"]))
    def take(self, volume: Decimal, kind: str) -> None:
        now = self.now
        try:
            custody.refuse_to_take(now, volume)
        except Refused:
            return
        mg = now.mg(volume)
        made: dict[str, custody.StockEvent] = {
            "waste": custody.VialWasted(volume_ml=volume, mg=mg, reason="opened", method="sink"),
            "damage": custody.VialDamaged(volume_ml=volume, mg=mg, words="fell"),
            "return": custody.VialReturned(volume_ml=volume, mg=mg, returned_to="Distributor", reference="1"),
        }
        self.happened.append(made[kind])

    @rule(off=st.decimals(min_value=-3, max_value=3, places=1))
    def count_the_vial(self, off: Decimal) -> None:
        expected = self.now.on_hand_ml
        self.happened.append(custody.VialCounted(volume_ml=max(expected + off, Decimal(0)), expected_ml=expected))

    @precondition(lambda self: self.now.open_differences)
    @rule(way=st.sampled_from(["explain", "adjust", "report"]))
    def settle(self, way: str) -> None:
        found = self.now.open_differences[0]
        entry, still = found.counted.stream_seq, found.still_ml
        if way == "adjust":
            self.happened.append(
                custody.StockAdjusted(count=entry, volume_ml=still, mg=self.now.mg(still), reason="looked")
            )
        elif way == "report" and still < 0:
            self.happened.append(
                custody.LossReported(
                    volume_ml=-still, mg=self.now.mg(-still), circumstances="gone", reported_to="DEA", reference="",
                    count=entry,
                )
            )  # fmt: skip
        else:
            self.happened.append(custody.DifferenceExplained(count=entry, explanation="misread"))

    @rule(data=st.data())
    def strike(self, data: st.DataObject) -> None:
        now = self.now
        may = [e for e in now.entries if isinstance(e.event, custody.STRIKABLE) and e.stream_seq not in now.superseded]
        if may:
            entry = data.draw(st.sampled_from(may)).stream_seq
            self.happened.append(custody.StockEntryStruck(entry=entry, reason="another vial"))

    @rule(strength=st.sampled_from([10, 50]), volume=st.sampled_from([20, 10]))
    def correct_the_receipt(self, strength: int, volume: int) -> None:
        self.happened.append(corrected(strength_mg_per_ml=Decimal(strength), volume_ml=Decimal(volume)))

    @rule()
    def set_apart_or_back(self) -> None:
        apart = self.now.set_apart
        self.happened.append(custody.VialPutBack(reason="no recall") if apart else APART)

    @invariant()
    def every_milligram_is_somewhere(self) -> None:
        now = self.now
        places = (now.on_hand_mg, now.residual_mg, now.given_mg, now.wasted_mg, now.returned_mg, now.lost_mg)
        assert now.received_mg == sum(places)

    @invariant()
    def nothing_is_below_zero_but_a_discrepancy_that_was_recorded(self) -> None:
        now = self.now
        facts = custody.DrugDrawn | custody.ReceiptCorrected | custody.StockAdjusted | custody.LossReported
        recorded_as_such = any(
            isinstance(each, facts) and not (isinstance(each, custody.DrugDrawn) and each.corrects is None)
            for each in self.happened
        )
        assert now.on_hand_ml >= 0 or recorded_as_such
        assert all(draw.volume_ml >= 0 for draw in now.draws.values())

    @invariant()
    def a_difference_closes_by_a_named_act_alone(self) -> None:
        now = self.now
        acts = [e for e in self.happened if isinstance(e, custody.VialCounted) and e.volume_ml != e.expected_ml]
        closed = [each for each in now.differences if each.closed]
        closings = custody.DifferenceExplained | custody.StockAdjusted | custody.LossReported
        assert len(now.differences) == len(acts)
        assert len(closed) == len([e for e in self.happened if isinstance(e, closings)])

    @invariant()
    def everything_written_stays(self) -> None:
        assert [each.event for each in self.now.entries] == self.happened


TestHistories = Histories.TestCase


def test_a_difference_in_an_account_is_lost_and_not_left_at_a_chair() -> None:
    drawn = custody.DrugDrawn(session="s", volume_ml=ml("3.57"), mg=ml("35.7"))
    short = custody.DrugAccounted(session="s", given_mg=Decimal(30), wasted_mg=Decimal(5), method="sink")
    assert vial(RECEIVED, drawn).residual_mg == ml("35.7")
    after = vial(RECEIVED, drawn, short)
    assert (after.residual_mg, after.differing_mg, after.lost_mg) == (0, ml("0.7"), ml("0.7"))


def test_a_wrong_account_is_corrected_by_a_second_one_and_stays_legible() -> None:
    drawn = custody.DrugDrawn(session="s", volume_ml=Decimal(4), mg=Decimal(40))
    wrong = custody.DrugAccounted(session="s", given_mg=ml("31.4"), wasted_mg=ml("8.6"), method="sink")
    right = replace(wrong, given_mg=ml("38.8"), wasted_mg=ml("1.2"), corrects=3, reason="digits swapped")
    after = vial(RECEIVED, drawn, wrong, right)
    assert (after.given_mg, after.wasted_mg, after.superseded) == (ml("38.8"), ml("1.2"), {3: 4})
    assert after.entries[2].event == wrong


def test_a_strength_written_down_wrong_opens_the_account_of_what_was_drawn() -> None:
    """Received as 10 mg/mL, really 50: five times the dose went out, and the ledger says so at once."""
    drawn = custody.DrugDrawn(session="s", volume_ml=Decimal(4), mg=Decimal(40))
    account = custody.DrugAccounted(session="s", given_mg=Decimal(40), wasted_mg=Decimal(0), method="none left")
    after = vial(RECEIVED, drawn, account, corrected(strength_mg_per_ml=Decimal(50)))
    assert (after.drawn_mg, after.differing_mg, after.on_hand_mg) == (200, 160, 800)


def test_a_count_keeps_what_the_ledger_had_whatever_is_corrected_later() -> None:
    waste = custody.VialWasted(volume_ml=Decimal(6), mg=Decimal(60), reason="expired")
    counted = custody.VialCounted(volume_ml=Decimal(20), expected_ml=Decimal(14))
    struck = custody.StockEntryStruck(entry=2, reason="it was another vial")
    (found,) = vial(RECEIVED, waste, counted, struck).differences
    assert (found.volume_ml, found.still_ml, found.closed) == (6, 0, None)


def test_a_count_of_an_older_day_says_what_the_ledger_had_then() -> None:
    counted = vial(RECEIVED, custody.VialCounted(volume_ml=ml("19.5")))
    assert (counted.on_hand_ml, counted.open_differences[0].volume_ml) == (20, ml("-0.5"))


@pytest.mark.parametrize(("off", "opens"), [("-0.3", True), ("-0.2", False), ("0", False), ("0.2", False)])
def test_a_count_within_the_rule_of_its_day_is_no_difference(off: str, opens: bool) -> None:
    event = custody.VialCounted(volume_ml=20 + ml(off), expected_ml=Decimal(20), tolerance_ml=ml("0.2"))
    assert bool(vial(RECEIVED, event).open_differences) is opens


@pytest.mark.parametrize(
    ("happened", "volume", "today", "words"),
    [
        ((), "1", TODAY, "not in stock"),
        ((RECEIVED,), "1", date(2026, 3, 3), "expired on 02 Mar 2026"),
        ((RECEIVED,), "20.01", TODAY, "holds 20 mL; 20.01 mL are needed"),
        ((RECEIVED, APART), "1", TODAY, "set apart: recalled"),
    ],
)
def test_an_unknown_expired_set_apart_or_short_vial_is_refused(
    happened: tuple[custody.StockEvent, ...], volume: str, today: date, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        custody.refuse_to_draw(vial(*happened), Decimal(volume), today)


def test_the_last_drop_on_the_last_day_may_be_drawn() -> None:
    custody.refuse_to_draw(vial(RECEIVED), Decimal(20), TODAY)


def test_more_than_there_is_leaves_only_after_a_count() -> None:
    with pytest.raises(Refused, match="Count it first"):
        custody.refuse_to_take(vial(RECEIVED), ml("20.01"))
    custody.refuse_to_take(vial(RECEIVED, APART), Decimal(20))


@pytest.mark.parametrize("example", RULES.account.examples, ids=lambda each: str(each.given))
def test_every_example_of_the_account_holds(example: Example) -> None:
    charted, given_mg = (Decimal(str(example.given[name])) for name in ("charted_mg", "given_mg"))
    assert ("asks" if custody.differs(charted, given_mg, RULES.account) else "agrees") == example.gives


def test_a_difference_is_settled_by_its_clock_and_a_loss_by_business_days() -> None:
    counted = custody.VialCounted(volume_ml=Decimal(19), expected_ml=Decimal(20))
    (found,) = vial(RECEIVED, counted).differences
    assert custody.settle_by(found, RULES.difference) == minute(2) + timedelta(hours=24)
    friday = date(2026, 3, 6)
    assert custody.report_due(friday, RULES.loss) == (date(2026, 3, 9), date(2026, 4, 20))


@given(volume=VOLUMES)
def test_the_first_draw_opens_the_vial(volume: Decimal) -> None:
    drawn = custody.DrugDrawn(session="s", volume_ml=volume, mg=volume * 10)
    assert vial(RECEIVED).opened_at is None
    assert vial(RECEIVED, drawn).opened_at == minute(2)
