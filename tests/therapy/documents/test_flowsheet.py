"""The infusion note on paper: a flowsheet with a column for each time, a picture of the same, who answers for it."""

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

import pytest

from sereniv.therapy.documents.answering import on_top
from sereniv.therapy.documents.flowsheet import flowsheet
from sereniv.therapy.documents.infusion_picture import infusion_picture
from sereniv.therapy.documents.model import Bullets, Paragraph, Table
from sereniv.therapy.documents.picture import Drawn, Panel, Picture, room_for
from sereniv.therapy.documents.response_picture import response_picture
from sereniv.therapy.documents.session_note import infusion_note, title_of
from sereniv.therapy.documents.summary import course_summary
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from tests.conftest import NOON
from tests.therapy.chair.test_gate import COMPLETE, PREPARED, person
from tests.therapy.documents.test_documents import COURSE, IDA, NOBODY, RULES, SETTING, answered, told
from tests.therapy.making import STARTED, Happening, chart, full_set, minute

ROOM = replace(SETTING, name_of=lambda username: {"nurse": "Ada Nightfall, RN"}.get(username, username))
ASKED = replace(full_set(500, 80), questions={"systolic": "Systolic pressure 500 mmHg. Is it so?"})
ONDANSETRON = ev.MedicineGiven(
    medicine="Ondansetron", dose=Decimal(4), unit="mg", route="IV", indication="nausea", effect=ev.Effect.NEITHER
)
TOLD: tuple[Happening, ...] = (
    (-6, PREPARED),
    (0, STARTED),
    (5, full_set(126, 80)),
    (10, full_set(190, 95)),
    (11, ev.EntryStruck(entry=5, reason="other chair")),
    (15, ASKED),
    (15, ev.ObservationCharted(observation=ev.Observation.DISSOCIATION, grade=2)),
    (16, ONDANSETRON),
    (20, ev.InfusionPaused(reason="nausea")),
    (25, ev.InfusionResumed(rate_ml_per_h=Decimal(40))),
    (26, ev.ObservationCharted(observation=ev.Observation.CHEST_PAIN, grade=1)),
    (40, ev.InfusionStopped(reason="end")),
)


def sheet_of(told_of: SessionChart) -> dict[str, dict[str, str]]:
    """Return row, then time, to what stands there, over all sheets."""
    found: dict[str, dict[str, str]] = {}
    for block in flowsheet(ROOM, told_of):
        if isinstance(block, Table):
            for head, *cells in block.rows:
                found.setdefault(head, {}).update(zip(block.columns[1:], cells, strict=True))
    return found


def test_each_value_stands_in_the_column_of_its_time() -> None:
    rows = sheet_of(chart(*TOLD))
    assert rows["Pressure mmHg"]["12:05"] == "126/80"
    assert rows["Pressure mmHg"]["12:15"] == "500/80?", "to be confirmed, and said so"
    assert "12:10" not in rows["Pressure mmHg"], "what was struck has no column"
    assert rows["Dissociation 0–3"] == {time: "2" if time == "12:15" else "–" for time in rows["Dissociation 0–3"]}
    assert rows["Chest pain"]["12:26"] == "YES"
    assert (rows["Pump mL/h"]["12:20"], rows["Pump mL/h"]["12:25"], rows["Pump mL/h"]["12:40"]) == ("0", "40", "0")
    assert (rows["Given mg"]["12:00"], rows["Given mg"]["12:20"], rows["Given mg"]["12:25"]) == ("0", "17.9", "17.9")
    assert rows["Given mg"]["12:40"] == "27.9"
    assert rows["Charted by"]["12:05"] == "AN"
    assert set(rows["Sedation MOAA/S"].values()) == {"–"}, "a row nobody charted shows that it was not"


def test_what_was_done_is_numbered_in_sheet_list_and_picture_alike() -> None:
    told_of = chart(*TOLD)
    rows = sheet_of(told_of)
    (listed,) = (block for block in flowsheet(ROOM, told_of) if isinstance(block, Bullets))
    assert listed.items[1] == "2. 12:16 Given: Ondansetron 4 mg IV for nausea, Ada Nightfall, RN"
    assert rows["Done"]["12:16"] == "2"
    drawn = infusion_picture(ROOM, told_of)
    assert drawn is not None
    assert [words for _, words in drawn.marks] == [str(number) for number in range(1, len(listed.items) + 1)]


