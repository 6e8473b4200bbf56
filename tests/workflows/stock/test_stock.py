"""The stock of the controlled drug: every way a vial goes, the blind count, and differences that only an act closes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id, VialRow
from sereniv.clinic.records.projections import rebuild
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.documents import documents
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.stock import receipts, stock, vial_use
from sereniv.therapy.custody import ReceiptCorrected, Vial
from sereniv.therapy.documents.model import words as words_of
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.shared_state import SharedStage
from tests.web.desk import Desk
from tests.workflows.test_path import SHE, VIAL, at

pytestmark = pytest.mark.django_db
ID = demo_id(VIAL.label)
KEY = str(ID)


@pytest.fixture
def stage(staff: dict[str, Staff]) -> Stage:
    del staff
    made = SharedStage()
    stock.receive_vial(VIAL, made.act("nurse", at(-120), "nurse2"), ID)
    return made


@pytest.fixture
def two(act: ActMaker) -> Callable[..., Act]:
    def made(minute: float = 0, by: str = "nurse") -> Act:
        return act(by, now=at(minute), second="nurse2")

    return made


def vial() -> Vial:
    return chart_store.vial(ID)


def receipt(**changes: object) -> ReceiptCorrected:
    names = ("label", "ndc", "lot", "expires", "strength_mg_per_ml", "volume_ml", "supplier")
    return ReceiptCorrected(**{name: getattr(VIAL, name) for name in names} | changes, reason="read again")


def waiting(who: Staff, minute: float) -> dict[str, list[str]]:
    return {
        topic.title: [f"{'! ' if line.pressing else ''}{line.what}; {line.detail}" for line in topic.lines]
        for topic in topics_for(who, at(minute))
    }


def test_a_label_that_is_in_stock_is_not_received_again(stage: Stage, two: Callable[..., Act]) -> None:
    del stage
    spaced, wide = VIAL.label.replace("-", " - ").lower(), f"\uff2b{VIAL.label[1:]}"
    for label in (
        VIAL.label,
        VIAL.label.lower(),
        spaced,
        VIAL.label.replace("-", ""),
        wide,
        VIAL.label.replace("0", "O"),
    ):
        with pytest.raises(Refused, match="already in the ledger"):
            stock.receive_vial(replace(VIAL, label=label), two())
    assert VialRow.objects.count() == 1


def test_a_vial_goes_its_whole_way_and_every_drop_is_somewhere(stage: Stage, two: Callable[..., Act]) -> None:
    del stage
    stock.open_vial(ID, two())
    stock.waste(ID, Decimal(3), "denaturing container", "opened yesterday", two(1))
    stock.damage(ID, Decimal(1), "spilt on the bench", two(2))
    stock.set_apart(ID, "Recalled.", two(3))
    stock.send_back(ID, Decimal(16), "Distributor", "RD-1", two(4))
    now = vial()
    assert (now.on_hand_ml, now.wasted_mg, now.lost_mg, now.returned_mg) == (0, 30, 10, 160)
    row = VialRow.objects.get(pk=ID)
    assert (row.on_hand_ml, row.set_apart, row.differs) == (0, True, False)
    rebuild()
    assert VialRow.objects.get(pk=ID).set_apart


@pytest.mark.parametrize(
    ("second", "words"),
    [("", "second person must sign"), ("nurse", "another person's"), ("coordinator", "may not be second")],
)
def test_nobody_is_alone_with_the_stock(stage: Stage, act: ActMaker, second: str, words: str) -> None:
    del stage
    alone = act("nurse", second=second)
    acts: list[Callable[[], object]] = [
        lambda: stock.open_vial(ID, alone),
        lambda: stock.waste(ID, Decimal(1), "sink", "x", alone),
        lambda: stock.damage(ID, Decimal(1), "x", alone),
        lambda: stock.send_back(ID, Decimal(1), "x", "x", alone),
        lambda: stock.set_apart(ID, "x", alone),
        lambda: stock.put_back(ID, "x", alone),
        lambda: stock.strike(ID, 1, "x", alone),
        lambda: stock.count({KEY: Decimal(1)}, alone),
        lambda: receipts.correct_receipt(ID, receipt(), alone),
    ]
    for each in acts:
        with pytest.raises(Refused, match=words):
            each()
    assert vial().head == 1


def test_nothing_leaves_that_the_ledger_does_not_have(stage: Stage, two: Callable[..., Act]) -> None:
    del stage
    for take in (
        lambda: stock.waste(ID, Decimal("20.01"), "sink", "expired", two()),
        lambda: stock.damage(ID, Decimal(21), "It fell and broke", two()),
        lambda: stock.send_back(ID, Decimal(21), "x", "x", two()),
    ):
        with pytest.raises(Refused, match="Count it first"):
            take()
    for nothing in ("0", "-1", "NaN"):
        with pytest.raises(Malformed, match="more than zero"):
            stock.waste(ID, Decimal(nothing), "sink", "expired", two())


def test_a_vial_set_apart_is_not_drawn_from_until_it_is_put_back(stage: Stage, two: Callable[..., Act]) -> None:
    stock.set_apart(ID, "Recalled.", two(-60))
    with pytest.raises((Refused, ValueError)):
        stage.infusing(SHE, "Chair 1", NOON)
    with pytest.raises(Refused, match="already set apart"):
        stock.set_apart(ID, "Recalled.", two(-60))
    stock.put_back(ID, "The recall does not name this lot.", two(-59))
    with pytest.raises(Refused, match="is not set apart"):
        stock.put_back(ID, "It is not that lot.", two(-58))


def test_a_count_that_differs_waits_until_a_named_act_closes_it(
    stage: Stage, two: Callable[..., Act], staff: dict[str, Staff]
) -> None:
    del stage
    (row,) = stock.count({KEY: Decimal("19.2")}, two())
    assert row.label == VIAL.label
    line = f"Vial {VIAL.label}: 0.8 mL missing; counted by {staff['nurse']}; to be settled by 03 Mar"
    for who in ("nurse", "prescriber", "director"):
        assert waiting(staff[who], 60)["Stock discrepancies"][0].startswith(line)
    week = 7 * 24 * 60
    assert waiting(staff["director"], week)["Stock discrepancies"][0].startswith(f"! {line}"), "time closes nothing"
    assert stock.count({KEY: Decimal(20)}, two(5)) == (), "a count that agrees is none"
    assert "Stock discrepancies" in waiting(staff["nurse"], 10), "nor does a count that agrees close one that did not"
    stock.explain(ID, 2, "Misread; counted again.", two(20, "prescriber"))
    assert "Stock discrepancies" not in waiting(staff["nurse"], 30)
    with pytest.raises(Refused, match="settled by prescriber"):
        stock.adjust(ID, 2, "Looked for twice.", two(21, "prescriber"))
    assert vial().on_hand_ml == 20


def test_an_adjustment_puts_the_ledger_to_what_was_counted(stage: Stage, two: Callable[..., Act]) -> None:
    del stage
    stock.count({KEY: Decimal("20.4")}, two())
    with pytest.raises(Refused, match="Nothing is missing"):
        stock.report_loss_of(ID, 2, "Nothing is known of it", "x", "", two(1, "prescriber"))
    stock.adjust(ID, 2, "Overfill, seen by both.", two(2, "prescriber"))
    assert (vial().on_hand_ml, vial().lost_mg) == (Decimal("20.4"), -4)


def test_what_was_corrected_since_the_count_is_not_adjusted_twice(stage: Stage, two: Callable[..., Act]) -> None:
    del stage
    stock.waste(ID, Decimal(5), "sink", "expired", two())
    stock.count({KEY: Decimal(20)}, two(1))
    stock.strike(ID, 2, "It was the other vial.", two(2))
    with pytest.raises(Refused, match="Explain the difference"):
        stock.adjust(ID, 3, "Looked for twice.", two(3, "prescriber"))
    stock.explain(ID, 3, "The waste was another vial's; struck.", two(4, "prescriber"))
    assert (vial().on_hand_ml, vial().open_differences) == (20, ())


def test_a_loss_is_reported_and_stays_lost(stage: Stage, two: Callable[..., Act]) -> None:
    del stage
    stock.count({KEY: Decimal(0)}, two())
    stock.report_loss_of(ID, 2, "Gone on Monday.", "DEA field office, 2 March", "106-1", two(1, "director"))
    assert (vial().on_hand_ml, vial().lost_mg, vial().open_differences) == (0, 200, ())


def test_the_stock_waits_to_be_counted_every_day(
    stage: Stage, two: Callable[..., Act], staff: dict[str, Staff]
) -> None:
    del stage
    assert "Stock to count" not in waiting(staff["nurse"], 0), "two people saw it come in today"
    tomorrow = 24 * 60
    assert "Stock to count" in waiting(staff["nurse"], tomorrow)
    stock.count({KEY: Decimal(20)}, two(tomorrow))
    assert "Stock to count" not in waiting(staff["nurse"], tomorrow + 1)


@pytest.mark.parametrize("counted", ["-1", "NaN", "Infinity", "51"])
def test_a_count_is_a_volume(stage: Stage, two: Callable[..., Act], counted: str) -> None:
    del stage
    with pytest.raises(Malformed, match="A count is a volume"):
        stock.count({KEY: Decimal(counted)}, two())
    with pytest.raises(Malformed, match="at least one vial"):
        stock.count({}, two())


def test_a_receipt_is_corrected_and_the_first_stays_legible(stage: Stage, two: Callable[..., Act]) -> None:
    del stage
    other = stock.receive_vial(replace(VIAL, label="K10-0500"), two(-60))
    with pytest.raises(Refused, match="already in the ledger"):
        receipts.correct_receipt(ID, receipt(label="K10-0500"), two())
    receipts.correct_receipt(ID, receipt(lot="D24B", volume_ml=Decimal(10), expires=date(2028, 1, 1)), two(1))
    now = vial()
    assert now.received is not None
    assert (now.received.lot, now.on_hand_ml, now.entries[0].event) == ("D24B", 10, VIAL)
    assert VialRow.objects.get(pk=ID).expires == date(2028, 1, 1)
    assert other != ID


def test_only_what_may_be_struck_is_struck(stage: Stage, two: Callable[..., Act]) -> None:
    del stage
    stock.waste(ID, Decimal(5), "sink", "expired", two())
    stock.strike(ID, 2, "another vial", two(1))
    with pytest.raises(Refused, match="entry 3 took it back"):
        stock.strike(ID, 2, "again", two(2))
    for entry in (1, 3, 99):
        with pytest.raises(Refused, match="not struck by itself"):
            stock.strike(ID, entry, "another vial", two(3))


def test_the_record_names_vial_patient_order_and_what_was_given(stage: Stage, two: Callable[..., Act]) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    end = stage.ran_through(SHE, session, NOON, 20)
    stage.accounted(session, end)
    stock.count({KEY: Decimal(16)}, two(50))
    found = words_of(documents.of_drug(NOON.date(), NOON.date(), at(60)))
    assert any("Given 35.7 mg, wasted 0 mg" in each for each in found)
    whom = next(each for each in found if "infusion 1, order entry" in each)
    assert SHE.family_name in whom
    assert any(each.startswith("OPEN: 0.43 mL missing") for each in found)
    balance = found[found.index(f"{VIAL.label}, 10 mg/mL") :][1:9]
    assert balance == ("0", "200", "35.7", "0", "0", "0", "0", "164.3")
    later = words_of(documents.of_drug(NOON.date() + timedelta(days=1), NOON.date() + timedelta(days=2), at(60)))
    assert later[later.index(f"{VIAL.label}, 10 mg/mL") :][1] == "164.3"
    assert not any(each.startswith("All ") for each in later), "of one vial there is no sum"
    assert "Nothing in these days." in later


def test_the_record_adds_up_all_vials_and_its_page_shows_the_counts_as_its_print(
    stage: Stage, two: Callable[..., Act], staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """An inspector was told each vial's balance and no sum; what was counted stood on paper alone."""
    stock.receive_vial(replace(VIAL, label="later"), two(5), demo_id("a later vial"))
    session = stage.infusing(SHE, "Chair 1", at(10))
    stock.count({KEY: Decimal(16)}, two(50))
    fixed_clock.shown = at(60)
    found = words_of(documents.of_drug(NOON.date(), NOON.date(), at(60)))
    assert found[found.index("All 2 vials") :][1:9] == ("0", "400", "0", "0", "0", "0", "35.7", "364.3")
    director = Desk(staff, "director")
    shown = director.reads("stock_record")
    assert "All 2 vials 0 400 0 0 0 0 35.7 364.3" in shown
    assert "Counts and differences When Vial Counted By the ledger Settled" in shown
    assert "16 mL 16.43 mL OPEN: 0.43 mL missing" in shown
    noted = director.client.get(reverse("session_note", args=[session])).content.decode()
    assert reverse("stock_vial", args=[ID]) in noted, "and back, while the note is still to be signed"


