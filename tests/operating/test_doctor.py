"""The doctor says of each part of the house how it stands, and never that what it does not know is well."""

import re
import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.backup import state as backup_state
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.home import Home, Kind
from sereniv.clinic.operating import house, machine, pulse, token
from sereniv.clinic.operating.doctor import examine
from sereniv.clinic.operating.findings import Finding, Moment, State, span_in_words
from sereniv.clinic.operating.reached import Reached
from sereniv.clinic.records import checked
from sereniv.clinic.records.models import Device, DeviceMessage, SetAsideRow
from sereniv.clinic.workflows.admin import backups as backups_of_home
from tests.conftest import NOON, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
REAL = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
UNREACHED = Reached(at=REAL)
Usage = namedtuple("Usage", "total used free")


def a_clinic() -> Home:
    home: Home = settings.HOME
    return replace(home, kind=Kind.CLINIC)


def moment(home: Home | None = None, *, is_live: bool = True) -> Moment:
    return Moment(home=home or settings.HOME, real=REAL, here=NOON, is_live=is_live)


def of(topic: str, *, reached: Reached = UNREACHED, is_live: bool = True) -> Finding:
    found = {each.topic: each for each in examine(moment(a_clinic(), is_live=is_live), reached)}
    return found[topic]


def test_every_part_is_named_and_a_test_home_has_nothing_to_act_on() -> None:
    settings.HOME.checkpoints_file.unlink(missing_ok=True)
    found = examine(moment(), UNREACHED)
    assert [each.topic for each in found] == [
        "program", "disk", "clock", "time zone", "certificate", "database", "ledger", "checkpoints",
        "checkpoints outside", "backups", "rules", "watch", "monitors", "devices", "sheets", "alarms",
    ]  # fmt: skip
    assert not [each for each in found if each.state is State.ACT], found


def test_what_devices_sent_and_nobody_could_use_asks_for_a_look(db: None) -> None:
    del db
    assert (of("devices").state, of("devices").words) == (State.OK, "0 may send.")
    device = Device.objects.create(name="Bedside 3", kind="monitor", added_at=NOON)
    line = {"device": device, "times": 9, "first_at": NOON, "last_at": NOON, "reason": "x"}
    SetAsideRow.objects.create(why="code and unit disagree", code="150017 MDC_PRESS_BLD_NONINV_SYS", **line)
    SetAsideRow.objects.create(why="unknown code", code="148065 MDC_ECG_V_P_C_CNT", **line)
    kept = {"device": device, "sender": "x", "sha256": "0" * 64, "received_at": NOON, "why": "at no chair"}
    for number in range(2):
        DeviceMessage.objects.create(control_id=str(number), state="held", **kept)
    found = of("devices")
    assert found.state is State.LOOK
    assert found.words == (
        "1 may send; 2 messages held until somebody says whose they are; "
        "1 code with a wrong name or unit in the last day."
    )


@pytest.mark.parametrize(
    ("free", "state"),
    [
        (machine.LOOK_BELOW, State.OK),
        (machine.LOOK_BELOW - 1, State.LOOK),
        (machine.ACT_BELOW - 1, State.ACT),
    ],
)
def test_a_disk_that_fills_is_said(monkeypatch: pytest.MonkeyPatch, free: int, state: State) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**11, 0, free))
    assert of("disk").state is state
    assert bool(of("disk").mend) is (state is not State.OK)


@pytest.mark.parametrize(
    ("offset", "state"),
    [(0.4, State.OK), (-5.1, State.LOOK), (60.0, State.LOOK), (60.1, State.ACT), (-3600, State.ACT)],
)
def test_a_clock_that_is_off_is_said(offset: float, state: State) -> None:
    found = of("clock", reached=Reached(at=REAL, clock_offset_s=offset))
    assert found.state is state
    assert ("behind" if offset > 0 else "ahead of") in found.words


def test_a_clock_that_nobody_compared_is_not_called_well() -> None:
    found = of("clock")
    assert found.state is State.LOOK
    assert "Not compared" in found.words


@pytest.mark.parametrize(
    ("life", "left", "state"),
    [
        (timedelta(days=90), timedelta(days=23), State.OK),
        (timedelta(days=90), timedelta(days=22), State.LOOK),
        (timedelta(days=90), timedelta(days=8), State.ACT),
        (timedelta(days=3650), timedelta(days=31), State.OK),
        (timedelta(days=3650), timedelta(days=29), State.LOOK),
        (timedelta(hours=12), timedelta(hours=4), State.OK),
        (timedelta(hours=12), timedelta(hours=1), State.ACT),
        (timedelta(days=90), timedelta(days=-1), State.ACT),
    ],
)
def test_a_certificate_that_ends_is_said_in_time(life: timedelta, left: timedelta, state: State) -> None:
    ends = REAL + left
    shown = Reached(at=REAL, certificate_host="c.example", certificate_begins=ends - life, certificate_ends=ends)
    assert of("certificate", reached=shown).state is state


def test_a_certificate_that_nobody_saw_is_not_called_well() -> None:
    assert of("certificate").state is State.LOOK


@pytest.mark.parametrize(("age_h", "state"), [(47, State.OK), (49, State.ACT)])
def test_a_backup_not_restored_for_two_days_is_acted_on(
    monkeypatch: pytest.MonkeyPatch, age_h: int, state: State
) -> None:
    known = backup_state.BackupState(made_at=REAL, restored_at=REAL - timedelta(hours=age_h))
    plan = backup_state.Plan(to=str(settings.HOME.folder.parent))
    stands = backups_of_home.Standing(plan=plan, state=known, complaint=backup_state.complaint(plan, known, REAL))
    monkeypatch.setattr(backups_of_home, "standing", lambda _: stands)
    assert of("backups").state is state


