"""What each document says: every number and name of its charts, what is missing, and nothing that promises."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from decimal import Decimal

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.documents.consent import consent_form
from sereniv.therapy.documents.departure import discharge_instructions
from sereniv.therapy.documents.model import Document, Table, words
from sereniv.therapy.documents.note_text import Subject, digest, note, text
from sereniv.therapy.documents.plan import treatment_plan
from sereniv.therapy.documents.running import hand_over, limits_words
from sereniv.therapy.documents.session_note import infusion_note
from sereniv.therapy.documents.setting import Clinic, Patient, Setting
from sereniv.therapy.documents.summary import course_summary
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.events.incidents import Suicidality
from sereniv.therapy.treatment.course import present
from tests.conftest import NOON
from tests.guards.test_knowledge import grade
from tests.therapy import coursing
from tests.therapy.chair.test_gate import CO_SIGNED, COMPLETE, ORDER, PREPARED, person
from tests.therapy.making import RECOVERED, STARTED, Happening, chart, checklist, full_set, minute

RULES = knowledge()
CLINIC = Clinic(
    name="Lantern Street Clinic", phone="555-0142", on_call_phone="555-0143", opening_hours="Monday to Friday",
    help_number="555-0144", crisis_words="If you might hurt yourself, call 911 now.", crisis_number="988",
)  # fmt: skip
SETTING = Setting(clinic=CLINIC, now=NOON, zone=UTC, knowledge=RULES, name_of=str.upper)
IDA = Patient(name="Ida Lind", born=date(1980, 2, 2))
NOBODY = PersonChart()
LAID = present(coursing.person((-1, coursing.opened())), coursing.ran(NOON), RULES, NOON.date())
COURSE: tuple[Happening, ...] = (
    (-6, PREPARED),
    (0, STARTED),
    (5, full_set(126, 80)),
    (10, full_set(151, 93)),
    (12, ev.ObservationCharted(observation=ev.Observation.NAUSEA, grade=2)),
    (20, ev.ObservationCharted(observation=ev.Observation.NAUSEA, grade=1)),
    (40, ev.InfusionStopped(reason="end")),
    (45, ev.DrugReconciled(given_mg=Decimal("35.7"), wasted_mg=Decimal(0), method="none", difference_mg=Decimal(0))),
    (100, RECOVERED),
    (101, ev.Discharged(handed_to="Kim Escort", advice_given=True)),
)


def told(document: Document) -> str:
    return "\n".join(words(document))


def answered(total: int, item_9: int | None = 0) -> pe.ScaleAnswered:
    rest = [min(3, max(0, total - 3 * place)) for place in range(8)]
    assert sum(rest) == total
    return pe.ScaleAnswered(
        scale="phq9",
        answers=(*rest, item_9),
        total=None if item_9 is None else total + item_9,
        answered_by="patient",
    )


def test_a_plan_of_nothing_says_what_is_missing() -> None:
    said = told(treatment_plan(SETTING, IDA, NOBODY, "depression", None))
    for missing in ("A prescriber has not decided yet.", "Nothing is ordered yet."):
        assert missing in said
    assert "No indication is recorded." in told(treatment_plan(SETTING, IDA, NOBODY, "unheard of", None))


def test_a_plan_says_what_the_patient_is_allergic_to() -> None:
    """Dose and order were sent to another practice without a word of it."""
    latex = pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("Latex: anaphylaxis",))
    assert "ALLERGY: Latex: anaphylaxis" in told(treatment_plan(SETTING, IDA, person((-50, latex)), "depression", None))
    assert "ALLERGIES" not in told(treatment_plan(SETTING, IDA, person(), "depression", None))


def test_a_plan_carries_the_decision_the_order_and_when_to_stop() -> None:
    limited = replace(
        ORDER,
        limits=(pe.LimitTaken(limit="first_infusion_mg_per_kg", severity="soft", value="0.6", reason="as before"),),
    )
    unknown = pe.FindingTaken(
        criterion="work_up", version=1, result="unknown", action=None, read={}, missing=("weight_kg", "phq9")
    )
    entry = pe.FindingTaken(
        criterion="entry_depression", version=1, result="not met", action=None, missing=(),
        read={"phq9": "18, 02 Mar 2026", "age_days": "0 of 90 days", "medicines": "sertraline"},
    )  # fmt: skip
    known = replace(entry, criterion="ssri_or_snri", result="met", action="INFO", read={})
    decision = pe.CandidacyDecided(
        decision=pe.Decision.ELIGIBLE,
        indication="chronic_pain",
        reason="Budapest criteria met.",
        knowledge_version="k9",
        findings=(unknown, entry, known),
    )
    made = treatment_plan(SETTING, IDA, person(*COMPLETE[:6], (-40, decision), (-35, limited)), "depression", LAID)
    said = told(made)
    pain = RULES.indications["chronic_pain"]
    for expected in (
        pain.title, pain.evidence_line, "off-label", "Budapest criteria met.", "k9", "Work-up", "not known",
        "weight, PHQ-9", RULES.entry_rules["entry_depression"].title, "no concern",
        "PHQ-9: 18, 02 Mar 2026; validity: 0 of 90 days; sertraline",
        RULES.interactions["ssri_or_snri"].title, "concern (INFO)",
        "0.5 mg/kg × 71.4 kg (actual weight; measured 71.4 kg) = 35.7 mg", "at 53.6 mL/h over 40 min",
        "Dose at the first psychiatric infusion", "as before", "not co-signed yet", "2 Mar 2026 12:00",
        "review after it", "decision after it", "The patient may stop at any time",
    ):  # fmt: skip
        assert expected in said, expected
    assert "Within every limit" not in said
    assert "Prescriber, PRESCRIBER" in said
    assert "not met" not in said, "as if the entry rule were not fulfilled"
    checked = replace(CO_SIGNED, order=len(COMPLETE) - 1)
    assert "PRESCRIBER, 2 Mar 2026 11:26" in told(
        treatment_plan(SETTING, IDA, person(*COMPLETE[:-1], (-34, checked)), "depression", None)
    )


def test_every_claim_a_patient_signs_stands_on_the_form_with_its_sources() -> None:
    form = consent_form(SETTING, IDA)
    leaflet, said = RULES.leaflets["consent_form"], told(form)
    assert all(row.text in said for row in leaflet.rows())
    cited = {source for row in leaflet.rows() for source in row.sources if RULES.references[source].read != "none"}
    assert all(RULES.references[source].citation in said for source in cited)
    assert form.stamp == f"Consent version {leaflet.version}"
    for must in ("off-label", "at any time", "56 in 100, in a study of 203", "electroconvulsive", "Do not drive",
                 "do not pay", "record of your treatment", "I agree to have ketamine"):  # fmt: skip
        assert must in said, must


def test_results_that_the_consent_speaks_of_are_printed_before_it_does() -> None:
    said = told(consent_form(SETTING, IDA))
    spoken_of = said.index("These are results of groups.")
    results = [row for row in RULES.guide.rows() if row.section == "found" and row.id != "averages"]
    assert len(results) == 8
    for row in results:
        assert -1 < said.find(row.text) < spoken_of, row.id
    assert "Depression: In a study of 67 people" in said


def test_another_word_is_another_version() -> None:
    leaflet = RULES.leaflets["consent_form"]
    first = leaflet.sections[0]
    changed = replace(first, rows=(replace(first.rows[0], text=first.rows[0].text + " "), *first.rows[1:]))
    assert replace(leaflet, sections=(changed, *leaflet.sections[1:])).version != leaflet.version
    assert replace(leaflet).version == leaflet.version


@pytest.mark.parametrize("name", ["before", "consent_form", "departure"])
def test_leaflets_are_written_for_readers_of_twelve_to_fourteen(name: str) -> None:
    for section in RULES.leaflets[name].sections:
        said = " ".join(f"{row.text.rstrip('.')}." for row in section.rows)
        assert grade(said) <= 9, section.id
    assert grade(" ".join(f"{row.text.rstrip('.')}." for row in RULES.leaflets[name].rows())) <= 7.5


def test_what_a_patient_takes_home_says_what_was_given_and_whom_to_call() -> None:
    home = discharge_instructions(SETTING, IDA, chart(*COURSE))
    said = told(home)
    for expected in ("555-0142", "555-0143", "call 911 now", "Do not drive", "next day", "35.7 mg", "12:00 to 12:40",
                     "feeling sick (moderate)", "Kim Escort, at 13:41", "Day and time: ____"):  # fmt: skip
        assert expected in said, expected
    visit = told(discharge_instructions(SETTING, IDA, chart(*COURSE), NOON + timedelta(days=2)))
    assert "Wednesday, 4 Mar 2026 12:00." in visit
    assert "____" not in visit
    silent = replace(SETTING, clinic=Clinic(name="The clinic"))
    assert "ask staff to write the number here" in told(discharge_instructions(silent, IDA, chart(*COURSE)))


def test_the_summary_tells_what_was_recorded_and_what_is_missing() -> None:
    ill = checklist(pe.HistoryList.CONDITIONS, "controlled_seizures", other=("gout",))
    ativan = pe.Medicine(written="Ativan", daily_mg=Decimal("1.50"), as_needed=True)
    medical = ((-2, ill), (-2, pe.MedicinesListed(medicines=(ativan,))))
    record = person(*COMPLETE, *medical, (-1, answered(18, item_9=1)), (600, answered(9, item_9=None)))
    said = told(course_summary(replace(SETTING, now=minute(700)), IDA, record, "depression", [chart(*COURSE)]))
    for expected in ("35.7 mg", "151/93 mmHg", "feeling sick (moderate)", "19", "no total", "item 9", "left blank",
                     "Not yet taken up in person.", "fall of 50% or more", "Two trials failed.",
                     "Epilepsy under control; gout, ", "Ativan, 1.5 mg a day, as needed, ",
                     "Missing: no complete PHQ-9 since the last infusion.", "cannot show what caused"):  # fmt: skip
        assert expected in said, expected
    compared = course_summary(SETTING, IDA, record, "depression", [], changes=["PHQ-9 19, then 9."])
    assert "PHQ-9 19, then 9." in told(compared)
    late = person(*COMPLETE, (600, answered(9)))
    assert "from before the first infusion" in told(course_summary(SETTING, IDA, late, "depression", [chart(*COURSE)]))
    nothing = told(course_summary(SETTING, IDA, NOBODY, "depression", []))
    assert "No infusion was given." in nothing
    assert nothing.count("not gone through") == 4


def test_plan_and_summary_tell_what_was_given_elsewhere_as_told() -> None:
    there = pe.InfusedElsewhere(
        given_on=date(2026, 2, 10), mg=Decimal(45), weight_kg=None, minutes=40, treats="psychiatric", tolerated=True,
        told_by="Brook Clinic, as the patient says", within_days=7, others_before=5,
    )  # fmt: skip
    record = person((-3, there))
    words = "45 mg in 40 min; ? about 10 Feb 2026, 7 days more or less; tolerated; 5 before it. Brook Clinic, as the"
    for paper in (
        treatment_plan(SETTING, IDA, record, "depression", None),
        course_summary(SETTING, IDA, record, "depression", []),
        course_summary(SETTING, IDA, record, "depression", [chart(*COURSE)]),
    ):
        assert "Given elsewhere, as told:" in told(paper)
        assert words in told(paper)
    assert "No infusion was given here." in told(course_summary(SETTING, IDA, record, "depression", []))


def test_the_summary_follows_side_effects_until_they_are_over() -> None:
    said = told(course_summary(SETTING, IDA, NOBODY, "depression", []))
    assert "None was recorded besides" in said
    assert "No call is recorded." in said
    headache = pe.AdverseEventRecorded(
        term="headache", words="all evening", grade=2, serious=False, session="s", related=pe.Related.POSSIBLE,
        action="paracetamol at home", outcome=pe.Outcome.ONGOING,
    )  # fmt: skip
    over = pe.AdverseEventFollowed(entry=1, outcome=pe.Outcome.RESOLVED, words="gone by morning")
    asked = tuple(RULES.aftercare.questions)
    call = pe.CheckInRecorded(
        session="s", reached=True, by_whom="Ada", asked=asked, symptoms=asked[:1], suicidality=Suicidality.NOT_ASKED,
        mood=pe.Mood.BETTER, drove_or_worked=False,
    )  # fmt: skip
    missed = replace(call, reached=False)
    heard = person((300, headache), (1440, over), (1430, missed), (1441, call))
    said = told(course_summary(SETTING, IDA, heard, "depression", []))
    for expected in ("Headache: all evening", "possible", "paracetamol at home", "over, 3 Mar 2026",
                     "11:50: nobody was reached", RULES.aftercare.questions[asked[0]].title,
                     f"of {len(asked)} questions; mood better; suicidal thoughts not asked."):  # fmt: skip
        assert expected in said, expected
    assert "getting better" not in said


def test_the_hand_over_sheet_stands_for_the_screen() -> None:
    running = chart(*COURSE[:4])
    said = told(hand_over(replace(SETTING, now=minute(20)), IDA, running, NOBODY))
    for expected in ("As of 2 Mar 2026 12:20", "allergies NOT ASKED", "started 12:00, 53.6 mL/h, ends about 12:39",
                     "17.9 mL = 17.9 mg by charted rates", "151/93", "Next due 12:15.", "555-0143",
                     "Help: 555-0144", "no pressure charted before the start", "systolic 165 mmHg or more",
                     "SpO₂ below 92 %", "EtCO₂ above 50 mmHg"):  # fmt: skip
        assert expected in said, expected
    for row in RULES.alerts.values():
        assert row.message in said
        assert limits_words(row) in said
    seated = chart(
        (-6, PREPARED), (-5, ev.GateLineAttested(line="substances_today", holds=True)), (-3, full_set(128, 80))
    )
    waiting = hand_over(SETTING, IDA, seated, NOBODY)
    assert "128/80 mmHg" in told(waiting)
    assert "Confirmed before the start: No alcohol or other substance today" in told(waiting)
    stopped = told(hand_over(replace(SETTING, now=minute(50)), IDA, chart(*COURSE[:7]), NOBODY))
    assert "stopped at 12:40" in stopped


def test_the_note_on_paper_is_what_was_signed() -> None:
    subject = Subject(name="Ida Lind", born="02 Feb 1980", zone=UTC, name_of=str.upper, title_of=str.capitalize)
    written = note(chart(*COURSE), subject)
    signed = chart(
        *COURSE, (103, ev.NoteSigned(text=text(written), note_sha256=digest(written), head_seq=9, head_hash="ab"))
    )
    said = told(infusion_note(SETTING, IDA, signed, NOBODY, note(signed, subject), ("13:45 Remark: well",)))
    assert all(line in said for section in written for line in section.lines)
    assert digest(written) in said
    assert "13:45 Remark: well" in said
    assert "is not what was signed" not in said
    assert "is not what was signed" in told(infusion_note(SETTING, IDA, signed, NOBODY, written[1:]))
    assert "Not signed." in told(infusion_note(SETTING, IDA, chart(*COURSE), NOBODY, written))


def test_a_ragged_table_is_refused() -> None:
    with pytest.raises(ValueError, match="does not have a cell"):
        Table(columns=("A", "B"), rows=(("one",),))
