"""A practice taken in: whole or not at all, each entry with its file and row, nobody merged unasked, undone whole."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store, entered
from sereniv.clinic.records.models import Entry, Person
from sereniv.clinic.workflows.calendar.calendar import infusion_starts
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.importing import taking, undoing
from sereniv.clinic.workflows.importing.files import ReadAs, opened, source_of
from sereniv.clinic.workflows.importing.plan import Answers, Plan
from sereniv.clinic.workflows.importing.planning import plan
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders.orders import propose
from sereniv.clinic.workflows.person import joining, people
from sereniv.clinic.workflows.shell.acting import NotPermitted
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.tables.columns import TableKind, proposed
from sereniv.knowledge import Phase, knowledge
from sereniv.therapy.candidacy.interactions import interaction_findings
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.allergies import against_the_bag, allergy_words
from sereniv.therapy.person.condition_findings import condition_findings
from sereniv.therapy.person.elsewhere import origins
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.treatment.last_time import otherwise_now
from sereniv.verify import check
from tests.conftest import NOON, ActMaker
from tests.exchange.incoming.samples import samples
from tests.workflows.coursing import eligible, infuse, wanted

pytestmark = pytest.mark.django_db
BOOK = Path(__file__).resolve().parents[2] / "data" / "import" / "practice.xlsx"
BROOK = "Practice of Dr Brook"
WHY = "Dr Brook retires, and these patients come to us"
HEAD = "Last name,First name,DOB,"


def planned(
    content: bytes | str, *, said: ReadAs | None = None, answers: Answers | None = None, name: str = "brook.csv"
) -> Plan:
    """Plan an import of a file."""
    written = content.encode() if isinstance(content, str) else content
    found = opened(written, said or ReadAs(), NOON)
    return plan(found.incoming, source_of(name, written, BROOK), answers or Answers(), found.read, NOON)


def taken(act: ActMaker, content: bytes | str, **more: object) -> str:
    """Take a file in as two people do."""
    made = planned(content, **more)  # type: ignore[arg-type]
    signed = act("admin", second="director")
    taking.demand_two(WHY, signed)
    return taking.take(made, lambda: planned(content, **more), "depression", WHY, signed)  # type: ignore[arg-type]


def faults(made: Plan) -> list[str]:
    """Say what stands in the way."""
    return [each.words for each in made.faults]


def by_name(family: str) -> Person:
    """Return one person of the register."""
    return Person.objects.get(family_name=family)


def row(mg: str, on: str, who: str = "Test,Ida,1980-01-02", more: str = "70,40,depression,yes") -> str:
    """Return one row of infusions."""
    return f"{who},{on},{mg},{more}\n"


INFUSIONS = f"{HEAD}Date,mg,Weight,Minutes,For,Tolerated\n"
PEOPLE = f"{HEAD}Sex\n"


def test_a_whole_practice_comes_in_and_every_entry_says_from_which_row(act: ActMaker) -> None:
    before = Entry.objects.count()
    batch = taken(act, BOOK.read_bytes(), name="practice.xlsx")
    she, he = by_name("Árnadóttir"), by_name("O'Neill")
    chart = chart_store.person_chart(she.pk)
    assert [each.event.given_on for each in chart.all(pe.InfusedElsewhere)] == [date(2025, 9, 4), date(2025, 9, 11)]
    assert [(each.event.total, each.at.astimezone(home_zone()).date()) for each in chart.scores] == [
        (19, date(2025, 9, 1)), (12, date(2025, 9, 15)),
    ]  # fmt: skip
    assert {each.event.answered_by for each in chart.scores} == {f"elsewhere: {BROOK}"}
    assert allergy_words(chart) == "ALLERGY: penicillin, from elsewhere, NOT ASKED here"
    assert allergy_words(chart_store.person_chart(he.pk)) == "no known allergies, from elsewhere, NOT ASKED here"
    listed = chart.last(pe.MedicinesListed)
    assert listed is not None
    assert [(each.written, each.daily_mg) for each in listed.event.medicines] == [
        ("sertraline", 150), ("lamotrigine", Decimal("100.5")),
    ]  # fmt: skip
    came_from = origins(chart)
    assert {entry.stream_seq for entry in chart.entries if not isinstance(entry.event, pe.RecordBrought)} == set(
        came_from
    )
    said = {
        type(each.event): came_from[each.stream_seq].words for each in chart.entries if each.stream_seq in came_from
    }
    assert said[pe.InfusedElsewhere] == f"from elsewhere: {BROOK} (practice.xlsx, Infusions, row 3)"
    assert said[pe.MedicinesListed] == f"from elsewhere: {BROOK} (practice.xlsx, Medicines, row 2; Medicines, row 3)"
    imported = taking.imports()[0].event
    assert (imported.batch, imported.registered, imported.people) == (batch, 2, 2)
    assert imported.entries + 1 + 4 == Entry.objects.count() - before, (
        "beside the import itself, two rows each in the register"
    )
    assert not list(entered.doubts())


def test_what_was_given_elsewhere_counts_and_is_said_to_be_from_elsewhere(act: ActMaker) -> None:
    who = eligible(act, NOON - timedelta(days=3))
    content = (
        INFUSIONS
        + row("30", "2025-06-01", "Test,Ilse,1980-01-01")
        + row("", "2024-01-01", "Test,Ilse,1980-01-01", ",,,")
    )
    content += row("40", "2026-03-01", "Test,Ilse,1980-01-01", "80,40,depression,yes")
    intake.record_measurements(who, {"weight_kg": "80", "height_cm": "180"}, act("nurse"))
    assert propose(who, wanted("0.5"), act("prescriber")).before is None
    taken(act, content)
    stands = treatment_of(who, NOON)
    assert (stands.exposure.count, stands.exposure.mg, stands.exposure.count_12_months) == (3, 70, 2)
    assert stands.exposure.ever_words == (
        "3 infusions, at least 70 mg (of 1 ? mg not known), 3 of the 3 given elsewhere, as told"
    )
    last = stands.last_time
    assert last is not None
    assert f"40 mg by 80 kg in 40 min; tolerated; given elsewhere: {BROOK}" in last.lines[0].words
    proposal = propose(who, wanted("1.0"), act("prescriber"))
    assert proposal.before is not None
    assert proposal.before.mg == 40
    assert "80 mg after 40 mg given elsewhere: +40 mg (+100 %)" in proposal.step_words
    assert any(hit.limit.quantity == "step_percent" for hit in proposal.hits), "twice the last dose is asked about"
    latest = max(infusion_starts(stands)).astimezone(home_zone())
    assert (latest.date(), latest.hour) == (date(2026, 3, 1), 23), "its hour is not known: the latest it can be"


def test_a_dose_elsewhere_that_was_not_borne_or_is_for_pain_is_not_the_dose_to_go_on_from(act: ActMaker) -> None:
    who = eligible(act, NOON - timedelta(days=3))
    intake.record_measurements(who, {"weight_kg": "80", "height_cm": "180"}, act("nurse"))
    at = "Test,Ilse,1980-01-01"
    taken(
        act,
        INFUSIONS + row("40", "2026-02-01", at, "80,40,depression,yes")
        + row("60", "2026-02-08", at, "80,40,depression,no")
        + row("90", "2026-02-15", at, "80,240,chronic_pain,yes") + row("95", "2026-02-20", at, ",,,"),
    )  # fmt: skip
    proposal = propose(who, wanted("0.75"), act("prescriber"))
    assert proposal.before is not None
    assert proposal.before.mg == 40, "the last one of its kind that was borne"
    assert any(hit.limit.quantity == "as_much_as_not_borne" for hit in proposal.hits), "60 mg were not borne there"


def test_an_allergy_from_elsewhere_warns_and_still_is_to_be_asked_here(act: ActMaker) -> None:
    taken(act, PEOPLE + "Test,Ida,1980-01-02,F\n")
    taken(act, f"{HEAD}Allergy\nTest,Ida,1980-01-02,ketamine\n")
    chart = chart_store.person_chart(by_name("Test").pk)
    assert against_the_bag(chart, knowledge()) == ("“ketamine”",)
    found = next(
        each for each in condition_findings(chart, Phase.SCREEN, NOON, knowledge()) if each.row.id == "allergies"
    )
    assert found.verdict.missing, "nobody here has asked"
    assert f"ketamine, from elsewhere: {BROOK}" in found.read["allergies"]


def test_of_a_scale_the_newest_answers_alone_ask_about_suicide(act: ActMaker) -> None:
    heading = f"{HEAD}Scale,Date,Total," + ",".join(f"Q{n}" for n in range(1, 10)) + "\n"
    answers = {"2025-01-01": "11,1,1,1,1,1,1,1,1,3", "2025-09-01": "10,1,1,1,1,1,1,1,1,2"}
    rows = "".join(f"Test,Ida,1980-01-02,PHQ-9,{on},{each}\n" for on, each in answers.items())
    taken(act, PEOPLE + "Test,Ida,1980-01-02,F\n")
    taken(act, heading + rows)
    scores = chart_store.person_chart(by_name("Test").pk).scores
    assert [len(each.event.answers) for each in scores] == [0, 9]
    assert [each.event.total for each in scores] == [11, 10]


def test_nobody_who_may_be_known_is_taken_before_somebody_says(act: ActMaker) -> None:
    known = people.register(
        people.Registration(family_name="Test", given_names="Ida", born=date(1980, 1, 2), sex_at_birth="female"),
        act("nurse"),
    )
    content = PEOPLE + "Tset,Ida,1980-01-02,F\n" + "Lind,Bo,1970-02-03,M\n" + "Lind,Boo,1970-02-03,M\n"
    made = planned(content)
    assert [(each.row, [one.person for one in each.may_be], each.other_rows) for each in made.questions] == [
        ("row 2", [known], ()), ("row 3", [], ("row 4",)), ("row 4", [], ("row 3",)),
    ]  # fmt: skip
    with pytest.raises(Refused, match="not answered yet"):
        taking.take(made, lambda: made, "", WHY, act("admin", second="director"))
    assert Person.objects.count() == 1
    taken(act, content, answers=Answers(same={"row 2": str(known.pk)}, others={"row 3", "row 4"}))
    assert sorted(Person.objects.values_list("family_name", flat=True)) == ["Lind", "Lind", "Test"]


def test_nothing_takes_the_place_of_what_stands_and_nothing_comes_twice(act: ActMaker) -> None:
    who = eligible(act, NOON - timedelta(days=30))
    ran_on = NOON - timedelta(days=10)
    infuse(act, who, ran_on)
    here = act("nurse")
    intake.record_history(who, pe.HistoryList.ALLERGIES, ("latex",), (), here)
    at = "Test,Ilse,1980-01-01"
    day = f"{ran_on.astimezone(home_zone()):%Y-%m-%d}"
    assert "is given here. Leave the row out." in faults(planned(INFUSIONS + row("40", day, at)))[0]
    assert "was asked about allergies here" in faults(planned(f"{HEAD}Allergy\n{at},penicillin\n"))[0]
    assert "It stands in row 2 too." in faults(planned(INFUSIONS + row("40", "2025-02-01", at) * 2))[0]
    assert "lies before the birth" in faults(planned(INFUSIONS + row("40", "1979-02-01", at)))[0]
    assert "is nobody of this file or the register" in faults(planned(INFUSIONS + row("40", "2025-02-01")))[0]
    content = INFUSIONS + row("40", "2025-02-01", at)
    taken(act, content)
    assert "is in the record already" in faults(planned(content + "\n"))[0]
    with pytest.raises(Refused, match="This very file was taken in on"):
        taken(act, content)


def test_a_file_with_one_wrong_row_stores_nothing(act: ActMaker) -> None:
    before = Entry.objects.count()
    made = planned(PEOPLE + "Test,Ida,1980-01-02,F\nTest,Bo,not known,M\n")
    with pytest.raises(Refused, match="wrong or not answered"):
        taking.take(made, lambda: made, "", WHY, act("admin", second="director"))
    assert Entry.objects.count() == before
    assert not Person.objects.exists()


def test_two_sign_and_say_why(act: ActMaker, staff: dict[str, Staff]) -> None:
    del staff
    with pytest.raises(NotPermitted):
        taking.demand_two(WHY, act("prescriber", second="director"))
    with pytest.raises(Refused, match="second person"):
        taking.demand_two(WHY, act("admin"))
    with pytest.raises(Malformed, match="Write whose records"):
        taking.demand_two("x", act("admin", second="director"))


def test_how_columns_were_read_is_kept_for_the_next_file_with_them(act: ActMaker) -> None:
    odd = "Nom,Prénom,Né le,S\nTest,Ida,1980-01-02,F\n"
    assert faults(planned(odd))
    names = {"Nom": "family_name", "Prénom": "given_names", "Né le": "born", "S": "sex_at_birth"}
    said = ReadAs(kinds={0: TableKind.PEOPLE}, meanings={(0, heading): what for heading, what in names.items()})
    taken(act, odd, said=said)
    again = planned("Prénom,Nom,S,Né le\nBo,Lind,M,1990-05-06\n")
    assert again.may_be_taken, "the columns stand in another order, and mean what they meant"
    assert again.theirs[0].name.startswith("Bo Lind")


def test_an_import_is_undone_whole_and_the_chain_holds(act: ActMaker) -> None:
    who = eligible(act, NOON - timedelta(days=3))
    batch = taken(act, INFUSIONS.replace("mg", "Ketamine mg") + row("40", "2025-02-01", "Test,Ilse,1980-01-01"))
    new = taken(act, BOOK.read_bytes(), name="practice.xlsx")
    she = by_name("Árnadóttir")
    undoing.undo(new, "It was the other practice's file", act("admin", second="director"))
    assert not Person.objects.filter(pk=she.pk).exists()
    gone = Person.everybody.get(pk=she.pk)
    assert gone.erased_number is not None
    assert not Entry.objects.filter(payload__contains="Árnadóttir").exists()
    assert not Entry.objects.filter(payload__contains="practice.xlsx").exists(), "the file's name may be a patient's"
    assert treatment_of(who, NOON).exposure.count == 1
    undoing.undo(batch, "It was the other practice's file", act("admin", second="director"))
    assert treatment_of(who, NOON).exposure.count == 0
    assert not list(entered.doubts())
    columns = (
        "seq",
        "stream",
        "stream_seq",
        "at",
        "recorded_at",
        "recorded_by",
        "co_signed_by",
        "key",
        "kind",
        "version",
    )
    rows = Entry.objects.order_by("seq").values(*columns, "payload", "salt", "payload_hash", "hash")
    assert not check(rows, ()).faults
    with pytest.raises(Refused, match="undone before"):
        undoing.undo(batch, "once more", act("admin", second="director"))
    taken(act, BOOK.read_bytes(), name="practice.xlsx")
    assert by_name("Árnadóttir").pk != she.pk, "what was undone may come in again"


def test_an_import_on_which_something_was_built_stays(act: ActMaker) -> None:
    batch = taken(act, BOOK.read_bytes(), name="practice.xlsx")
    she = by_name("Árnadóttir")
    intake.record_measurements(she.pk, {"weight_kg": "71"}, act("nurse"))
    entries = Entry.objects.count()
    why = "It was the other practice's file"
    with pytest.raises(Refused, match="Something was recorded or booked since for Sigríður Árnadóttir"):
        undoing.undo(batch, why, act("director", second="admin"))
    with pytest.raises(Refused, match="recorded or booked since for 1 of its people"):
        undoing.undo(batch, why, act("admin", second="director"))
    assert Entry.objects.count() == entries
    strike = next(
        each for each in chart_store.person_chart(she.pk).entries if isinstance(each.event, pe.InfusedElsewhere)
    )
    people.strike_record(she.pk, strike.stream_seq, "Not hers", act("nurse"))
    assert treatment_of(she.pk, NOON).exposure.count == 1


def test_a_number_of_an_earlier_file_is_known_again(act: ActMaker) -> None:
    taken(act, BOOK.read_bytes(), name="practice.xlsx")
    made = planned("ID,Date,mg\n1002,2025-03-04,50\n1003,2025-03-04,50\n")
    assert made.theirs[0].person == by_name("O'Neill")
    assert faults(made) == ["row 3: Nobody has the number 1003. Import the table of people first."]
    clash = planned("ID,Last name,Date,mg\n1002,Somebody,2025-03-04,50\n")
    assert "is somebody else's by name" in faults(clash)[0]


def test_a_key_used_again_takes_nothing_twice(act: ActMaker) -> None:
    made = planned(PEOPLE + "Test,Ida,1980-01-02,F\n")
    key = uuid.uuid4().hex
    for _ in range(2):
        taking.take(made, lambda: made, "", WHY, act("admin", second="director", key=key))
    assert Person.objects.count() == 1


@pytest.mark.parametrize("name", sorted(samples("synthea")))
def test_a_person_of_synthea_is_taken_whole(act: ActMaker, name: str) -> None:
    content = samples("synthea")[name]
    batch = taken(act, content, name=name)
    person = Person.objects.get()
    chart = chart_store.person_chart(person.pk)
    brought = [each for each in chart.entries if isinstance(each.event, pe.RecordBrought)]
    assert {each.stream_seq for each in chart.entries} - {each.stream_seq for each in brought} == set(origins(chart))
    assert chart.latest("weight_kg", NOON) is not None
    assert len(chart.all(pe.DiagnosisRecorded)) == len({each.event.words for each in chart.all(pe.DiagnosisRecorded)})
    undoing.undo(batch, "It was made up", act("admin", second="director"))
    assert not Person.objects.exists()


@pytest.mark.parametrize("name", sorted(samples("examples")))
def test_an_example_of_r4_is_taken_or_refused_with_a_reason(act: ActMaker, name: str) -> None:
    before = Entry.objects.count()
    made = planned(samples("examples")[name], name=name)
    if made.may_be_taken:
        taken(act, samples("examples")[name], name=name)
        assert Entry.objects.count() > before
    else:
        assert all(each.wrong and each.mend for each in made.faults)
        assert made.faults
        assert Entry.objects.count() == before


def test_many_facts_of_one_person_are_each_known_by_their_row(act: ActMaker) -> None:
    days = [f"{date(2020, 1, 1) + timedelta(days=number):%Y-%m-%d}" for number in range(1200)]
    rows = "".join(f"Test,Ida,1980-01-02,mood,{day},5\n" for day in days)
    taken(act, PEOPLE + "Test,Ida,1980-01-02,F\n")
    batch = taken(act, f"{HEAD}Scale,Date,Total\n{rows}")
    chart = chart_store.person_chart(by_name("Test").pk)
    found = origins(chart)
    assert [found[each.stream_seq].row for each in chart.scores] == [f"row {number + 2}" for number in range(1200)]
    undoing.undo(batch, "Twice the same file", act("admin", second="director"))
    assert not chart_store.person_chart(by_name("Test").pk).scores


def test_two_imports_of_the_same_person_do_not_both_pass(act: ActMaker) -> None:
    first, second = PEOPLE + "Test,Ida,1980-01-02,F\n", PEOPLE + "Test,Ida,1980-01-02,F\n\n"
    seen = planned(second)
    assert seen.may_be_taken
    taken(act, first)
    with pytest.raises(Refused, match="The register has changed since the report"):
        taking.take(seen, lambda: planned(second), "", WHY, act("admin", second="director"))
    assert Person.objects.count() == 1


def test_what_is_kept_of_an_import_names_nobody_of_it(act: ActMaker) -> None:
    content = "Last name,First name,DOB,Sex,Ida Test told this\nTest,Ida,1980-01-02,F,by letter\n"
    made = planned(content, name="Ida Test.csv")
    signed = act("admin", second="director")
    with pytest.raises(Malformed, match="Write it without “test”"):
        taking.take(made, lambda: made, "", "Mrs Test comes to us", signed)
    taken(act, content, name="Ida Test.csv")
    (imported,) = taking.imports()
    assert "Ida" not in repr(imported.event)
    assert imported.event.tables[0].headings == ("Last name", "First name", "DOB", "Sex")
    undoing.undo(imported.event.batch, "It was the other practice's file", act("admin", second="director"))
    assert not Entry.objects.filter(payload__contains="Ida").exists()


def test_a_heading_that_is_a_patient_or_a_source_that_is_one_is_not_taken(act: ActMaker) -> None:
    content = "Test,Ida,DOB,Sex\nTest,Ida,1980-01-02,F\n"
    names = {"Test": "family_name", "Ida": "given_names", "DOB": "born", "Sex": "sex_at_birth"}
    made = planned(
        content, said=ReadAs(kinds={0: TableKind.PEOPLE}, meanings={(0, at): to for at, to in names.items()})
    )
    with pytest.raises(Refused, match="A heading of this file names one of its people"):
        taking.take(made, lambda: made, "", WHY, act("admin", second="director"))
    whole = planned(PEOPLE + "Test,Ida,1980-01-02,F\n")
    of_hers = replace(whole, source=replace(whole.source, told_by="Record of Ida Test"))
    with pytest.raises(Refused, match="Whose records these are names one of the people"):
        taking.take(of_hers, lambda: of_hers, "", WHY, act("admin", second="director"))


def test_what_another_practice_has_is_asked_here_and_its_doses_and_days_are_what_they_are(act: ActMaker) -> None:
    taken(act, BOOK.read_bytes(), name="practice.xlsx")
    chart = chart_store.person_chart(by_name("Árnadóttir").pk)
    listed = interaction_findings(chart, Phase.SCREEN, NOON, knowledge())[0]
    assert "medicines" in listed.verdict.missing, "nobody here has asked"
    assert f"from elsewhere: {BROOK}" in listed.read["medicines"]
    who = eligible(act, NOON - timedelta(days=3))
    intake.record_measurements(who, {"weight_kg": "80", "height_cm": "180"}, act("nurse"))
    unheard = (pe.ShownLine(what="Last infusion", words="none before this one"),)
    yesterday = f"{NOON - timedelta(days=1):%Y-%m-%d}"
    taken(act, INFUSIONS + row("30", yesterday, "Test,Ilse,1980-01-01", "60,40,depression,yes"))
    last = treatment_of(who, NOON - timedelta(hours=3)).last_time
    assert last is not None
    assert last.lines[0].what.endswith(", 1 day ago")
    assert otherwise_now(unheard, last) == (last.lines[0],), "whoever signed had not heard of it"
    later = treatment_of(who, NOON + timedelta(days=2)).last_time
    assert not otherwise_now(last.lines, later), "that a day has passed is nothing new"
    proposal = propose(who, wanted("0.5"), act("prescriber"))
    assert any(hit.limit.quantity == "raised_without_ground" for hit in proposal.hits), "40 mg after 30 mg"


def test_mg_per_kg_is_not_taken_for_mg(act: ActMaker) -> None:
    del act
    assert proposed("Infusions", ("id", "date", "Dose")).meanings == ("number", "on", "")
    assert any("Is this mg/kg?" in each for each in faults(planned(INFUSIONS + row("0.5", "2025-02-01"))))


def test_a_record_of_infusions_elsewhere_counts_as_treated(act: ActMaker) -> None:
    taken(act, BOOK.read_bytes(), name="practice.xlsx")
    she, he = by_name("Árnadóttir"), people.register(
        people.Registration(family_name="Test", given_names="Ida", born=date(1980, 1, 2), sex_at_birth="female"),
        act("nurse"),
    )  # fmt: skip
    with pytest.raises(Refused, match="holds infusions given elsewhere"):
        joining.join(he.pk, she.pk, "same passport and address", act("nurse", second="director"))
