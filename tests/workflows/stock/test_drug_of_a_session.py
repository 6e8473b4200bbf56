"""The drug of one session: asked where it differs from the chart, corrected before a witness, spilt, drawn again."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from sereniv.clinic.accounts.models import Enrolment, Staff
from sereniv.clinic.demo.people import PASSWORD, demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.conflict import Superseded
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.chair import care, charting, monitors, notes, sessions
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.stock import drug, receipts, stock
from sereniv.therapy import custody
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase
from sereniv.therapy.session.delivered import delivered, ends_at
from sereniv.therapy.session.departure import how_it_ended
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows import test_path
from tests.workflows.test_path import RECOVERED, VIAL, at, told

pytestmark = pytest.mark.django_db
stage, seated, running = test_path.stage, test_path.seated, test_path.running
ID = demo_id(VIAL.label)
TOLD = "Explained the risk twice; Dr Voss told at 12:42; walks home, her sister called."
END = ev.InfusionStopped(reason="limit")
STOOD = "The pump stood still for some minutes; nobody charted it."


@pytest.fixture
def two(act: ActMaker) -> Callable[[float], Act]:
    return lambda minute: act("nurse", now=at(minute), second="nurse2")


@pytest.fixture
def over(running: uuid.UUID, act: ActMaker) -> uuid.UUID:
    charting.chart_fact(running, END, act("nurse", now=at(40)), at(40))
    return running


def account(
    session: uuid.UUID, act: Act, given: str = "35.7", wasted: str = "0", words: str = "", why: str = ""
) -> None:
    charting.reconcile_drug(session, Decimal(given), Decimal(wasted), "sink", words, act, why)


def sign(session: uuid.UUID, act: Act, words: str = "") -> None:
    notes.sign_note(session, told(session).head, act, words)


def written(session: uuid.UUID) -> str:
    return str(notes.note_of(told(session)))


def waits(who: Staff, minute: float) -> dict[str, str]:
    return {topic.title: str(topic.lines) for topic in topics_for(who, at(minute))}


def test_an_account_far_from_the_charted_rates_is_asked_about(over: uuid.UUID, two: Callable[[float], Act]) -> None:
    with pytest.raises(Malformed, match=r"By charted rates 35\.7 mg were given; you enter 28\.3 mg"):
        account(over, two(45), "28.3", "7.4")
    account(over, two(46), "28.3", "7.4", "The pump stood still for some minutes; nobody charted it.")
    assert "Account and charted rates differ: 28.3 mg" in written(over)


def test_a_wrong_account_is_corrected_by_a_second_one(
    over: uuid.UUID, two: Callable[[float], Act], act: ActMaker
) -> None:
    account(over, two(45), "35", "0.7")
    with pytest.raises(Refused, match="Say how that account was wrong"):
        account(over, two(46))
    with pytest.raises(Refused, match="second person"):
        account(over, act("nurse", now=at(46)), why="digits swapped")
    account(over, two(47), why="The waste was another chair's.")
    chart = told(over)
    assert chart.reconciled is not None
    assert chart.reconciled.event.given_mg == Decimal("35.7")
    assert "Corrected below" in written(over)
    vial = chart_store.vial(ID)
    assert (vial.given_mg, vial.wasted_mg, vial.residual_mg, vial.lost_mg) == (Decimal("35.7"), 0, 0, 0)


def test_a_correction_that_says_what_stands_is_none(over: uuid.UUID, two: Callable[[float], Act]) -> None:
    """Another key, the same account: it stood in the record as a correction of itself, with a second witness."""
    account(over, two(45))
    (bag,) = told(over).bags
    names = ("label", "ndc", "lot", "expires", "volume_ml", "supplier", "strength_mg_per_ml")
    label = custody.ReceiptCorrected(**{name: getattr(VIAL, name) for name in names}, reason="the label was read")
    head = chart_store.head().seq
    with pytest.raises(Refused, match="nothing would be corrected"):
        account(over, two(46), why="The waste was read anew.")
    with pytest.raises(Refused, match="nothing would be corrected"):
        drug.correct_draw(over, bag.stream_seq, ID, bag.event.stock_ml, "digits were swapped", two(47))
    with pytest.raises(Refused, match="nothing would be corrected"):
        receipts.correct_receipt(ID, label, two(48))
    assert chart_store.head().seq == head
    account(over, two(49), "35.6", "0.1", why="The waste was read anew.")
    account(over, two(50), "35.7", "0", why="It was right at first.")


def test_a_spill_corrected_to_what_it_says_is_no_correction(running: uuid.UUID, two: Callable[[float], Act]) -> None:
    care.spill(running, Decimal(5), "the line came off", two(5))
    (spilt,) = told(running).spilt
    with pytest.raises(Refused, match="nothing would be corrected"):
        care.spill(running, Decimal(5), "the line came off", two(6), corrects=spilt.stream_seq)
    care.spill(running, Decimal(5), "the line came off at the pump", two(7), corrects=spilt.stream_seq)


def test_a_correction_takes_no_account_away_that_its_page_did_not_show(
    over: uuid.UUID, two: Callable[[float], Act]
) -> None:
    account(over, two(45), "35", "0.7")
    seen = chart_store.head().seq
    account(over, replace(two(46), seen=seen), "30", "5.7", STOOD, why="The pump stood still.")
    stale = replace(two(47), seen=seen)
    with pytest.raises(Superseded) as found:
        account(over, stale, "33", "2.7", STOOD, why="The waste was read anew.")
    told_of = found.value.words(rules_in_force(NOON), str)
    assert "given mg 30" in told_of
    assert told(over).reconciled is not None
    account(over, replace(two(48), seen=chart_store.head().seq), "33", "2.7", STOOD, why="The waste was read.")


def test_a_strength_written_down_wrong_is_accounted_for_as_it_was(over: uuid.UUID, two: Callable[[float], Act]) -> None:
    account(over, two(45))
    names = ("label", "ndc", "lot", "expires", "volume_ml", "supplier")
    said = {name: getattr(VIAL, name) for name in names}
    corrected = custody.ReceiptCorrected(**said, strength_mg_per_ml=Decimal(50), reason="the label says 50")
    receipts.correct_receipt(ID, corrected, two(50))
    assert chart_store.vial(ID).lost_mg == Decimal("142.8"), "four fifths of what was drawn are in no account"
    chart = told(over)
    assert (chart.drawn_mg, chart.reconciled, len(chart.bags)) == (Decimal("178.5"), None, 1)
    assert delivered(chart, at(60)).mg == Decimal("178.5"), "what ran in was five times what was charted"
    said = written(over)
    assert "Bag and order differ: 178.5 mg in 35.7 mL from vial K10-0012 is 5 mg/mL, ordered was 1 mg/mL." in said
    assert re.search(r"35\.7 mg given[^.]*wasted\. Counts no more: what it stood on was corrected at", said)
    assert "its vial holds 50 mg/mL, not 10 mg/mL: the label says 50" in said
    account(over, two(55), "178.5")
    assert chart_store.vial(ID).lost_mg == 0


def test_a_strength_put_right_after_the_signature_asks_for_account_and_signature_again(
    over: uuid.UUID, two: Callable[[float], Act], act: ActMaker, staff: dict[str, Staff]
) -> None:
    account(over, two(45))
    leave(over, act("nurse", now=at(50)), ev.Departure.AGAINST_ADVICE)
    sign(over, act("nurse", now=at(51)))
    names = ("label", "ndc", "lot", "expires", "volume_ml", "supplier")
    said = {name: getattr(VIAL, name) for name in names}
    once = two(60)
    for _ in range(2):
        receipts.correct_receipt(
            ID, custody.ReceiptCorrected(**said, strength_mg_per_ml=Decimal(50), reason="the label says 50"), once
        )
    assert (told(over).signed, len(told(over).bags), told(over).drawn_mg) == (None, 1, Decimal("178.5"))
    assert "178.5 mg drawn" in waits(staff["nurse"], 61)["Drug to account for"]
    assert "Notes to sign" in waits(staff["nurse"], 61)
    account(over, two(62), "178.5")
    with pytest.raises(Malformed, match="Bag and order differ"):
        sign(over, act("nurse", now=at(63)))
    sign(over, act("nurse", now=at(64)), "Dr Voss told at 13:04.")
    assert "Notes to sign" not in waits(staff["nurse"], 65)


def test_what_a_correction_of_the_label_alone_leaves(over: uuid.UUID, two: Callable[[float], Act]) -> None:
    account(over, two(45))
    names = ("label", "ndc", "expires", "volume_ml", "supplier", "strength_mg_per_ml")
    said = {name: getattr(VIAL, name) for name in names}
    receipts.correct_receipt(ID, custody.ReceiptCorrected(**said, lot="other", reason="the lot was misread"), two(50))
    assert told(over).reconciled is not None


def test_a_spilt_bag_lets_another_be_drawn_for_the_rest_of_the_order(
    running: uuid.UUID, two: Callable[[float], Act], act: ActMaker
) -> None:
    charting.chart_fact(running, ev.InfusionPaused(reason="bag fell"), act("nurse", now=at(20)), at(20))
    care.spill(running, Decimal("17.8"), "The bag burst on the floor.", two(21))
    with pytest.raises(Refused, match=r"17\.8 mL of the order are left"):
        drug.draw_further(running, ID, Decimal(18), "the first burst", two(22))
    drug.draw_further(running, ID, Decimal("17.8"), "the first burst", two(22))
    chart = told(running)
    assert (len(chart.bags), chart.drawn_mg) == (2, Decimal("53.5"))
    sessions.resume(running, Decimal("53.6"), chart.head, act("nurse", now=at(25)))
    charting.chart_fact(running, END, act("nurse", now=at(45)), at(45))
    assert abs(delivered(told(running), at(45)).mg - Decimal("35.7")) < Decimal("0.1"), "the order, and no more"
    account(running, two(50), "35.7", "17.8")
    assert chart_store.vial(ID).residual_mg == 0
    assert "Spilt 17.8 mL from the bag" in written(running)


def spilt_entry(session: uuid.UUID) -> int:
    (found,) = told(session).spilt
    return found.stream_seq


def test_a_spill_written_down_ten_times_too_large_is_corrected_by_a_second_one(
    running: uuid.UUID, two: Callable[[float], Act], act: ActMaker
) -> None:
    """30 typed for 3 mL: the milligrams stopped while the pump ran on, and a second bag was to be had, for good."""
    care.spill(running, Decimal(30), "the line came off", two(10))
    assert delivered(told(running), at(40)).mg < 9
    with pytest.raises(Refused, match="second person"):
        care.spill(running, Decimal(3), "it was three", act("nurse", now=at(12)), corrects=spilt_entry(running))
    with pytest.raises(Refused, match="no such spill"):
        care.spill(running, Decimal(3), "it was three", two(12), corrects=1)
    with pytest.raises(Malformed):
        care.spill(running, Decimal(40), "it was three", two(12), corrects=spilt_entry(running))
    first = spilt_entry(running)
    care.spill(running, Decimal(3), "it was three", two(12), corrects=first)
    assert (spilt_entry(running), told(running).spilt[0].at) == (first, at(10)), "it stands where the wrong one did"
    assert abs(delivered(told(running), at(40)).mg - Decimal("32.7")) < Decimal("0.1")
    shown = written(running)
    assert "Spilt 30 mL from the bag: the line came off" in shown
    assert "Spilt 3 mL from the bag, corrected: it was three" in shown
    care.spill(running, Decimal(0), "it was water", two(13), corrects=first)
    assert told(running).spilt == ()
    assert abs(delivered(told(running), at(40)).mg - Decimal("35.7")) < Decimal("0.1")


def test_a_corrected_spill_asks_for_account_and_signature_again(
    running: uuid.UUID, two: Callable[[float], Act], act: ActMaker
) -> None:
    care.spill(running, Decimal(30), "the line came off", two(10))
    charting.chart_fact(running, END, act("nurse", now=at(40)), at(40))
    account(running, two(45), "8.9", "26.8")
    assert told(running).reconciled is not None
    care.spill(running, Decimal(3), "it was three", two(46), corrects=spilt_entry(running))
    assert told(running).reconciled is None
    account(running, two(47), "32.7", "3")
    assert chart_store.vial(ID).residual_mg == 0


def test_the_page_of_a_spill_corrects_one(
    running: uuid.UUID, two: Callable[[float], Act], staff: dict[str, Staff]
) -> None:
    nurse = Desk(staff, "nurse")
    assert "In the place of" not in nurse.reads("session_spill", running)
    care.spill(running, Decimal(30), "the line came off", two(10))
    assert "In the place of 30 mL at 12:10: the line came off" in nurse.reads("session_spill", running)
    typed = {"corrects": spilt_entry(running), "volume_ml": "3", "words": "it was three"}
    assert nurse.sends("session_spill", running, second="nurse2", **typed).taken
    assert [each.event.volume_ml for each in told(running).spilt] == [Decimal(3)]


def test_a_further_bag_that_nothing_was_taken_from_is_not_drawn_again(
    running: uuid.UUID, two: Callable[[float], Act], act: ActMaker
) -> None:
    drug.draw_further(running, ID, Decimal(10), "ran out early", two(20))
    with pytest.raises(Refused, match=r"further bag of 10 mL.*still holds 10\.0 mL"):
        drug.draw_further(running, ID, Decimal(10), "again", two(20))
    empty = ev.ObservationCharted(observation=ev.Observation.BAG_EMPTY, grade=1)
    charting.chart_fact(running, empty, act("nurse", now=at(22)))
    drug.draw_further(running, ID, Decimal(5), "that one ran out too", two(23))
    care.spill(running, Decimal(5), "fell", two(24))
    drug.draw_further(running, ID, Decimal(5), "for the one that fell", two(25))
    assert len(told(running).bags) == 4


def test_a_pump_gives_no_more_than_a_spill_left_in_the_bag(
    running: uuid.UUID, two: Callable[[float], Act], act: ActMaker
) -> None:
    """10 of 35.7 mL on the floor: the chair went on to 35.7 mg given, and the account of 25.7 was asked about."""
    assert delivered(told(running), at(40)).mg == Decimal("35.7")
    care.spill(running, Decimal(10), "cut while it hung, mopped up", two(15))
    assert delivered(told(running), at(15)).mg == Decimal("13.4"), "what had run did run"
    so_far = delivered(told(running), at(40))
    assert (so_far.mg, so_far.reached_at) == (Decimal("25.7"), delivered(told(running), at(60)).reached_at)
    ends = ends_at(told(running), at(20))
    assert ends is not None
    assert at(28) < ends < at(29), "the chair counts down to an empty bag"
    monitors.watch_session(running, at(33))
    assert "Bag empty after the spill, pump not charted as stopped" in {
        each.raised.event.title for each in told(running).open_alerts
    }
    charting.chart_fact(running, END, act("nurse", now=at(40)), at(40))
    account(running, two(45), "25.7", "10")
    assert "explained" not in written(running)


def test_a_spill_takes_nothing_back_of_what_had_run(running: uuid.UUID, two: Callable[[float], Act]) -> None:
    care.spill(running, Decimal(30), "all that was left and some flush", two(20))
    reckoned = delivered(told(running), at(20)).mg
    assert reckoned == delivered(told(running), at(40)).mg
    assert abs(reckoned - Decimal("17.9")) < Decimal("0.1")


def test_a_session_that_is_over_says_in_which_way(running: uuid.UUID, act: ActMaker) -> None:
    """Who had left unseen or for a hospital was said to be discharged."""
    care.left_unseen(running, "at 12:05, line in", "called, Dr Voss told", act("nurse", now=at(10)))
    with pytest.raises(Refused, match="over: left unseen"):
        care.record_death(running, "found dead at home", "the coroner", act("nurse", now=at(30)))
    with pytest.raises(Refused, match="over: left unseen"):
        care.transfer_out(running, "County", "found at the bus stop", act("nurse", now=at(30)))


def test_no_more_is_spilt_than_the_bags_held(running: uuid.UUID, two: Callable[[float], Act]) -> None:
    care.spill(running, Decimal(30), "fell", two(10))
    with pytest.raises(Malformed, match=r"held 35\.7 mL, and 30 mL of it are charted as spilt already"):
        care.spill(running, Decimal(30), "fell", two(10))
    care.spill(running, Decimal("5.7"), "and the rest", two(11))
    assert len(told(running).spilt) == 2


def test_bags_from_two_vials_leave_both_ledgers_even(
    running: uuid.UUID, two: Callable[[float], Act], act: ActMaker
) -> None:
    other = stock.receive_vial(test_path.replace(VIAL, label="K10-0501"), two(1))
    charting.chart_fact(running, ev.InfusionPaused(), act("nurse", now=at(20)), at(20))
    care.spill(running, Decimal("17.8"), "burst", two(21))
    drug.draw_further(running, other, Decimal("17.8"), "burst", two(22))
    sessions.resume(running, Decimal("53.6"), told(running).head, act("nurse", now=at(25)))
    charting.chart_fact(running, END, act("nurse", now=at(45)), at(45))
    account(running, two(50), "35.7", "17.8")
    first, second = chart_store.vial(ID), chart_store.vial(other)
    assert (first.residual_mg, second.residual_mg, first.lost_mg + second.lost_mg) == (0, 0, 0)
    assert abs(first.lost_mg) < Decimal("0.05"), "the second bag gave 0.03 mg of what the account lays to the first"
    assert first.given_mg + second.given_mg == Decimal("35.7")
    assert abs(second.given_mg - Decimal("17.8")) < Decimal("0.2"), "as the charted rates delivered it"


def test_nothing_is_drawn_when_nothing_of_the_order_is_left(over: uuid.UUID, two: Callable[[float], Act]) -> None:
    with pytest.raises(Refused, match="Drug is drawn before the end"):
        drug.draw_further(over, ID, Decimal(1), "spilt", two(45))


def test_a_draw_written_down_wrong_is_corrected_and_the_first_stays(
    seated: uuid.UUID, two: Callable[[float], Act]
) -> None:
    bag = told(seated).prepared
    assert bag is not None
    drug.correct_draw(seated, bag.stream_seq, ID, Decimal("3.75"), "digits swapped", two(-4))
    chart = told(seated)
    assert (chart.drawn_mg, len(chart.bags), chart_store.vial(ID).on_hand_ml) == (Decimal("37.5"), 1, Decimal("16.25"))
    other = stock.receive_vial(test_path.replace(VIAL, label="K10-0502"), two(-3))
    (again,) = chart.bags
    drug.correct_draw(seated, again.stream_seq, other, Decimal("3.57"), "it was the other vial", two(-2))
    assert (chart_store.vial(ID).on_hand_ml, chart_store.vial(other).on_hand_ml) == (20, Decimal("16.43"))
    account(seated, two(-1), "0", "35.7")
    assert [chart_store.vial(each).residual_mg for each in (ID, other)] == [0, 0]
    assert "Corrected below" in written(seated)


def test_the_page_says_before_anything_is_typed_that_nothing_may_be_drawn(
    seated: uuid.UUID, staff: dict[str, Staff], fixed_clock: FixedClock, two: Callable[[float], Act]
) -> None:
    fixed_clock.shown = at(-4)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    page = nurse.get(f"/sessions/{seated}/draw/").content.decode()
    assert "already drawn for this session, checked by nurse2" in page
    assert "second_secret" not in page
    care.spill(seated, Decimal(30), "fell", two(-3))
    fixed_clock.shown = at(-2)
    assert "second_secret" in nurse.get(f"/sessions/{seated}/draw/", follow=True).content.decode()


def leave(session: uuid.UUID, act: Act, way: ev.Departure, told_words: str = TOLD, exception: str = "") -> None:
    head = told(session).head
    sessions.discharge(session, "", True, exception, head, act, identity_checked=False, way=way, told=told_words)


def test_against_advice_is_charted_whatever_does_not_hold(
    over: uuid.UUID, act: ActMaker, two: Callable[[float], Act]
) -> None:
    with pytest.raises(Refused, match="what the patient said"):
        leave(over, act("nurse", now=at(41)), ev.Departure.AGAINST_ADVICE, " ")
    leave(over, act("nurse", now=at(42)), ev.Departure.AGAINST_ADVICE)
    chart = told(over)
    assert how_it_ended(chart) == "left against advice"
    assert chart.discharged is not None
    assert chart.discharged.event.not_holding
    account(over, two(50))
    sign(over, act("nurse", now=at(51)))
    assert "Left AGAINST ADVICE, alone" in written(over)
    for each in chart.discharged.event.not_holding:
        assert f"Did not hold: {each.rstrip('.')}." in written(over)


def test_without_an_escort_a_prescriber_signs(over: uuid.UUID, act: ActMaker, two: Callable[[float], Act]) -> None:
    account(over, two(45))
    charting.chart_fact(over, RECOVERED, act("nurse", now=at(104)), at(104))
    charting.chart_vitals(over, {"systolic": "124", "diastolic": "78"}, act("nurse", now=at(104)))
    way = ev.Departure.WITHOUT_ESCORT
    with pytest.raises(Refused, match="A prescriber signs"):
        leave(over, act("nurse", now=at(105)), way)
    with pytest.raises(Refused, match="how the patient gets home"):
        leave(over, act("prescriber", now=at(105)), way, "", "Lives next door.")
    leave(over, act("nurse", now=at(106), second="prescriber"), way, TOLD, "Lives next door.")
    assert how_it_ended(told(over)) == "left without an escort"
    assert "Exception signed: Lives next door." in written(over)


ENDS: dict[str, Callable[[uuid.UUID, Act], None]] = {
    "transferred to City Hospital": lambda session, act: care.transfer_out(session, "City Hospital", "chest pain", act),
    "left unseen": lambda session, act: care.left_unseen(session, "12:28, asleep", "called her; Dr Voss told", act),
    "died": lambda session, act: care.record_death(session, "cardiac arrest", "family, coroner", act),
}


@pytest.mark.parametrize("ended", sorted(ENDS))
def test_however_a_running_session_ends_its_note_is_signed_and_its_drug_accounted_for(
    ended: str, running: uuid.UUID, act: ActMaker, two: Callable[[float], Act], staff: dict[str, Staff]
) -> None:
    ENDS[ended](running, act("nurse", now=at(30)))
    chart = told(running)
    assert (chart.phase, how_it_ended(chart), chart.stopped_at) == (Phase.DISCHARGED, ended, at(30))
    with pytest.raises(Refused, match="This session is over"):
        ENDS[ended](running, act("nurse", now=at(31)))
    seen = waits(staff["nurse"], 31)
    assert ended in seen["Notes to sign"]
    assert "Drug to account for" in seen
    with pytest.raises(Refused, match="Account for the drug"):
        sign(running, act("nurse", now=at(32)))
    account(running, two(33), "26.8", "8.9")
    sign(running, act("nurse", now=at(34)))
    after = waits(staff["nurse"], 35)
    assert "Notes to sign" not in after
    assert "Drug to account for" not in after
    assert ("Check in after a session" in after) == (ended == "left unseen"), "nobody spoke with her: call now"
    later = waits(staff["nurse"], 3 * 24 * 60)
    assert ("Check in after a session" in later) == (ended != "died")
    if ended != "died":
        assert ended in later["Check in after a session"]


def test_a_session_that_ended_before_its_start_says_that_nothing_was_infused_and_leaves_the_order(
    seated: uuid.UUID, act: ActMaker, two: Callable[[float], Act]
) -> None:
    chart = told(seated)
    assert chart.opened is not None
    assert "Nothing was infused." not in written(seated), "it may still be"
    care.transfer_out(seated, "City Hospital", "chest pain", act("nurse", now=at(-2)))
    account(seated, two(-1), "0", "35.7")
    sign(seated, act("nurse", now=at(0)))
    assert "Nothing was infused." in written(seated)
    again = sessions.open_session(
        chart.opened.event.person, chart.opened.event.order, "Chair 2", act("nurse", now=at(5))
    )
    assert told(again).phase is Phase.PREPARING, "the order was not used"


def test_a_session_given_up_with_drug_drawn_is_accounted_for_and_signed(
    seated: uuid.UUID, act: ActMaker, two: Callable[[float], Act], staff: dict[str, Staff]
) -> None:
    account(seated, two(-3), "0", "35.7")
    sessions.close_unused(seated, "no vein found", act("nurse", now=at(-2)))
    assert "closed, nothing infused" in waits(staff["nurse"], 0)["Notes to sign"]
    sign(seated, act("nurse", now=at(1)))
    assert told(seated).phase is Phase.CLOSED_UNUSED, "its order was not used"
    assert "Notes to sign" not in waits(staff["nurse"], 2)


def test_signing_asks_about_prompts_and_gaps_and_keeps_the_word(
    over: uuid.UUID, act: ActMaker, two: Callable[[float], Act]
) -> None:
    charting.chart_fact(over, ev.VolumeRead(volume_ml=Decimal("20.3")), act("nurse", now=at(41)), at(41))
    account(over, two(45))
    leave(over, act("nurse", now=at(50)), ev.Departure.AGAINST_ADVICE)
    assert "Account and pump differ: 35.7 mg accounted as given is 35.7 mL, 20.3 mL on the pump." in written(over)
    with pytest.raises(Malformed, match=r"say a word about this: .*20\.3 mL on the pump"):
        sign(over, act("nurse", now=at(51)))
    with pytest.raises(Malformed, match="“x” is no reason"):
        sign(over, act("nurse", now=at(51)), "x")
    once = act("nurse", now=at(52))
    sign(over, once, "The pump was reset at 12:20.")
    notes.sign_note(over, 0, once, "The pump was reset at 12:20.")
    assert "The pump was reset at 12:20." in written(over)
    assert told(over).phase is Phase.SIGNED


def test_a_note_is_signed_with_ones_own_pin(
    over: uuid.UUID, act: ActMaker, two: Callable[[float], Act], staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    account(over, two(45))
    leave(over, act("nurse", now=at(50)), ev.Departure.AGAINST_ADVICE)
    fixed_clock.shown = at(60)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    sent = {"key": "sign-note-0001", "expected_seq": told(over).head}
    for secret, words in (("", "it is your signature"), ("wrong", "nor the password, of")):
        refused = nurse.post(f"/sessions/{over}/note/sign/", {**sent, "secret": secret})
        assert (refused.status_code, words in refused.content.decode()) == (422, True)
    assert told(over).signed is None
    assert nurse.post(f"/sessions/{over}/note/sign/", {**sent, "secret": PASSWORD}).status_code == 302
    assert told(over).signed is not None


def test_what_is_said_after_five_wrong_pins_holds_for_the_sixth(
    over: uuid.UUID, act: ActMaker, two: Callable[[float], Act], staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    account(over, two(45))
    leave(over, act("nurse", now=at(50)), ev.Departure.AGAINST_ADVICE)
    fixed_clock.shown = at(60)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    nurse.get("/today/")
    device = nurse.cookies["device"].value.partition(":")[0]
    Enrolment.objects.create(device=device, staff=staff["nurse"], at=timezone.now())
    head = told(over).head

    def tried(number: int, secret: str) -> str:
        sent = {"key": f"sign-note-{number:04d}", "expected_seq": head, "secret": secret}
        return nurse.post(f"/sessions/{over}/note/sign/", sent).content.decode()

    said = [tried(number, "0000") for number in range(7)]
    assert all("where one is taken on this device" in each for each in said[:5])
    assert "is no longer taken on this device" in said[5]
    assert "nor the password, of" in said[6]
    tried(8, PASSWORD)
    assert told(over).signed is not None, "the password is taken at once"


def test_a_moved_line_says_where_it_is_now(running: uuid.UUID, act: ActMaker) -> None:
    with pytest.raises(Malformed, match="Write where the line is now"):
        care.resite(running, "", "swollen", act("nurse", now=at(10)))
    care.resite(running, "right forearm, 22 G", "swollen", act("nurse", now=at(10)))
    moved = told(running).resited
    assert moved is not None
    assert moved.event.site == "right forearm, 22 G"
    assert "Line now at right forearm, 22 G" in written(running)
