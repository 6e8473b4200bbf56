"""Erasure by law: the words go, their place stays, everything else is read on, and the chain holds."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.envelopes import erased_in
from sereniv.clinic.records.house_events import PayloadsErased
from sereniv.clinic.records.models import AppointmentRow, Enquiry, Entry, Invitation, Person, SessionRow
from sereniv.clinic.records.projections import rebuild
from sereniv.clinic.workflows.admin import chairs
from sereniv.clinic.workflows.calendar import booking
from sereniv.clinic.workflows.chair import charting
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import joining, people, person_erasure
from sereniv.clinic.workflows.person.person_erasure import preview
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.safety import safety
from sereniv.knowledge import knowledge
from sereniv.therapy.person.events import HistoryList, HistoryRecorded, Purpose
from sereniv.therapy.person.names import birth_words
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session.events import RemarkCharted
from sereniv.verify import ENVELOPE_FIELDS, check
from tests.conftest import NOON, ActMaker, FixedClock
from tests.therapy.making import taken_up
from tests.web.desk import Desk
from tests.workflows import erasing, test_path
from tests.workflows.test_path import SHE, everybody, registration

pytestmark = pytest.mark.django_db
stage = test_path.stage
COLUMNS = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")
BASIS = "GDPR Article 17, request of 2 March"


def seq_of(kind: str, stream: str) -> int:
    return Entry.objects.filter(kind=kind, stream__startswith=stream).latest("seq").seq


def test_an_erased_entry_leaves_its_place_the_rest_and_the_chain(stage: Stage, act: ActMaker) -> None:
    person = stage.candidate(SHE, NOON)
    before = chart_store.person_chart(person)
    seq = seq_of("ScaleAnswered", "person/")
    assert erasing.erase(seq, BASIS, act("director", second="admin")) == 1
    report = check(Entry.objects.order_by("seq").values(*COLUMNS))
    assert (report.sound, report.erased) == (True, 1)
    after = chart_store.person_chart(person)
    assert (len(after.scores), len(after.entries)) == (len(before.scores) - 1, len(before.entries) - 1)
    assert [each.seq for each in erased_in(f"person/{person}")] == [seq]
    entry = Entry.objects.get(seq=seq)
    assert (entry.payload, entry.salt) == (None, ""), "without its salt, what it said cannot be guessed back"
    told = chart_store.read("home")[-1]
    assert told.event == PayloadsErased(stream=f"person/{person}", entries=(seq,), basis=BASIS)
    assert (told.recorded_by, told.co_signed_by) == ("director", "admin")
    answers.answer(person, "phq9", (0,) * 9, "patient", act("nurse"))
    with pytest.raises(Refused, match="already"):
        erasing.erase(seq, BASIS, act("admin", second="director"))


def test_after_the_newest_entry_is_erased_the_next_decision_is_no_conflict(stage: Stage, act: ActMaker) -> None:
    person = stage.candidate(SHE, NOON)
    newest = Entry.objects.filter(stream=f"person/{person}").latest("seq").seq
    erasing.erase(newest, BASIS, act("director", second="admin"))
    seen = chart_store.person_chart(person).head
    with transaction.atomic():
        chart_store.append(
            [
                chart_store.New(
                    stream=f"person/{person}",
                    event=chart_store.person_chart(person).entries[0].event,
                    at=NOON,
                    expected_seq=seen,
                )
            ],
            act("nurse").writing(),
        )


def test_a_whole_record_is_erased_while_what_was_given_stays(stage: Stage, act: ActMaker) -> None:
    stage.finished(SHE, "Chair 1", NOON - timedelta(days=1))
    row = SessionRow.objects.get()
    delivered = chart_store.session_chart_of(row.pk)
    assert erasing.erase_person(row.person, BASIS, act("admin", second="director")) == 1
    assert chart_store.person_chart(row.person_id).entries == ()
    chart = chart_store.session_chart_of(row.pk)
    assert delivered.reconciled is not None
    for what in ("opened", "bags", "rates", "started_at", "stopped_at", "reconciled"):
        assert getattr(chart, what) == getattr(delivered, what), what
    assert (chart.discharged, chart.signed, chart.vitals) == (None, None, ())
    assert SessionRow.objects.get().phase == "signed"
    assert check(Entry.objects.order_by("seq").values(*COLUMNS)).sound
    assert rebuild() > 0


@pytest.mark.parametrize("kind", ["SessionOpened", "InfusionStarted", "DrugReconciled", "NoteSigned"])
def test_what_the_drug_and_the_dose_rest_on_is_kept(stage: Stage, act: ActMaker, kind: str) -> None:
    stage.finished(SHE, "Chair 1", NOON - timedelta(days=1))
    with pytest.raises(Refused, match="rests on this entry"):
        erasing.erase(seq_of(kind, "session/"), BASIS, act("director", second="admin"))
    for stream in ("stock/", "audit"):
        seq = Entry.objects.filter(stream__startswith=stream).latest("seq").seq
        with pytest.raises(Refused, match="are kept"):
            erasing.erase(seq, BASIS, act("director", second="admin"))
    vitals = seq_of("VitalsCharted", "session/")
    assert erasing.erase(vitals, BASIS, act("director", second="admin")) == 1


def test_nothing_goes_while_care_is_under_way(stage: Stage, act: ActMaker) -> None:
    stage.infusing(SHE, "Chair 1", NOON)
    for seq in (seq_of("ConsentRecorded", "person/"), seq_of("VitalsCharted", "session/")):
        with pytest.raises(Refused, match="session is open"):
            erasing.erase(seq, BASIS, act("director", second="admin"))


def test_nothing_of_a_joined_record_goes_while_its_person_sits_at_a_chair(stage: Stage, act: ActMaker) -> None:
    """The session stands in the record that was kept: what the other said of allergies could go under a pump."""
    other = people.register(replace(registration(), given_names="Ida Maria"), act("nurse"), told_apart=everybody()).pk
    people.record(other, HistoryRecorded(list=HistoryList.ALLERGIES, entries=("latex",)), act("nurse"))
    stage.candidate(SHE, NOON)
    joining.join(demo_id(SHE.name), other, "same passport, moved here", act("nurse", second="nurse2"))
    stage.decided(SHE, NOON - timedelta(minutes=20))
    order = stage.signed_order(SHE, NOON - timedelta(minutes=9))
    stage.seated(SHE, order, "Chair 1", NOON, demo_id("first"))
    with pytest.raises(Refused, match="session is open"):
        erasing.erase(seq_of("HistoryRecorded", f"person/{other}"), BASIS, act("director", second="admin"))


@pytest.mark.parametrize("second", ["director", "nurse", ""])
def test_director_and_administrator_sign_together(stage: Stage, act: ActMaker, second: str) -> None:
    stage.candidate(SHE, NOON)
    with pytest.raises(Refused):
        erasing.erase(seq_of("ConsentRecorded", "person/"), BASIS, act("director", second=second))
    with pytest.raises(Malformed, match="which law"):
        erasing.erase(seq_of("ConsentRecorded", "person/"), " ", act("director", second="admin"))
    assert not Entry.objects.filter(payload=None).exists()


def test_the_database_lets_a_salt_go_only_with_its_payload(stage: Stage) -> None:
    stage.candidate(SHE, NOON)
    for change in ({"salt": ""}, {"payload": None, "salt": "another"}, {"payload": None, "payload_hash": "x"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Entry.objects.filter(seq=1).update(**change)


def test_pages_say_in_place_that_something_was_erased(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    stage.finished(SHE, "Chair 1", NOON - timedelta(days=1))
    fixed_clock.shown = NOON
    row = SessionRow.objects.get()
    erasing.erase(seq_of("ConsentRecorded", "person/"), BASIS, act("director", second="admin"))
    erasing.erase(seq_of("VitalsCharted", "session/"), BASIS, act("director", second="admin"))
    client = Client()
    client.force_login(staff["director"], backend="django.contrib.auth.backends.ModelBackend")
    for address in (f"/people/{row.person_id}/", f"/sessions/{row.pk}/", "/ledger/"):
        assert "erased by law" in client.get(address).content.decode(), address
    for address in ("/people/", "/", "/today/", f"/sessions/{row.pk}/note/", "/stock/"):
        assert client.get(address).status_code == 200, address


def erased_alone(person: object, kind: str, act: ActMaker) -> int:
    return erasing.erase(seq_of(kind, f"person/{person}"), BASIS, act("director", second="admin"))


def test_nothing_that_no_longer_held_holds_again(stage: Stage, act: ActMaker) -> None:
    """An allergy written after "none of these", a withdrawn consent: erased alone, the earlier word would count."""
    person = stage.candidate(SHE, NOON)
    intake.record_history(person, HistoryList.ALLERGIES, ("ketamine",), (), act("nurse"))
    with pytest.raises(Refused, match="earlier one of its kind"):
        erased_alone(person, "HistoryRecorded", act)
    intake.withdraw_consent(person, "changed her mind", act("nurse"))
    with pytest.raises(Refused, match="took back"):
        erased_alone(person, "ConsentWithdrawn", act)
    said = chart_store.person_chart(person).history(HistoryList.ALLERGIES)
    assert said is not None
    assert said.event.entries == ("ketamine",)
    first = Entry.objects.filter(stream=f"person/{person}", kind="HistoryRecorded").earliest("seq").seq
    assert erasing.erase(first, BASIS, act("director", second="admin")) == 1


def test_a_suicide_item_is_taken_up_before_it_is_erased(stage: Stage, act: ActMaker) -> None:
    person = stage.candidate(SHE, NOON)
    answers.answer(person, "phq9", (0,) * 8 + (2,), "patient", act("nurse"))
    with pytest.raises(Refused, match="suicide item"):
        erasing.erase(seq_of("ScaleAnswered", "person/"), BASIS, act("director", second="admin"))
    with pytest.raises(Refused, match="suicide item"):
        erasing.erase_person(Person.objects.get(pk=person), BASIS, act("director", second="admin"))
    safety.take_up(person, taken_up(chart_store.person_chart(person).scores[-1].stream_seq), act("nurse"))
    assert erasing.erase_person(Person.objects.get(pk=person), BASIS, act("director", second="admin")) == 1
    assert chart_store.person_chart(person).entries == ()


def test_what_was_made_from_an_erased_record_goes_with_it(stage: Stage, act: ActMaker) -> None:
    """A booked chair is free again, a link is shut, and what was filled in under it is gone."""
    person = stage.candidate(SHE, NOON)
    chairs.add_chair("Chair 1", act("admin"))
    wish = booking.Wish(starts_at=NOON + timedelta(days=1), chair="Chair 1", purpose=Purpose.REVIEW)
    booking.book(person, wish, act("nurse"))
    invited = invitations.invite(person, ("gad7", "mood"), NOON + timedelta(days=7), act("nurse"))
    invitations.keep(invited.invitation, knowledge().scales["gad7"], (3,) + (None,) * 6, "phone-keep-1")
    assert AppointmentRow.objects.filter(person_id=person).exists()
    erasing.erase_person(Person.objects.get(pk=person), BASIS, act("director", second="admin"))
    assert not AppointmentRow.objects.filter(person_id=person).exists()
    assert Invitation.objects.get().drafts == {}
    with pytest.raises(invitations.NoSuchInvitation):
        invitations.found(invited.token, NOON)
    with pytest.raises(invitations.NoSuchInvitation):
        invitations.keep(invited.invitation, knowledge().scales["gad7"], (3,) + (None,) * 6, "phone-keep-1")
    with pytest.raises(invitations.NoSuchInvitation):
        invitations.answer(invited.invitation, knowledge().scales["mood"], (4,), "phone-0001", NOON)
    assert Invitation.objects.get().drafts == {}


def test_a_form_that_comes_again_after_its_entry_was_erased_is_told(stage: Stage, act: ActMaker) -> None:
    person = stage.candidate(SHE, NOON)
    answers.answer_mood(person, 5, "patient", act("nurse", key="erased-0001"))
    erased_alone(person, "ScaleAnswered", act)
    with pytest.raises(Malformed, match="erased by law"):
        answers.answer_mood(person, 5, "patient", act("nurse", key="erased-0001"))


# A person as a whole.


def test_whoever_is_erased_stands_nowhere_but_under_a_number(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    stage.finished(SHE, "Chair 1", NOON - timedelta(days=1))
    row = SessionRow.objects.select_related("person").get()
    who, name, pk = row.person, str(row.person), row.person_id
    born = birth_words(row.person.born)
    Enquiry.objects.create(name=name, reach="555-7777", born=born, message="May I come?", received_at=NOON)
    Enquiry.objects.create(name="Somebody Else", reach="555-8888", message="And I?", received_at=NOON)
    director = Client()
    director.force_login(staff["director"], backend="django.contrib.auth.backends.ModelBackend")
    page = director.get(f"/people/{pk}/erase/").content.decode()
    assert re.search(r"What goes.*telephone and address.*What stays, and why.*controlled drugs asks", page, re.DOTALL)
    assert "Somebody Else" not in page
    erasing.erase_person(who, BASIS, act("director", second="admin"))
    for address in ("/people/", "/today/", "/", "/calendar/", "/enquiries/", "/outcomes/", "/side-effects/",
                    "/stock/record/", "/stock/record/print/", "/ledger/", "/safety/"):  # fmt: skip
        shown = director.get(address).content.decode()
        assert name not in shown, address
        assert who.family_name not in shown, address
        assert "1 Jan 1900" not in shown, address
        assert "Files to complete" not in shown, address
    assert f'href="/people/{pk}/' not in director.get(f"/people/?q={who.family_name}").content.decode()
    assert "Erased person 1" in director.get("/stock/record/").content.decode()
    for address in (f"/people/{pk}/", f"/people/{pk}/decide/", f"/people/{pk}/documents/plan/", f"/sessions/{row.pk}/",
                    f"/sessions/{row.pk}/note/", f"/sessions/{row.pk}/documents/note/pdf/"):  # fmt: skip
        assert director.get(address).status_code == 404, address
    left = director.get(f"/people/{pk}/erase/").content.decode()
    assert "Erased person 1" in left
    assert BASIS in left
    assert name not in left
    assert Enquiry.objects.filter(name="Somebody Else", message="And I?").exists()
    assert [each.born for each in Enquiry.objects.filter(name="Erased by law")] == [""]
    rebuild()
    assert SessionRow.objects.get().phase == "signed", "its chair is free, and nobody is asked to discharge it"


@pytest.mark.parametrize("basis", ["", "Letter of {name}"])
def test_the_basis_is_written_and_says_no_name(stage: Stage, act: ActMaker, basis: str) -> None:
    who = Person.objects.get(pk=stage.candidate(SHE, NOON))
    with pytest.raises(Malformed, match="law or "):
        erasing.erase_person(who, basis.format(name=who), act("director", second="admin"))
    assert Person.objects.get(pk=who.pk).family_name == who.family_name


def test_what_stays_is_counted_before_as_it_is_after(stage: Stage, act: ActMaker) -> None:
    """The page counted the places of a session's entries alone: 54, and 106 once it was done."""
    stage.finished(SHE, "Chair 1", NOON - timedelta(days=1))
    who = SessionRow.objects.select_related("person").get().person
    person_erasure.announce_person(who, BASIS, erasing.announcing(act("director", second="admin")))
    before = preview(who, NOON).stays
    person_erasure.erase_person(who, act("director", second="admin"))
    assert person_erasure.left_of(who).stays == before


