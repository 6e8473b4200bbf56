"""Two records of one person: read together in the ledger's order, by two people, and parted with nothing rewritten."""

import uuid
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from html import unescape
from typing import get_type_hints

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store, codec
from sereniv.clinic.records.models import Entry, Invitation, Person
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.admin import chairs
from sereniv.clinic.workflows.calendar import booking
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import joining, people
from sereniv.clinic.workflows.person.likeness import everybody_alike
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.safety import safety
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person import joined
from sereniv.therapy.person.chart import chart_of
from sereniv.therapy.person.consent import ConsentState, consent
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.records.instances import INSTANCES
from tests.therapy.making import taken_up
from tests.workflows import erasing, test_path
from tests.workflows.coursing import consent_version
from tests.workflows.test_path import SHE, everybody, registration

pytestmark = pytest.mark.django_db
stage = test_path.stage
WHY = "Same passport, moved and registered again"
APART = "Twin sisters, seen together today"


@pytest.fixture
def two(act: ActMaker) -> tuple[uuid.UUID, uuid.UUID]:
    """Return a kept and another record of one woman, with entries in turn."""
    kept = people.register(registration(), act("nurse")).pk
    other = people.register(replace(registration(), given_names="Ida Maria"), act("nurse"), told_apart=everybody()).pk
    intake.record_history(kept, pe.HistoryList.ALLERGIES, ("penicillin",), (), act("nurse", now=at(1)))
    intake.record_history(other, pe.HistoryList.ALLERGIES, ("latex",), (), act("nurse", now=at(2)))
    intake.record_measurements(other, {"weight_kg": "157", "height_cm": "170"}, act("nurse", now=at(3)))
    intake.record_consent(kept, consent_version(), "Ida Lind", "", act("nurse", now=at(4)))
    intake.withdraw_consent(kept, "moving away", act("nurse", now=at(5)))
    intake.record_consent(other, consent_version(), "Ida Lind", "", act("nurse", now=at(6)))
    return kept, other


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def ledger() -> list[tuple[str, int, str]]:
    return list(Entry.objects.order_by("seq").values_list("stream", "stream_seq", "hash"))


def test_the_kept_chart_is_a_fold_over_both_in_the_ledgers_order(
    two: tuple[uuid.UUID, uuid.UUID], act: ActMaker
) -> None:
    kept, other = two
    before, own = ledger(), chart_store.person_chart(kept)
    joining.join(kept, other, WHY, act("nurse", now=at(10), second="nurse2"))
    assert ledger()[: len(before)] == before, "no stream is rewritten"
    chart = chart_store.person_chart(kept)
    told = [each.event.entries for each in chart.entries if isinstance(each.event, pe.HistoryRecorded)]
    assert told == [("penicillin",), ("latex",)], "as they were written"
    said = chart.history(pe.HistoryList.ALLERGIES)
    assert said is not None
    assert said.event.entries == ("penicillin", "latex"), "both count"
    assert [each.seq for each in chart.entries] == sorted(each.seq for each in chart.entries)
    assert chart.head == own.head + 1, "what is decided on is the kept stream's own end"
    assert len({each.stream_seq for each in chart.entries}) == len(chart.entries)
    assert chart_store.person_chart(other).last(pe.ConsentRecorded) is not None, "the other one still reads by itself"


def test_the_later_word_counts_whichever_record_it_stands_in(two: tuple[uuid.UUID, uuid.UUID], act: ActMaker) -> None:
    kept, other = two
    rule = knowledge().consent
    assert consent(chart_store.person_chart(kept), NOON, rule).state is ConsentState.WITHDRAWN
    joining.join(kept, other, WHY, act("nurse", now=at(10), second="nurse2"))
    assert consent(chart_store.person_chart(kept), NOON, rule).state is ConsentState.HOLDS
    joining.part(kept, other, APART, act("nurse", now=at(20), second="nurse2"))
    assert consent(chart_store.person_chart(kept), NOON, rule).state is ConsentState.WITHDRAWN


