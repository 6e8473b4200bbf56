"""What rows of a device say: a reading of a sign, or what is set aside and why; nothing is guessed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sereniv.exchange.hl7v2 import Observed, Reading, SetAside, Status, observed, read_message
from sereniv.exchange.hl7v2.observations import Aside
from sereniv.knowledge import knowledge
from tests.exchange.speaking import (
    BEATS,
    BREATHS,
    CHEST,
    DIASTOLIC,
    HEART,
    MEAN,
    MMHG,
    PERCENT,
    PULSE,
    RESPS,
    SPO2,
    SYSTOLIC,
    row,
    spoken,
)  # fmt: skip

DATA = Path(__file__).parent.parent / "data" / "hl7v2"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CODES = knowledge().device_codes


def read(raw: bytes) -> Observed:
    return observed(read_message(raw), CODES, UTC, NOON)


def one(**changed: str) -> Reading | SetAside:
    found = read(spoken(row(**changed)))
    (each,) = (*found.readings, *found.aside)
    return each


def reading(**changed: str) -> Reading:
    found = one(**changed)
    assert isinstance(found, Reading), found
    return found


def aside(**changed: str) -> SetAside:
    found = one(**changed)
    assert isinstance(found, SetAside), found
    return found


@pytest.mark.parametrize(
    ("code", "unit", "signal"),
    [(HEART, BEATS, "heart_rate"), (PULSE, BEATS, "pulse_rate"), (SPO2, PERCENT, "spo2"),
     (BREATHS, RESPS, "respiratory_rate"), (CHEST, RESPS, "respiratory_rate"), (SYSTOLIC, MMHG, "systolic"),
     (DIASTOLIC, MMHG, "diastolic"), (MEAN, MMHG, "mean_pressure"), ("150301^MDC_PRESS_CUFF_SYS^MDC", MMHG, "systolic"),
     ("150302^MDC_PRESS_CUFF_DIA^MDC", MMHG, "diastolic"), ("150303^MDC_PRESS_CUFF_MEAN^MDC", MMHG, "mean_pressure"),
     (HEART, "/min^/min^UCUM", "heart_rate"), (BREATHS, "/min^/min^UCUM", "respiratory_rate"), (SPO2, "%", "spo2"),
     (SYSTOLIC, "mm[Hg]^mm[Hg]^UCUM", "systolic"), ("8867-4^Heart rate^LN^" + HEART, BEATS, "heart_rate"),
     ("147842^MDC_ECG_HEART_RATE", BEATS, "heart_rate")],
)  # fmt: skip
def test_a_sign_is_known_by_number_name_and_unit_together(code: str, unit: str, signal: str) -> None:
    found = reading(code=code, unit=unit)
    assert (found.signal, found.value, found.at) == (signal, Decimal(97), NOON)


@pytest.mark.parametrize(
    ("code", "unit", "reason"),
    [("150017^MDC_PRESS_BLD_NONINV_SYS^MDC", MMHG, "is 150021, and the row says 150017"),
     ("1500212^MDC_PRESS_BLD_NONINV_DIA^MDC", MMHG, "is 150022, and the row says 1500212"),
     ("^MDC_PRESS_BLD_NONINV_SYS^MDC", MMHG, "the row says no number"),
     ("150021^MDC_PRESS_BLD_NONINV_DIA^MDC", MMHG, "150021 is MDC_PRESS_BLD_NONINV_SYS"),
     ("150021^^MDC", MMHG, "the row says no name"), (SYSTOLIC, PERCENT, "not sent in 262688 MDC_DIM_PERCENT"),
     (SYSTOLIC, "kPa^kPa^UCUM", "not sent in kPa"), (SYSTOLIC, "", "not sent in no unit"),
     (HEART, RESPS, "not sent in"), (BREATHS, BEATS, "not sent in"),
     (SYSTOLIC, "266016^MDC_DIM_PERCENT^MDC", "not sent in"), (SYSTOLIC, "mmHg^mmHg^UCUM", "not sent in mmHg"),
     (SPO2, "{ratio}^^UCUM", "not sent in")],
)  # fmt: skip
def test_a_wrong_pair_is_set_aside_with_its_reason(code: str, unit: str, reason: str) -> None:
    found = aside(code=code, unit=unit)
    assert found.why is Aside.WRONG_PAIR
    assert reason in found.reason
    assert found.value == "97"


@pytest.mark.parametrize("flags", ["INV", "NAV", "OFF", "NI", "inv", "L~INV", "QUES~NAV"])
def test_a_flag_that_says_no_value_leaves_none_whatever_number_stands_there(flags: str) -> None:
    assert reading(flags=flags).value is None


@pytest.mark.parametrize(
    ("flags", "mark"),
    [("QUES", "questionable"), ("EARLY", "an early estimate"), ("CAL", "taken during calibration"),
     ("BUSY", "the device was busy")],
)  # fmt: skip
def test_a_doubted_value_is_kept_and_marked(flags: str, mark: str) -> None:
    found = reading(flags=f"H~{flags}")
    assert (found.value, found.marks) == (Decimal(97), (mark,))


@pytest.mark.parametrize("changed", [{"flags": "TEST"}, {"flags": "DEMO", "value": "77"}, {"flags": "QUES~DEMO"}])
def test_test_and_demonstration_are_no_readings(changed: dict[str, str]) -> None:
    assert aside(**changed).why is Aside.TEST


@pytest.mark.parametrize("processing", ["T", "D"])
def test_a_message_of_training_or_debugging_gives_no_reading(processing: str) -> None:
    found = read(spoken(processing=processing))
    assert not found.readings
    assert [each.why for each in found.aside] == [Aside.TEST]


@pytest.mark.parametrize("value", ["0", "0.0", "-999", "-1", "8388607", "8388608", "32767", "99999999"])
def test_zero_and_a_devices_numbers_for_no_value_are_no_reading(value: str) -> None:
    assert reading(value=value).value is None


@pytest.mark.parametrize(
    ("value", "meant"), [("97.5", "97.5"), (".5", "0.5"), ("+97", "97"), ("097", "97"), ("97.", "97")]
)
def test_a_plain_number_is_read_exactly(value: str, meant: str) -> None:
    assert reading(value=value).value == Decimal(meant)


@pytest.mark.parametrize("value", ["9e1", "97%", "about 97", "97,5", "NaN", "1_0", "٩٧", "97^98", "---", "0x61"])
def test_what_is_no_plain_number_is_set_aside(value: str) -> None:
    if value == "97^98":
        assert reading(value=value).value == Decimal(97)
    else:
        assert aside(value=value).why is Aside.NOT_READ


@pytest.mark.parametrize(
    ("status", "meant", "value"),
    [("R", Status.NEW, Decimal(97)), ("F", Status.NEW, Decimal(97)), ("P", Status.NEW, Decimal(97)),
     ("S", Status.NEW, Decimal(97)), ("U", Status.NEW, Decimal(97)), ("", Status.NEW, Decimal(97)),
     ("X", Status.NEW, None), ("C", Status.CORRECTED, Decimal(97)), ("D", Status.DELETED, None),
     ("W", Status.DELETED, None)],
)  # fmt: skip
def test_a_status_says_what_the_row_is_to_what_was_sent_before(
    status: str, meant: Status, value: Decimal | None
) -> None:
    found = reading(status=status)
    assert (found.status, found.value) == (meant, value)


@pytest.mark.parametrize("status", ["I", "N", "O", "Q"])
def test_a_status_of_no_reading_is_set_aside(status: str) -> None:
    assert aside(status=status).why is Aside.NOT_READ


def test_an_unknown_code_is_kept_and_one_without_a_place_says_so() -> None:
    assert aside(code="148065^MDC_ECG_V_P_C_CNT^MDC").why is Aside.UNKNOWN
    assert aside(code="11273-0^ERYTHROCYTES^LN").why is Aside.UNKNOWN
    assert aside(code="150033^MDC_PRESS_BLD_ART_SYS^MDC", unit=MMHG).why is Aside.NO_PLACE


def test_a_row_of_the_devices_parts_says_nothing() -> None:
    parts = (
        "OBX|1||528388^MDC_DEV_SPEC_PROFILE_PULS_OXIM^MDC|1|||||||X|||20260302110000+0000||||0123456789ABCDEF^EUI-64"
    )
    found = read(spoken(parts, row(), person="PID|||99999"))
    assert (len(found.readings), found.aside) == (1, ())
    assert found.names == ("0123456789ABCDEF", "00A0370000000001", "BEDSIDE")
    assert found.patient == ""


def test_a_sign_without_a_value_is_no_reading_and_not_left_out() -> None:
    assert reading(value="", kind="").value is None
    assert reading(value="", status="X").value is None


def test_the_time_is_the_rows_then_the_one_above_then_the_orders() -> None:
    own, above = "20260302115500+0000", "20260302115400+0000"
    holder = f"OBX|1||150020^MDC_PRESS_BLD_NONINV^MDC|1.0.1|||||||X|||{above}"
    cuff = {"unit": MMHG}
    found = read(
        spoken(
            holder, row(SYSTOLIC, "120", place="1.0.1.1", **cuff),
            row(DIASTOLIC, "80", place="1.0.1.2", at=own, **cuff), row(SPO2, place="1.0.2.1"),
        )
    )  # fmt: skip
    assert [(each.signal, each.at, each.has_own_time) for each in found.readings] == [
        ("systolic", NOON - timedelta(minutes=6), True),
        ("diastolic", NOON - timedelta(minutes=5), True),
        ("spo2", NOON, False),
    ]


def test_a_reading_without_any_time_is_set_aside() -> None:
    found = read(spoken(taken_at=""))
    assert [each.reason for each in found.aside] == ["No time: neither the row nor its OBR says when it was."]


def test_of_two_sensors_of_one_sign_the_better_is_read_unless_it_has_no_value() -> None:
    both = read(spoken(row(CHEST, "14", RESPS), row(BREATHS, "12", RESPS)))
    assert [(each.value, each.code) for each in both.readings] == [(Decimal(12), "151562")]
    off = read(spoken(row(BREATHS, "12", RESPS, flags="OFF"), row(CHEST, "14", RESPS)))
    assert [(each.value, each.code) for each in off.readings] == [(Decimal(14), "151578")]


@pytest.mark.parametrize(
    ("name", "signals", "set_aside"),
    [("valid-oximeter-continua-wan", {"spo2": "80.5"}, 1),
     ("valid-pcd01-request", {"systolic": "120", "diastolic": "80", "mean_pressure": "100"}, 0),
     ("valid-pcd01-request2", {"heart_rate": "60"}, 8), ("valid-scale-continua-wan", {}, 10),
     ("valid-thermometer-continua-wan", {}, 1)],
)  # fmt: skip
def test_messages_that_nobody_here_wrote_say_what_a_person_reads_in_them(
    name: str, signals: dict[str, str], set_aside: int
) -> None:
    found = read((DATA / f"{name}.hl7v2").read_bytes())
    assert {each.signal: str(each.value) for each in found.readings} == signals
    assert len(found.aside) == set_aside


@pytest.mark.parametrize("name", ["notvitals-LAB-ORU-1", "notvitals-ORU-multiline-short"])
def test_a_laboratorys_and_a_reports_message_make_no_vital_sign(name: str) -> None:
    raw = (DATA / f"{name}.hl7").read_bytes()
    message = read_message(raw)
    assert not read(raw).readings
    for_real = replace(message, header=replace(message.header, fields=[*message.header.fields[:11], "P", "2.6"]))
    assert not observed(for_real, CODES, UTC, NOON).readings


def test_the_table_of_codes_names_units_that_are_there_and_signals_that_the_feed_has() -> None:
    from sereniv.clinic.workflows.chair.monitors import SIGNALS

    assert {unit for sign in CODES.signs.values() for unit in sign.units} <= set(CODES.units)
    assert {sign.signal for sign in CODES.signs.values()} == {"", *SIGNALS}
    assert len({sign.refid for sign in CODES.signs.values()}) == len(CODES.signs)