def test_an_infusion_over_midnight_says_the_day_in_its_columns() -> None:
    told_of = chart((0, STARTED), (12 * 60 + 30, full_set(120, 70)))
    assert "Tue 3 Mar 00:30" in sheet_of(told_of)["Pressure mmHg"]


def test_a_sheet_of_another_day_says_the_day_once() -> None:
    told_of = chart((0, STARTED), (5, full_set(120, 70)), (10, full_set(121, 71)))
    weeks_later = replace(SETTING, now=SETTING.now + timedelta(days=14))
    (sheet,) = (block for block in flowsheet(weeks_later, told_of) if isinstance(block, Table))
    assert [column for column in sheet.columns if "Mar" in column] == [sheet.columns[1]]
    assert sheet.columns[-1] == "12:10"


def test_two_who_share_their_initials_are_told_apart() -> None:
    names = {"nurse": "Ada Nightfall, RN", "nurse2": "Anna Norberg, RN"}
    told_of = chart((0, STARTED), (5, full_set(120, 70)), (10, full_set(121, 71)))
    object.__setattr__(told_of.entries[-1], "recorded_by", "nurse2")
    setting = replace(SETTING, name_of=names.__getitem__)
    (key,) = (block for block in flowsheet(setting, told_of) if isinstance(block, Paragraph))
    assert "AN Ada Nightfall, RN; AN2 Anna Norberg, RN." in key.text


def test_the_picture_draws_what_counts_and_keeps_a_silence_a_gap() -> None:
    heard = {"heart_rate": [(minute(1), 70.0), (minute(2), None), (minute(9), 72.0)], "spo2": []}
    drawn = infusion_picture(SETTING, chart(*TOLD), heard)
    assert drawn is not None
    curves = {curve.name: curve for panel in drawn.panels for curve in panel.curves}
    assert [value for _, value in curves["systolic"].points] == [126.0], "neither struck nor to be confirmed"
    assert [value for _, value in curves["heart rate, monitor"].points] == [70.0, None, 72.0]
    assert [value for _, value in curves["pump"].points] == pytest.approx([53.6, 0, 40, 0, 0], abs=0.01)
    assert curves["given"].points[-1][1] == pytest.approx(27.87, abs=0.01)
    assert "27.9 mg by charted rates" in drawn.summary
    assert drawn.ticks[0][1] == "11:50"
    assert infusion_picture(SETTING, chart()) is None


@pytest.mark.parametrize(("values", "axis"), [([120.0], (40, 180)), ([30.0, 221.0], (20, 240))])
def test_an_axis_is_widened_until_every_value_lies_on_it(values: list[float], axis: tuple[float, float]) -> None:
    assert room_for(values, 40, 180, 20) == axis


def test_an_axis_that_does_not_run_upwards_is_refused() -> None:
    flat = Panel(title="flat", low=1, high=1, curves=())
    with pytest.raises(ValueError, match="does not run upwards"):
        Picture(title="t", summary="s", key="k", first=0, last=1, ticks=(), panels=(flat,))


def test_the_top_says_what_is_treated_and_who_answers_for_it() -> None:
    record = person(*COMPLETE)
    pairs = dict(on_top(SETTING, chart(*COURSE), record).pairs)
    assert pairs["Ketamine given"] == "35.7 mg"
    assert pairs["Prescribed by"].startswith("not known"), "this record does not hold the order"
    assert "note NOT signed yet" in pairs["At the chair"]
    opened = chart(*COURSE).opened
    assert opened is not None
    order = record.orders[-1].signed
    moved = replace(chart(*COURSE), opened=replace(opened, event=replace(opened.event, order=order.stream_seq)))
    known = dict(on_top(SETTING, moved, record).pairs)
    assert "PRESCRIBER" in known["Prescribed by"]
    assert known["Weight"].startswith("71.4 kg measured; 71.4 kg dosed on")
    assert dict(on_top(SETTING, moved, NOBODY).pairs)["Diagnosis"] == "not recorded"