def test_what_is_done_to_an_entry_of_the_other_record_stands_beside_it(
    two: tuple[uuid.UUID, uuid.UUID], act: ActMaker
) -> None:
    kept, other = two
    joining.join(kept, other, WHY, act("nurse", now=at(10), second="nurse2"))
    (question,) = chart_store.person_chart(kept).open_questions()
    assert question.entry > joined.BASE
    intake.confirm_value(kept, question.entry, "weight_kg", "weighed twice", act("nurse", now=at(11)))
    assert chart_store.person_chart(kept).open_questions() == ()
    assert chart_store.person_chart(other).open_questions() == (), "confirmed where it stands"
    found = chart_store.person_chart(kept).all(pe.HistoryRecorded)
    (allergies,) = [each for each in found if each.stream_seq > joined.BASE]
    people.strike_record(kept, allergies.stream_seq, "Another person's", act("nurse", now=at(12)))
    assert [each.event.entries for each in chart_store.person_chart(kept).all(pe.HistoryRecorded)] == [("penicillin",)]
    joining.part(kept, other, APART, act("nurse", now=at(20), second="nurse2"))
    assert chart_store.person_chart(other).all(pe.HistoryRecorded) == ()
    assert [each.event.entries for each in chart_store.person_chart(kept).all(pe.HistoryRecorded)] == [("penicillin",)]
    with pytest.raises(Refused, match="read by itself again"):
        people.record(kept, pe.RecordStruck(entry=allergies.stream_seq, reason="x"), act("nurse", now=at(21)))


def test_parting_leaves_each_record_as_it_was(two: tuple[uuid.UUID, uuid.UUID], act: ActMaker) -> None:
    kept, other = two
    before = {each: chart_store.person_chart(each).counted for each in two}
    joining.join(kept, other, WHY, act("nurse", now=at(10), second="nurse2"))
    assert Person.objects.get(pk=other).joined_into_id == kept
    joining.part(kept, other, APART, act("nurse", now=at(20), second="nurse2"))
    assert Person.objects.get(pk=other).joined_into_id is None
    for each in two:
        after = dict(chart_store.person_chart(each).counted)
        assert {kind: found for kind, found in after.items() if kind in before[each]} == dict(before[each])
    joining.join(kept, other, WHY, act("nurse", now=at(30), second="nurse2"))
    assert len(chart_store.person_chart(kept).all(pe.HistoryRecorded)) == 2, "joined again after all"


def test_two_people_sign_and_say_why(two: tuple[uuid.UUID, uuid.UUID], act: ActMaker) -> None:
    kept, other = two
    for second, words in (("", "second person"), ("nurse", "another person's"), ("coordinator", "may not be second")):
        with pytest.raises(Refused, match=words):
            joining.join(kept, other, WHY, act("nurse", second=second))
    with pytest.raises(Malformed, match="how you know"):
        joining.join(kept, other, "x", act("nurse", second="nurse2"))
    assert Person.objects.get(pk=other).joined_into is None


def test_what_is_live_is_not_joined_away(stage: Stage, act: ActMaker) -> None:
    kept = people.register(registration(), act("nurse")).pk
    treated, _ = stage.ordered(SHE, NOON)
    with pytest.raises(Refused, match=r"holds an order\. Keep that one: open it"):
        joining.join(kept, treated, WHY, act("nurse", second="nurse2"))
    joining.join(treated, kept, WHY, act("nurse", second="nurse2"))
    with pytest.raises(Refused, match="joined into another one already"):
        joining.join(treated, kept, WHY, act("nurse", second="nurse2"))
    asked = people.register(replace(registration(), family_name="Zander"), act("nurse"), told_apart=everybody()).pk
    answers.answer(asked, "phq9", (0,) * 8 + (2,), "patient", act("nurse"))
    with pytest.raises(Refused, match="about suicide"):
        joining.join(treated, asked, WHY, act("nurse", second="nurse2"))
    with pytest.raises(Refused, match="another record than this"):
        joining.join(treated, treated, WHY, act("nurse", second="nurse2"))


def test_an_order_of_either_of_two_treated_ones_is_withdrawn_first(stage: Stage, act: ActMaker) -> None:
    """Whichever of the two is chosen to be kept, the words say how to go on."""
    first, _ = stage.ordered(SHE, NOON)
    second, _ = stage.ordered(replace(SHE, name="other", family_name="Lindt"), NOON)
    for kept, other in ((first, second), (second, first)):
        with pytest.raises(Refused, match="Both were treated") as told:
            joining.join(kept, other, WHY, act("nurse", second="nurse2"))
        assert "withdraw it, join, and order anew" in told.value.reason