def test_care_under_way_stands_in_the_way_and_the_page_says_so_before(stage: Stage, act: ActMaker) -> None:
    stage.infusing(SHE, "Chair 1", NOON)
    who = SessionRow.objects.get().person
    assert any("session is open" in why for why in preview(who, NOON).in_the_way)
    with pytest.raises(Refused, match="session is open"):
        erasing.erase_person(who, BASIS, act("director", second="admin"))


def test_a_second_person_is_erased_under_the_next_number_and_nobody_twice(stage: Stage, act: ActMaker) -> None:
    people = [Person.objects.get(pk=stage.candidate(replace(SHE, name=name), NOON)) for name in ("one", "two")]
    one = act("director", second="admin")
    assert [
        erasing.erase_person(people[0], BASIS, one),
        erasing.erase_person(people[1], BASIS, act("admin", second="director")),
    ] == [
        1,
        2,
    ]
    assert erasing.erase_person(people[0], BASIS, one) == 1, "the same act again"
    with pytest.raises(Refused, match="already"):
        erasing.erase_person(people[0], BASIS, act("director", second="admin"))


def test_words_in_what_is_kept_are_named_before(stage: Stage, act: ActMaker) -> None:
    stage.finished(replace(SHE, family_name="Milliliter"), "Chair 1", NOON - timedelta(days=1))
    who = SessionRow.objects.get().person
    assert preview(who, NOON).worded == ()
    Person.objects.filter(pk=who.pk).update(family_name="Drawn_mg")
    who.refresh_from_db()
    assert preview(who, NOON).worded != ()


def test_where_others_records_name_them_is_said_before(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Whoever was erased stood by name in the remark of the neighbour's infusion, and no page had said so."""
    fixed_clock.shown = NOON
    stage.finished(SHE, "Chair 1", NOON - timedelta(days=1))
    who = SessionRow.objects.get().person
    other = stage.infusing(replace(SHE, name="neighbour", family_name="Other"), "Chair 2", NOON)
    assert preview(who, NOON).elsewhere == ()
    charting.chart_fact(other, RemarkCharted(text=f"asks after {str(who).upper()}"), act("nurse"))
    (named,) = preview(who, NOON).elsewhere
    assert named.stream == chart_store.session_stream(other)
    shown = Desk(staff, "director").reads("person_erase", who.pk)
    assert f"Entry {named.seq} : " in shown
