"""Every crisis, played to its end, raises the prompts that its rows say, and shows what was done of what they ask."""

import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from sereniv.cli.drill import drill
from sereniv.clinic import home as homes
from sereniv.clinic.demo.drills import playing, scripted
from sereniv.clinic.demo.drills.debrief import debrief, document, row_words
from sereniv.clinic.demo.drills.scripts import drill_of, drills
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.home import Kind
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, Person, SessionRow
from sereniv.clinic.workflows.documents.documents import setting_at
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.knowledge import knowledge
from sereniv.therapy.documents.model import words
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase
from tests.conftest import NOON, FixedClock
from tests.workflows import test_path

stage = test_path.stage


@pytest.fixture
def chair(stage: Stage, fixed_clock: FixedClock) -> None:
    del stage, fixed_clock
    Chair.objects.create(name="Chair 3")


def begun(name: str) -> uuid.UUID:
    return playing.begin(name, NOON)


def found(session: uuid.UUID) -> playing.Played:
    played = playing.played(session)
    assert played is not None
    return played


@pytest.mark.django_db
@pytest.mark.parametrize("name", drills())
def test_a_crisis_played_to_its_end_raises_the_prompts_that_its_rows_say(chair: None, name: str) -> None:
    del chair
    session = begun(name)
    end = scripted.play(session)
    told = debrief(found(session), end, knowledge())
    for each in told.responses:
        assert each.raised is not None, each.due.alert
        assert timedelta(0) <= each.raised.at - each.sign_at <= timedelta(seconds=60), each.due.alert
        assert each.rule == row_words(each.due.row, knowledge())[0]
        raised = [
            entry.event
            for entry in found(session).chart.entries
            if isinstance(entry.event, ev.AlertRaised) and entry.event.alert == each.due.alert
        ]
        assert raised
        assert each.seen is not None or each.acted is not None or each.due.alert.startswith("confirm-"), each.due.alert
    assert [each.due.title for each in told.done if each.done is None] == []
    paper = " ".join(words(document(told, setting_at(end, found(session).row.label))))
    assert "nobody sits in this chair" in paper
    assert "NOT DONE" not in paper


@pytest.mark.django_db
def test_what_nobody_did_stands_as_not_done_and_every_row_is_named(chair: None) -> None:
    del chair
    session = begun("apnoea")
    now = NOON + timedelta(seconds=100)
    playing.send_all(now)
    told = debrief(found(session), now, knowledge())
    assert all(each.done is None for each in told.done)
    assert [each.at_s for each in told.cues] == [100, 60, 20]
    paper = " ".join(words(document(told, setting_at(now, found(session).row.label))))
    assert paper.count("NOT DONE") == len(told.done)
    assert "A-RR! v2: Stopping, supporting breathing and calling are the clinic's signed steps." in paper


def test_every_row_that_a_drill_names_is_there_and_every_act_is_played_within_it() -> None:
    for each_drill in drills().values():
        rows = {each.row for each in each_drill.prompts} | {row for each in each_drill.acts for row in each.rows}
        assert all(row_words(row, knowledge())[1] for row in rows)
        assert all(each.played_s <= each_drill.length_s for each in each_drill.acts)
        assert {"AlertRaised"}.isdisjoint({kind for each in each_drill.acts for kind in each.kinds})
        assert all(hasattr(ev, kind) for each in each_drill.acts for kind in each.kinds)
        assert drill_of(each_drill.label) is each_drill


@pytest.mark.django_db
def test_a_drill_is_marked_everywhere_and_is_nobodys(chair: None) -> None:
    del chair
    session = begun("network-gone")
    row = SessionRow.objects.get(pk=session)
    assert row.label.startswith("DRILL: ")
    assert row.person.family_name == "DRILL"
    chart = chart_store.session_chart_of(session)
    assert chart.opened is not None
    assert chart.opened.event.label == row.label


@pytest.mark.django_db
def test_it_ends_accounted_for_and_the_chair_is_free_again(chair: None) -> None:
    del chair
    session = begun("disconnected-cuff")
    with pytest.raises(Refused, match="Every chair is taken"):
        begun("apnoea")
    end = scripted.play(session)
    playing.end(session, end)
    chart = chart_store.session_chart_of(session)
    assert chart.phase is Phase.DISCHARGED
    assert not chart.is_unaccounted
    with pytest.raises(Refused, match="is over"):
        playing.end(session, end)
    assert begun("apnoea")
    assert Person.objects.filter(family_name="DRILL").count() == 2


@pytest.mark.django_db
def test_in_a_clinics_home_there_is_none(chair: None, monkeypatch: pytest.MonkeyPatch) -> None:
    del chair
    clinics = replace(served_home(), kind=Kind.CLINIC)
    monkeypatch.setattr(playing, "served_home", lambda: clinics)
    with pytest.raises(Refused, match="demo or test home alone"):
        begun("apnoea")
    assert not SessionRow.objects.exists()


def test_the_command_lists_them_and_is_refused_in_words_in_a_clinics_home(tmp_path: Path) -> None:
    said = CliRunner().invoke(drill, [])
    assert all(name in said.output for name in drills())
    homes.create_or_open(tmp_path / "clinic", Kind.CLINIC, "UTC")
    no = CliRunner().invoke(drill, ["apnoea", "--home", str(tmp_path / "clinic")])
    assert no.exit_code == 1
    assert "Drills are played in a demo or test home alone" in no.output


@pytest.mark.django_db
def test_a_name_that_is_none_says_which_there_are(chair: None) -> None:
    del chair
    with pytest.raises(Malformed, match="apnoea, severe-pressure, laryngospasm, tenfold-rate"):
        begun("earthquake")