def test_what_waits_in_the_other_record_is_named_with_what_to_do(act: ActMaker, stage: Stage) -> None:
    kept, _ = stage.ordered(SHE, NOON)
    other = people.register(replace(registration(), family_name="Zander"), act("nurse"), told_apart=everybody()).pk
    chairs.add_chair("Chair 1", act("admin"))
    wish = booking.Wish(starts_at=NOON + timedelta(days=1), chair="Chair 1", purpose=pe.Purpose.REVIEW)
    entry = booking.book(other, wish, act("nurse"))
    with pytest.raises(Refused, match="cancel it, and book it anew in the kept record"):
        joining.join(kept, other, WHY, act("nurse", second="nurse2"))
    booking.cancel(other, entry, "one person", False, act("nurse"), pe.Told.TELEPHONE)
    joining.join(kept, other, WHY, act("nurse", second="nurse2"))


def test_nothing_new_is_intended_in_a_record_that_is_joined_into_another(
    two: tuple[uuid.UUID, uuid.UUID], act: ActMaker
) -> None:
    """An old tab on the other record: facts are kept and read; decisions, orders and bookings go to the kept one."""
    kept, other = two
    joining.join(kept, other, WHY, act("nurse", now=at(10), second="nurse2"))
    chairs.add_chair("Chair 1", act("admin"))
    wish = booking.Wish(starts_at=NOON + timedelta(days=1), chair="Chair 1", purpose=pe.Purpose.REVIEW)
    wanted = test_path.WANTED
    intentions: list[Callable[[], object]] = [
        lambda: booking.book(other, wish, act("nurse", now=at(11))),
        lambda: invitations.invite(other, ("gad7",), NOON + timedelta(days=3), act("nurse", now=at(11))),
        lambda: candidacy.decide_candidacy(
            other, pe.Decision.DECLINED, "not for her now", 0, act("prescriber", now=at(11))
        ),
        lambda: orders.sign_order(other, wanted, "", 0, act("prescriber", now=at(11))),
        lambda: sessions.open_session(other, 1, "Chair 1", act("nurse", now=at(11))),
    ]
    for each in intentions:
        with pytest.raises(Refused, match="joined into that of Ida Lind"):
            each()
    intake.record_history(other, pe.HistoryList.ALLERGIES, ("ketamine",), (), act("nurse", now=at(12)))
    said = chart_store.person_chart(kept).history(pe.HistoryList.ALLERGIES)
    assert said is not None
    assert said.event.entries == ("penicillin", "ketamine"), "a fact is kept wherever it is charted, and read"


BASIS = "GDPR Article 17, request of 2 March"


def test_erasing_a_person_erases_both_records(two: tuple[uuid.UUID, uuid.UUID], act: ActMaker) -> None:
    kept, other = two
    invitations.invite(kept, ("gad7",), NOON + timedelta(days=3), act("nurse", now=at(9)))
    joining.join(kept, other, WHY, act("nurse", now=at(10), second="nurse2"))
    of_both = Entry.objects.filter(stream__in=[f"person/{each}" for each in two])
    signed = {"now": at(20), "second": "admin"}
    with pytest.raises(Refused, match="joined into that of"):
        erasing.erase_person(Person.objects.get(pk=other), BASIS, act("director", **signed))
    erasing.erase_person(Person.objects.get(pk=kept), BASIS, act("director", **signed))
    assert not Person.objects.filter(pk__in=two).exists()
    assert not of_both.exclude(payload=None).exists()
    of_each = {f"{room}/{each}" for room in ("person", "register") for each in two}
    assert {each.event.stream for each in chart_store.read("home")[-4:]} == of_each
    assert Invitation.objects.get().withdrawn_at is not None


def test_no_entry_is_erased_alone_that_another_record_would_speak_for(
    two: tuple[uuid.UUID, uuid.UUID], act: ActMaker
) -> None:
    """The later word stands in one record and the earlier in the other: erased alone, the earlier would count again."""
    kept, other = two
    joining.join(kept, other, WHY, act("nurse", now=at(10), second="nurse2"))
    later = Entry.objects.filter(stream=f"person/{other}", kind="HistoryRecorded").latest("seq").seq
    with pytest.raises(Refused, match="earlier one of its kind"):
        erasing.erase(later, BASIS, act("director", now=at(20), second="admin"))
    for stream in two:
        join = Entry.objects.filter(stream=f"person/{stream}", kind="RecordsJoined").latest("seq").seq
        with pytest.raises(Refused, match="Part them"):
            erasing.erase(join, BASIS, act("director", now=at(20), second="admin"))
    earlier = Entry.objects.filter(stream=f"person/{kept}", kind="HistoryRecorded").latest("seq").seq
    assert erasing.erase(earlier, BASIS, act("director", now=at(20), second="admin")) == 1