def test_a_vial_says_for_whom(stage: Stage) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    whom = vial_use.drawn_for(vial().entries)[str(session)]
    assert (whom.person.pk, whom.session.pk) == (demo_id(SHE.name), session)
    charted = documents.of_vial(ID, at(1))
    assert charted is not None
    assert any(SHE.family_name in each for each in words_of(charted))


def test_a_vials_page_and_paper_say_that_they_name_whose_record_is_restricted_too(
    stage: Stage, two: Callable[..., Act], staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """The record over all vials said so; the ledger of one named people without a word."""
    said = "also where their record is restricted to its readers"
    stock.receive_vial(replace(VIAL, label="untouched"), two(1), demo_id("untouched"))
    stage.infusing(SHE, "Chair 1", at(10))
    fixed_clock.shown = at(60)
    desk = Desk(staff, "nurse")
    for vial_id, is_said in ((ID, True), (demo_id("untouched"), False)):
        charted = documents.of_vial(vial_id, at(60))
        assert charted is not None
        assert any(said in each for each in words_of(charted)) == is_said
        assert (said in desk.reads("stock_vial", vial_id)) == is_said


def test_a_repeated_key_counts_once(stage: Stage, two: Callable[..., Act]) -> None:
    del stage
    once = two()
    assert stock.count({KEY: Decimal(19)}, once) == stock.count({KEY: Decimal(19)}, once)
    assert vial().head == 2


def test_a_vial_that_was_empty_before_the_days_is_not_read_for_their_record(
    stage: Stage, two: Callable[..., Act]
) -> None:
    """The controlled drug's record is the same, whatever a clinic has used up in the years before."""
    del stage
    day = NOON.date()
    other = demo_id("a later vial")
    stock.receive_vial(replace(VIAL, label="later"), two(24 * 60), other)
    stock.waste(ID, VIAL.volume_ml, "In the sink.", "Expired in the shelf.", two(2 * 24 * 60))
    read: list[str] = []
    vial_of = chart_store.vial

    def noted(which: Id) -> Vial:
        read.append(str(which))
        return vial_of(which)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chart_store, "vial", noted)
        for first, last, whose in (
            (3, 9, [str(other)]), (2, 2, [KEY, str(other)]), (0, 9, [KEY, str(other)]), (0, 0, [KEY, str(other)]),
        ):  # fmt: skip
            read.clear()
            days = (day + timedelta(days=first), day + timedelta(days=last))
            told = words_of(documents.of_drug(*days, at(10 * 24 * 60)))
            assert sorted(read) == sorted(whose)
            everything = [vial_of(each) for each in (ID, other) if vial_of(each).entries[0].at.date() <= days[1]]
            patched.setattr(vial_use, "vials_between", lambda *_, found=everything: tuple(found))
            assert words_of(documents.of_drug(*days, at(10 * 24 * 60))) == told
            patched.undo()
            patched.setattr(chart_store, "vial", noted)