def test_a_signed_note_keeps_the_diagnosis_and_allergies_known_then_and_says_what_is_known_since() -> None:
    signed = ev.NoteSigned(text="Patient\n  Ida.", note_sha256="0" * 64, head_seq=9, head_hash="f" * 64)
    session = chart(*COURSE, (90, signed))
    latex = pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("latex: swelling",))
    other = pe.DiagnosisRecorded(indication="depression", icd10="F31.4", words="Bipolar disorder", diagnosed_by="Dr B")
    before, after = person(*COMPLETE), person(*COMPLETE, (200, latex), (201, other))
    then = dict(on_top(SETTING, session, before).pairs)
    now = dict(on_top(SETTING, session, after).pairs)
    for title in ("Diagnosis", "Allergies"):
        assert now[title] == then[title]
    assert now["ALLERGIES now"].startswith("ALLERGY: latex: swelling")
    assert "Bipolar disorder" in now["Diagnosis now"]
    assert "recorded otherwise when the note was signed" in now["Diagnosis now"]
    assert not [title for title in then if title.endswith(" now")]
    assert "latex" in dict(on_top(SETTING, chart(*COURSE), after).pairs)["ALLERGIES"], "not signed: what is known"


def test_a_visit_at_which_nothing_was_infused_is_called_so() -> None:
    given_up = chart((-6, PREPARED), (-1, ev.SessionClosedUnused(reason="no vein found")))
    assert title_of(given_up) == "Note of a visit, nothing infused (infusion 1 was ordered)"
    said = told(infusion_note(SETTING, IDA, given_up, NOBODY, ()))
    assert "none: nothing was infused" in said
    assert "Session closed, nothing infused: no vein found" in said


def test_the_summary_draws_the_scores_beside_the_infusions() -> None:
    record = person(*COMPLETE, (-1, answered(18)), (600, answered(9)), (700, answered(9, item_9=None)))
    later = replace(SETTING, now=NOON + timedelta(days=2))
    scale, treated = RULES.scales["phq9"], RULES.indications["depression"]
    drawn = response_picture(later, record, scale, [chart(*COURSE)], treated, NOON)
    assert drawn is not None
    ((scores,),) = (panel.curves for panel in drawn.panels)
    assert [value for _, value in scores.points] == [18.0, 9.0], "what has no total is not drawn"
    assert scores.drawn is Drawn.JOINED
    assert [words for _, words in drawn.marks] == ["1"]
    assert [words for _, words in drawn.panels[0].limits] == [
        "remission: under 5", "response: 50% below 18", "important change: 5 points"
    ]  # fmt: skip
    assert response_picture(later, NOBODY, scale, [chart(*COURSE)], treated, NOON) is None
    said = told(course_summary(replace(later, zone=UTC), IDA, record, "depression", [chart(*COURSE)]))
    assert drawn.title in said
    by_total = response_picture(later, record, scale, [chart(*COURSE)], RULES.indications["suicidal_ideation"], NOON)
    assert by_total is not None
    assert by_total.panels[0].limits == (), "where a total says nothing of response, no line does"
    undecided = person((-1, answered(18)), (600, answered(9)))
    papers = told(course_summary(replace(later, zone=UTC), IDA, undecided, "suicidal_ideation", [chart(*COURSE)]))
    assert RULES.indications["suicidal_ideation"].no_response_by_score in papers
    assert "response is a fall" not in papers
    assert "response is a fall" in said


def test_the_letterhead_is_what_the_clinic_filled_in() -> None:
    clinic = replace(SETTING.clinic, address="12 Lantern Street\n\nDenver, CO 80202")
    made = infusion_note(replace(SETTING, clinic=clinic, to=("Dr Jane Holloway",)), IDA, chart(*COURSE), NOBODY, ())
    assert made.letterhead == (
        "Lantern Street Clinic",
        "12 Lantern Street, Denver, CO 80202",
        "Phone 555-0142 · When we are closed 555-0143",
    )
    assert "Dr Jane Holloway" in told(made)
    assert replace(clinic, address="", phone="", on_call_phone="").letterhead() == ("Lantern Street Clinic",)