def test_links_of_the_other_record_end_and_lists_show_one(
    two: tuple[uuid.UUID, uuid.UUID], act: ActMaker, staff: dict[str, Staff]
) -> None:
    kept, other = two
    invitations.invite(other, ("gad7",), NOON + timedelta(days=3), act("nurse"))
    joining.join(kept, other, WHY, act("nurse", now=at(10), second="nurse2"))
    assert Invitation.objects.get().withdrawn_at is not None
    assert everybody_alike(Person.objects.get(pk=kept).identity, [str(kept)]) == ()
    lines = [line.what for topic in topics_for(staff["coordinator"], NOON) for line in topic.lines]
    assert not [line for line in lines if "Ida Maria" in line]


def test_thoughts_of_suicide_told_in_either_record_are_taken_up_in_the_kept_one(
    two: tuple[uuid.UUID, uuid.UUID], act: ActMaker
) -> None:
    """An old tab on the other record: the item waits where somebody decides, and closes by what is decided there."""
    kept, other = two
    joining.join(kept, other, WHY, act("nurse", now=at(10), second="nurse2"))
    answers.answer(other, "cssrs_risk", (3,), "staff", act("nurse", now=at(11)))
    (listed,) = safety.worklist(at(12))
    assert listed.person.pk == kept
    entry = listed.item.opened.entry
    assert entry > joined.BASE
    safety.take_up(kept, taken_up(entry, risk=pe.Risk.HIGH), act("prescriber", now=at(13)))
    assert [each.person.pk for each in safety.worklist(at(14))] == [kept], "the level of care is still to decide"
    level = pe.LevelOfCareDecided(level=pe.LevelOfCare.EMERGENCY, words="Seen, sent with her sister")
    people.record(kept, level, act("prescriber", now=at(15)))
    assert safety.worklist(at(16)) == ()


def test_every_number_that_names_an_entry_is_known() -> None:
    """A new event with a number of an entry under another name would point into the wrong record."""
    counts = {
        "grade", "minutes", "valid_days", "version", "protocol_version", "after_infusion", "interval_days", "asa",
        "infusion_number", "duration_min", "total", "weeks", "improvement_percent", "within_days", "others_before",
    }  # fmt: skip
    of_the_ledger = {
        "opening",
        "told",
        "same_as",
    }  # numbered through all streams, so that it means the same entry in any record
    for kind in codec.kinds().values():
        if kind.__module__.startswith("sereniv.therapy.person.events"):
            whole = {each.name for each in fields(kind) if get_type_hints(kind)[each.name] in (int, int | None)}
            assert whole <= joined.REFERENCES | counts | of_the_ledger, (kind.__name__, whole)


def test_moving_an_event_and_bringing_it_back_changes_nothing() -> None:
    for event in INSTANCES:
        if isinstance(event, pe.PersonEvent):
            moved = joined._referring(event, 3 * joined.BASE)
            assert joined.brought_back(moved) == event
    assert joined.read_together(chart_of(()), {1: chart_of(())}).entries == ()


def test_the_pages_compare_join_and_part(
    two: tuple[uuid.UUID, uuid.UUID], staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    kept, other = two
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")

    def page(address: str) -> str:
        return unescape(nurse.get(address).content.decode())

    assert "Ida Maria Lind" in page(f"/people/{kept}/join/")
    assert "Ida Maria Lind" in page(f"/people/{kept}/join/?q=maria")
    compared = page(f"/people/{kept}/join/?other={other}")
    assert "Joined into it" in compared
    signed = {
        "key": "join-00001", "other": str(other), "compared": "on", "reason": WHY,
        "second_person": staff["nurse2"].pk, "second_secret": PASSWORD,
    }  # fmt: skip
    assert "read together now" in unescape(
        nurse.post(f"/people/{kept}/join/?other={other}", signed, follow=True).content.decode()
    )
    assert "joined into that of" in page(f"/people/{other}/")
    assert "Ida Maria" not in page("/people/")
    parted = {**signed, "key": "part-00001", "reason": APART}
    assert nurse.post(f"/people/{kept}/part/{other}/", parted).status_code == 302
    assert "Ida Maria" in page("/people/")
