"""The note writes itself from the chart, and what comes after its signature stands below it."""

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from functools import partial

import pytest

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import line_title
from sereniv.therapy.documents.note_text import Subject, addenda, digest, note, sections_of, text
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import chart_of
from sereniv.therapy.session.event_words import describe
from tests.therapy.making import RECOVERED, STARTED, Happening, chart, full_set, minute, recorded

SUBJECT = Subject(name="Ida Lind", born="02 Feb 1980", zone=UTC, name_of=str.upper, title_of=str.capitalize)
COURSE: tuple[Happening, ...] = (
    (-5, ev.GateLineAttested(line="fasting", holds=True)),
    (0, STARTED),
    (5, full_set(126, 80)),
    (6, full_set(190, 80)),
    (7, ev.EntryStruck(entry=5, reason="other chair")),
    (20, ev.RateFound(rate_ml_per_h=Decimal(30), deviation="found lower")),
    (40, ev.InfusionStopped(reason="end")),
    (100, RECOVERED),
    (101, ev.Discharged(handed_to="Kim Escort", advice_given=True, exception="left early")),
)


def test_the_note_tells_order_course_drug_and_discharge() -> None:
    told = text(note(chart(*COURSE), SUBJECT))
    for words in (
        "Ida Lind, born 02 Feb 1980.",
        "0.5 mg/kg × 71.4 kg (actual weight) = 35.7 mg = 35.7 mL of 1 mg/mL at 53.6 mL/h over 40 min",
        "Fasting: confirmed (NURSE).",
        "12:05 Blood pressure 126/80 mmHg, heart rate 72 /min, SpO₂ 98 %, breathing 14 /min, NURSE.",
        "Delivered by charted rates: 27.9 mL = 27.9 mg in 40 minutes.",
        "found lower",
        "struck by NURSE: other chair",
        "Aldrete 9, MOAA/S 5",
        "Left with Kim Escort, written advice given, NURSE. Exception signed: left early.",
    ):
        assert words in told
    struck = next(each for each in note(chart(*COURSE), SUBJECT) if "struck" in each.heading)
    assert "Blood pressure 190/80 mmHg" in "".join(struck.lines), "what was struck stands by its value"
    assert told.count("190") == 1, "and nowhere else"


@pytest.mark.parametrize(("holds", "said"), [(True, "Confirmed"), (False, "NOT so")])
def test_the_log_says_of_a_gate_line_what_was_attested(holds: bool, said: str) -> None:
    title = partial(line_title, knowledge().gate)
    event = ev.GateLineAttested(line="substances_today", holds=holds)
    assert describe(event, title) == f"{said} before the start: No alcohol or other substance today"
    passed = ev.GateLineOverridden(line="an_old_line", reason="usual for him", read="")
    assert describe(passed, title) == "Passed by the prescriber before the start: An old line; usual for him"


def test_a_late_entry_says_when_it_was_charted() -> None:
    entry = recorded(ev.RemarkCharted(text="calm"), 2, minute(5))
    opened = chart().entries[0]
    late = chart_of([opened, recorded(entry.event, 2, minute(5))])
    assert "charted" not in text(note(late, SUBJECT))
    object.__setattr__(entry, "recorded_at", minute(5) + timedelta(minutes=3))
    assert "12:05 Remark: calm (charted 12:08), NURSE." in text(note(chart_of([opened, entry]), SUBJECT))


def test_a_signed_note_does_not_change_and_later_entries_stand_below() -> None:
    told = note(chart(*COURSE), SUBJECT)
    signed: Happening = (103, ev.NoteSigned(text=text(told), note_sha256=digest(told), head_seq=9, head_hash="0"))
    remark: Happening = (110, ev.RemarkCharted(text="phoned, well"))
    strike: Happening = (111, ev.EntryStruck(entry=4, reason="wrong"))
    after = chart(*COURSE, signed, remark, strike)
    assert digest(note(after, SUBJECT)) == digest(told)
    assert addenda(chart(*COURSE), SUBJECT) == ()
    assert addenda(after, SUBJECT) == (
        "2 Mar 2026 13:50 Remark: phoned, well, NURSE.",
        "2 Mar 2026 13:51 Struck: 2 Mar 2026 12:05 Blood pressure 126/80 mmHg, heart rate 72 /min, SpO₂ 98 %, "
        "breathing 14 /min. Reason: wrong, NURSE.",
    )


def test_a_signed_note_is_what_was_signed_whatever_is_written_today() -> None:
    told = note(chart(*COURSE), SUBJECT)
    assert sections_of(text(told)) == told
    renamed = replace(SUBJECT, name_of=str.lower)
    signed = ev.NoteSigned(text=text(told), note_sha256=digest(told), head_seq=9, head_hash="0")
    later = note(chart(*COURSE, (103, signed), (104, ev.RemarkCharted(text="addendum"))), renamed)
    assert later == told
    assert digest(later) == signed.note_sha256


def test_what_happened_on_another_day_says_which() -> None:
    told = chart((0, STARTED), (13 * 60, ev.RemarkCharted(text="past midnight")))
    (course,) = (section.lines for section in note(told, SUBJECT) if section.heading == "Course")
    assert course[0].startswith("12:00 Infusion started")
    assert course[1].startswith("Tue 3 Mar 01:00 Remark: past midnight")