def test_no_backup_at_all_waits_until_the_clinic_goes_live(monkeypatch: pytest.MonkeyPatch) -> None:
    none = backups_of_home.Standing(plan=None, state=backup_state.BackupState(), complaint="No backup is made.")
    monkeypatch.setattr(backups_of_home, "standing", lambda _: none)
    assert of("backups", is_live=False).state is State.LOOK
    assert of("backups", is_live=True).state is State.ACT


def test_a_ledger_that_does_not_hold_is_acted_on_until_a_check_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    (settings.HOME.folder / "faults.json").write_text('["Entry 7: its content was edited.", "and another"]')
    found = of("ledger")
    assert found.state is State.ACT
    assert "Entry 7: its content was edited. and 1 more" in found.words


def test_what_a_check_finds_is_kept_for_those_who_do_not_look(
    staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checked.entered, "doubts", lambda: iter(["the row of ada is not as entered"]))
    checked.whole(settings.HOME, REAL)
    assert of("ledger").state is State.ACT
    monkeypatch.undo()
    Staff.objects.all().delete()
    checked.whole(settings.HOME, REAL)
    assert checked.faults_found(settings.HOME) == ()


@pytest.mark.parametrize(("late_s", "state"), [(5, State.OK), (15, State.LOOK), (61, State.ACT)])
def test_a_watch_that_hangs_is_said(late_s: int, state: State) -> None:
    pulse.beat(house.WATCH, REAL - timedelta(seconds=late_s))
    assert of("watch").state is state


def test_a_silent_monitor_is_counted(stage: Stage) -> None:
    running = stage.infusing(SHE, "Chair 1", NOON)
    assert of("monitors").words == "None is connected to an open session."
    house.feeds.connect(running, "Bedside", 1, ("heart_rate", "spo2"), NOON, "a-monitor-1")
    assert house.count_of_monitors(NOON) == (1, 1)
    assert of("monitors").state is State.LOOK


def test_numbers_that_wait_to_be_signed_are_looked_at() -> None:
    assert of("rules").state is State.LOOK
    assert "to be read and signed" in of("rules").words


def test_utc_is_asked_about_in_a_clinic() -> None:
    found = machine.time_zone(Moment(home=replace(a_clinic(), timezone="UTC"), real=REAL, here=NOON))
    assert found.state is State.LOOK
    there = machine.time_zone(Moment(home=replace(a_clinic(), timezone="America/Denver"), real=REAL, here=NOON))
    assert there.state is State.OK


def test_a_part_that_cannot_be_looked_at_is_a_finding_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(moment: Moment) -> Finding:
        raise RuntimeError("Leila Corvin")

    monkeypatch.setattr(machine, "disk", breaks)
    found = of("disk")
    assert found.state is State.ACT
    assert found.words == "It could not be looked at (RuntimeError)."
    assert of("time zone").words


def test_plans_that_do_not_read_are_acted_on() -> None:
    (settings.HOME.folder / "outside.toml").write_text("mail_sever = 'mistyped'\n")
    found = of("alarms")
    assert found.state is State.ACT
    assert "outside.toml cannot be read" in found.words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (7199, "119 minutes"), (7200, "2 hours"),
     (172800, "2 days"), (-5, "0 seconds")],
)  # fmt: skip
def test_spans_are_said_in_the_unit_that_says_them(seconds: int, words: str) -> None:
    assert span_in_words(timedelta(seconds=seconds)) == words


def test_the_page_is_the_administrators_and_says_what_to_do(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    (settings.HOME.folder / "faults.json").write_text('["Entry 7: its content was edited."]')
    client = Client()
    client.force_login(staff["admin"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/set-up/doctor/").content.decode()
    assert "To act on: ledger." in page
    assert "Change nothing." in page
    assert "How the house runs" in client.get("/today/").content.decode()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/set-up/doctor/").status_code == 403


def test_anybody_hears_that_it_answers_and_the_token_how_it_stands(fixed_clock: FixedClock) -> None:
    assert Client().get("/health").content.startswith(b"Sereniv ")
    wrong = Client(headers={"authorization": "Bearer wrong"})
    assert wrong.get("/health").status_code == 401
    assert wrong.get("/metrics").status_code == 401
    known = Client(headers={"authorization": f"Bearer {token.of_home(settings.HOME)}"})
    answer = known.get("/health")
    assert answer.status_code == 200
    assert {each["topic"] for each in answer.json()["findings"]} >= {"disk", "ledger", "backups"}
    (settings.HOME.folder / "faults.json").write_text('["Entry 7: its content was edited."]')
    assert known.get("/health").status_code == 503


def test_the_numbers_of_the_house_name_nobody(stage: Stage, fixed_clock: FixedClock) -> None:
    from prometheus_client.openmetrics.parser import text_string_to_metric_families

    running = stage.infusing(SHE, "Chair 1", NOON)
    known = Client(headers={"authorization": f"Bearer {token.of_home(settings.HOME)}"})
    answer = known.get("/metrics")
    assert answer["Content-Type"].startswith("application/openmetrics-text")
    text = answer.content.decode()
    found = {each.name: each for each in text_string_to_metric_families(text)}
    assert found["sereniv_open_sessions"].samples[0].value == 1
    stands = {each.labels["topic"] for each in found["sereniv_finding"].samples}
    assert "ledger" in stands
    told = text + known.get("/health").content.decode()
    for canary in (SHE.family_name, SHE.given_names, str(running), cast_list.STAFF[0].full_name, "Chair 1"):
        assert canary not in told
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", told)
