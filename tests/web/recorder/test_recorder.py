"""The recorder's page: what was known in a second and what only later, why a prompt stood, and who had acted."""

import re
import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, SessionRow
from sereniv.clinic.web.recorder.lines import pairs_of
from sereniv.clinic.web.recorder.moment import moment_of
from sereniv.clinic.workflows.chair import charting, monitors, reaching
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import words_of
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
FULL = {"systolic": "128", "diastolic": "80", "heart_rate": "72", "spo2": "90", "respiratory_rate": "14"}


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock, act: ActMaker) -> uuid.UUID:
    """A saturation of 90 at 12:05, prompted, told, seen and acted on; one of 12:04 was written down at 12:20."""
    Chair.objects.create(name="Chair 1")
    session = stage.infusing(SHE, "Chair 1", NOON)
    charting.chart_vitals(session, FULL, act("nurse", now=at(5)))
    monitors.watch_session(session, at(5))
    first = reaching.raised_first(chart_store.session_chart_of(session), ["saturation_low"])
    reaching.keep(session, first, ev.Rung.NEXT, [ev.Telling(who="nurse2", way="mail")], at(6))
    reaching.see(session, first, act("nurse2", now=at(6.5)))
    charting.acknowledge(session, "saturation_low", "oxygen given", act("nurse", now=at(7)))
    late = {"systolic": "186", "diastolic": "114"}
    charting.chart_vitals(session, late, act("nurse", now=at(20)), at(4))
    fixed_clock.shown = at(25)
    return session


@pytest.fixture
def nurse(staff: dict[str, Staff], session: uuid.UUID) -> Client:
    del session
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(nurse: Client, session: uuid.UUID, name: str = "session_recorder", **seconds: datetime | str) -> str:
    query = {key: each if isinstance(each, str) else str(int(each.timestamp())) for key, each in seconds.items()}
    return nurse.get(reverse(name, args=[session]), query).content.decode()


def test_a_late_entry_is_not_in_the_second_and_is_told_as_not_yet_known(nurse: Client, session: uuid.UUID) -> None:
    then = words_of(asked(nurse, session, t=at(10)))
    told, later = then.split("Not yet known then")
    assert "186/114" not in told
    assert "128/80 mmHg 12:05:00 · 5 min · charted" in told
    assert re.search(
        r"12:04:00 .*186/114.* written down 12:20:00 by Ada Nightfall, RN", later.split("The chart then")[0]
    )
    since = words_of(asked(nurse, session, t=at(21)))
    assert "Everything that is known today of the time up to this second was known in it." in since


def test_a_prompt_says_row_version_inputs_and_who_was_told_had_seen_and_acted(
    nurse: Client, session: uuid.UUID
) -> None:
    waits = words_of(asked(nurse, session, t=at(6.75)))
    assert "Read spo2 90" in waits.replace("SpO₂", "spo2")
    assert "A-O2 v2: below spo2 92" in waits
    assert "Told: Ben Okoro, RN by mail 12:06; seen by Ben Okoro, RN 12:06" in waits
    assert "Nobody had acted, 105 s after it was raised." in waits.replace("1 min", "105 s")
    assert "gone up to charge nurse" in waits
    acted = words_of(asked(nurse, session, t=at(8)))
    assert "Acted Ada Nightfall, RN at 12:07:00: oxygen given." in acted
    assert "saturation low" not in words_of(asked(nurse, session, t=at(4.5))).lower().split("not yet known")[0]


def test_two_seconds_side_by_side_mark_what_differs(nurse: Client, session: uuid.UUID) -> None:
    page = asked(nurse, session, t=at(4.5), **{"with": at(6)})
    rows = {
        words_of(f"<main>{each}</main>") for each in re.findall(r'<tr class="differs">.*?</tr>', page, flags=re.DOTALL)
    }
    assert any(each.startswith("≠ differs: Prompt: Saturation low – ●") for each in rows)
    assert any(each.startswith("≠ differs: Blood pressure") for each in rows)
    assert not any("Monitor" in each for each in rows), "no monitor in either"


def test_what_was_struck_later_counted_then(nurse: Client, session: uuid.UUID, act: ActMaker) -> None:
    chart = chart_store.session_chart_of(session)
    number = next(each.stream_seq for each in chart.vitals if each.at == at(5))
    charting.strike(session, number, "other chair", act("nurse", now=at(22)))
    then = words_of(asked(nurse, session, t=at(10)))
    assert "128/80 mmHg 12:05:00" in then
    assert "counted then; struck later" in then


def test_the_file_stands_by_itself(nurse: Client, session: uuid.UUID) -> None:
    answer = nurse.get(reverse("session_recorder_file", args=[session]), {"t": str(int(at(6).timestamp()))})
    content = answer.content.decode()
    assert answer["Content-Disposition"] == 'attachment; filename="recorder-20260302-120600.html"'
    assert not re.search(r"(?:href|src|action)=|url\(|@import|<script|<link|<img", content)
    assert set(re.findall(r"https?://[^\"' ]+", content)) <= {"http://www.w3.org/2000/svg"}
    assert "TEST: not a real patient" in content
    assert chart_store.head().hash in content
    assert "A-O2 v2" in content


@pytest.mark.parametrize("said", ["", "x", "9" * 40, "-5", "0", "1e3", "2026-03-02T12:05:00"])
def test_whatever_an_address_asks_for_a_second_of_the_session_is_shown(
    nurse: Client, session: uuid.UUID, said: str
) -> None:
    for name in ("t", "at", "with", "with_at"):
        page = words_of(asked(nurse, session, **{name: said}))
        assert "As it stood and was known 2 Mar 2026" in page
    typed = words_of(asked(nurse, session, at="2026-03-02T12:06:00"))
    assert "As it stood and was known 2 Mar 2026 12:06:00" in typed
    assert "no time of this session" in words_of(asked(nurse, session, t="0"))


def test_nobody_sees_it_who_may_not_read_charts(staff: dict[str, Staff], session: uuid.UUID) -> None:
    client = Client()
    client.force_login(staff["admin"], backend="django.contrib.auth.backends.ModelBackend")
    for name in ("session_recorder", "session_recorder_file"):
        assert client.get(reverse(name, args=[session])).status_code == 403


def test_prompt_and_log_lead_to_their_second(nurse: Client, session: uuid.UUID, act: ActMaker) -> None:
    charting.chart_vitals(session, FULL | {"spo2": "89"}, act("nurse", now=at(24)))
    monitors.watch_session(session, at(24) + timedelta(milliseconds=300))
    chair = nurse.get(reverse("session", args=[session])).content.decode()
    second = int(at(24).timestamp()) + 1
    assert chair.count(f"/sessions/{session}/recorder/?t={second}") >= 2, (
        "the prompt's own line, and its line in the log"
    )
    assert "Saturation under 90 %" in words_of(asked(nurse, session, t=str(second)))


def test_lines_of_one_second_beside_itself_do_not_differ(session: uuid.UUID) -> None:
    row, chart = SessionRow.objects.get(pk=session), chart_store.session_chart_of(session)
    moment = moment_of(row, chart, at(6))
    assert not any(each.differs for each in pairs_of(moment, moment))
    assert {each.title for each in pairs_of(moment, moment)} > {"State", "Blood pressure", "Vital signs due"}
