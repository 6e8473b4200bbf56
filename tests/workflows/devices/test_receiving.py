"""What a device sends: kept once as it came, a session's samples where it is hers, and held where nobody can tell."""

import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Device, DeviceMessage, SampleRow, SampleWord, SessionRow, SetAsideRow
from sereniv.clinic.workflows.chair import monitor_curves, monitors
from sereniv.clinic.workflows.devices import held, placing, registering
from sereniv.clinic.workflows.devices.known import register
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import NOON, ActMaker
from tests.exchange.speaking import BEATS, DIASTOLIC, HEART, MMHG, SYSTOLIC, row, spoken
from tests.workflows.devices.conftest import Sends
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
LATER = "20260302120500+0000"


@pytest.fixture
def session(stage: Stage) -> uuid.UUID:
    stage.infusing(SHE, "Chair 1", NOON - timedelta(minutes=20))
    return SessionRow.objects.get(phase="infusing").pk


@pytest.fixture
def placed(session: uuid.UUID, device: Device, act: ActMaker) -> uuid.UUID:
    placing.connect(session, device.pk, act("nurse"))
    return session


def samples() -> list[tuple[str, Decimal | None, str]]:
    rows = SampleRow.objects.order_by("at", "signal")
    return [(each.signal, each.value, f"{each.at:%H:%M:%S}") for each in rows]


def states() -> list[tuple[str, str]]:
    return list(DeviceMessage.objects.order_by("pk").values_list("state", "why"))


def test_what_a_placed_monitor_sends_is_the_patients(placed: uuid.UUID, sends: Sends) -> None:
    raw = spoken(row(), row(HEART, "72", BEATS))
    sends(raw)
    assert samples() == [("heart_rate", Decimal(72), "12:00:00"), ("spo2", Decimal(97), "12:00:00")]
    (kept,) = DeviceMessage.objects.all()
    assert bytes(kept.content or b"") == raw
    assert (kept.state, kept.control_id, kept.session_id) == ("charted", "M1", placed)


def test_the_same_message_sent_again_changes_nothing(placed: uuid.UUID, sends: Sends) -> None:
    del placed
    sends(spoken(), spoken())
    sends(spoken())
    assert DeviceMessage.objects.count() == 1
    assert len(samples()) == 1


def test_a_number_used_again_for_another_message_loses_nothing(placed: uuid.UUID, sends: Sends) -> None:
    """Many devices begin to count anew when they are switched on."""
    del placed
    sends(
        spoken(number="1"),
        spoken(row(value="96"), number="1", at=LATER, taken_at=LATER),
        now=NOON + timedelta(minutes=5),
    )
    assert [value for _, value, _ in samples()] == [Decimal(97), Decimal(96)]


def test_a_device_at_no_chair_is_held_and_then_given(session: uuid.UUID, sends: Sends, act: ActMaker) -> None:
    sends(spoken(), spoken(row(value="95"), number="2", at="20260302120001+0000"))
    assert states() == [("held", "at no chair")] * 2
    assert not samples()
    (group,) = held.groups()
    assert (group.messages, group.named, group.reads) == (2, "", ("spo2 95",))
    assert held.assign(group.upto, session, act("nurse")) == 2
    assert [value for _, value, _ in samples()] == [Decimal(97), Decimal(95)]
    assert held.groups() == ()
    assert held.count() == 0


def test_another_persons_name_is_held_until_somebody_says_that_it_is_she(
    placed: uuid.UUID, sends: Sends, act: ActMaker
) -> None:
    of_another = {"person": "PID|||4711^^^H||Before^Patient||19500101"}
    sends(spoken(**of_another))
    assert states() == [("held", "another name")]
    (group,) = held.groups()
    assert group.named == "Patient Before, 4711, born 19500101"
    held.assign(group.upto, placed, act("nurse"))
    sends(spoken(row(value="96"), number="2", at="20260302120001+0000", **of_another))
    sends(spoken(row(value="90"), number="3", at="20260302120002+0000", person="PID|||4712"))
    assert [value for _, value, _ in samples()] == [Decimal(97), Decimal(96)]
    assert states()[1:] == [("charted", ""), ("held", "another name")]


def test_who_sits_there_by_name_and_nobody_at_all_are_hers(placed: uuid.UUID, sends: Sends) -> None:
    person = SessionRow.objects.get(pk=placed).person
    own = f"PID|||4711||{person.family_name.upper()}^{person.given_names}||{person.born:%Y%m%d}"
    for number, said in enumerate([own, "PID|||99999", "", f"PID|||{person.pk}"]):
        sends(
            spoken(number=str(number), person=said, at=f"2026030212000{number}+0000"), now=NOON + timedelta(seconds=9)
        )
    assert states() == [("charted", "")] * 4
    sends(spoken(number="x", person=own.replace(f"{person.born:%Y}", "1911"), at="20260302120005+0000"))
    assert states()[-1] == ("held", "another name")


def test_what_is_refused_stays_as_it_came_and_out_of_the_chart(session: uuid.UUID, sends: Sends, act: ActMaker) -> None:
    sends(spoken())
    (group,) = held.groups()
    assert held.refuse(group.upto, "Another patient's, of yesterday", act("nurse")) == 1
    assert states() == [("refused", "at no chair")]
    assert bytes(DeviceMessage.objects.get().content or b"") == spoken()
    with pytest.raises(Refused, match="meanwhile"):
        held.assign(group.upto, session, act("nurse"))


def test_a_patients_leaving_ends_it(placed: uuid.UUID, sends: Sends, act: ActMaker) -> None:
    monitors.disconnect(placed, act("nurse"))
    sends(spoken())
    assert states() == [("held", "at no chair")]


def test_a_monitor_is_at_one_chair(placed: uuid.UUID, stage: Stage, device: Device, act: ActMaker) -> None:
    del placed
    other = stage.at_the_gate(replace(SHE, name="another"), "Chair 2", NOON)
    with pytest.raises(Refused, match="Chair 1"):
        placing.connect(other, device.pk, act("nurse"))


def test_what_was_measured_before_the_session_is_nobodys_of_it(session: uuid.UUID, sends: Sends, act: ActMaker) -> None:
    sends(spoken(at="20260302080000+0000"))
    (group,) = held.groups()
    with pytest.raises(Refused, match="since that session was opened"):
        held.assign(group.upto, session, act("nurse"))
    assert held.count() == 1


def test_a_clock_ahead_is_held_and_put_back_by_what_somebody_reads_off_it(
    placed: uuid.UUID, sends: Sends, device: Device, act: ActMaker
) -> None:
    ahead = spoken(at="20260302120400+0000")
    sends(ahead)
    assert states() == [("held", "clock ahead")]
    registering.set_clock(device.pk, 240, act("nurse"))
    register.changed()
    (group,) = held.groups()
    held.assign(group.upto, placed, act("nurse"))
    sends(spoken(row(value="96"), number="2", at="20260302120401+0000"))
    assert samples() == [("spo2", Decimal(97), "12:00:00"), ("spo2", Decimal(96), "12:00:01")]
    assert set(DeviceMessage.objects.values_list("ahead_s", flat=True)) == {240}
    assert {f"{at:%H:%M:%S}" for at in DeviceMessage.objects.values_list("sent_at", flat=True) if at} == {
        "12:04:00", "12:04:01",
    }  # fmt: skip


def test_a_cuffs_pressure_said_again_under_the_messages_time_is_not_a_new_one(placed: uuid.UUID, sends: Sends) -> None:
    del placed

    def cuff(number: int, systolic: str = "128", at: str = "") -> bytes:
        rows = row(SYSTOLIC, systolic, MMHG, at=at), row(DIASTOLIC, "76", MMHG, at=at)
        return spoken(*rows, number=str(number), at=f"2026030212{number:02}00+0000")

    now = NOON + timedelta(minutes=10)
    sends(cuff(0), cuff(1), now=now)
    sends(cuff(2), now=now)
    assert [at for _, _, at in samples()] == ["12:00:00"] * 2
    sends(cuff(3, "141"), now=now)
    sends(cuff(4, "141", at="20260302120400+0000"), now=now)
    assert [(value, at) for signal, value, at in samples() if signal == "systolic"] == [
        (Decimal(128), "12:00:00"), (Decimal(141), "12:03:00"), (Decimal(141), "12:04:00"),
    ]  # fmt: skip


def test_a_correction_and_a_deletion_keep_what_was_there(placed: uuid.UUID, sends: Sends) -> None:
    del placed
    sends(spoken(), spoken(row(value="91", status="C"), number="2"), spoken(row(status="D"), number="3"))
    assert samples() == [("spo2", Decimal(97), "12:00:00")]
    assert list(SampleWord.objects.order_by("pk").values_list("kind", "value")) == [
        ("corrected", Decimal(91)), ("deleted", None),
    ]  # fmt: skip


def test_what_is_set_aside_is_counted_and_charted_by_nobody(placed: uuid.UUID, sends: Sends) -> None:
    del placed
    wrong = row("150017^MDC_PRESS_BLD_NONINV_SYS^MDC", "120", MMHG)
    sends(spoken(wrong), spoken(wrong, row(flags="DEMO", value="77"), number="2"))
    sends(spoken(wrong, number="3"))
    assert not samples()
    assert states() == [("empty", "")] * 3
    found = {each.why: (each.times, each.last_value) for each in SetAsideRow.objects.all()}
    assert found == {"code and unit disagree": (3, "120"), "test or demonstration": (1, "77")}


def shown(session: uuid.UUID) -> dict[str, Decimal | None]:
    chart = chart_store.session_chart_of(session)
    return {each.signal: each.value for each in monitors.recent(session, NOON, chart)}


def test_what_is_corrected_or_taken_back_is_shown_so_and_never_carried_forward(placed: uuid.UUID, sends: Sends) -> None:
    sends(spoken())
    assert shown(placed) == {"spo2": Decimal(97)}
    sends(spoken(row(value="91.4", status="C"), number="2"))
    assert shown(placed) == {"spo2": Decimal(91)}
    sends(spoken(row(status="D"), number="3"))
    assert shown(placed) == {"spo2": None}
    (points,) = monitor_curves.signals_of(placed, chart_store.session_chart_of(placed)).values()
    assert points == [(NOON, None)]


def test_a_pressure_taken_back_is_not_the_last_of_the_cuff(placed: uuid.UUID, sends: Sends) -> None:
    def cuff(minute: int, systolic: str, **said: str) -> bytes:
        at = f"2026030211{minute}00+0000"
        rows = row(SYSTOLIC, systolic, MMHG, at=at, **said), row(DIASTOLIC, "76", MMHG, at=at, **said)
        return spoken(*rows, number=f"{minute}{said}")

    def last() -> tuple[Decimal | None, bool]:
        found = monitors.last_cuff(placed, NOON, chart_store.session_chart_of(placed))
        return (found.pressure[0].value if found.pressure else None), found.gave_none_at is not None

    sends(cuff(50, "128"), cuff(55, "171"))
    assert last() == (Decimal(171), False)
    sends(cuff(55, "141", status="C"))
    assert last() == (Decimal(141), False)
    sends(cuff(55, "", status="D"))
    assert last() == (Decimal(128), True)


def test_a_doubted_value_is_asked_about_before_it_counts(placed: uuid.UUID, sends: Sends, act: ActMaker) -> None:
    sends(spoken(row(flags="QUES")))
    monitors.chart_from_monitor(placed, act("nurse"))
    charted = chart_store.session_chart_of(placed).vitals[-1]
    assert charted.event.questions == {"spo2": "The monitor shows 97 and says of it: questionable. Is it so?"}
