"""Messages as a bedside monitor writes them, for tests to change one thing in."""

from collections.abc import Sequence

SPO2 = "150456^MDC_PULS_OXIM_SAT_O2^MDC"
PULSE = "149530^MDC_PULS_OXIM_PULS_RATE^MDC"
HEART = "147842^MDC_ECG_HEART_RATE^MDC"
BREATHS = "151562^MDC_RESP_RATE^MDC"
CHEST = "151578^MDC_TTHOR_RESP_RATE^MDC"
SYSTOLIC = "150021^MDC_PRESS_BLD_NONINV_SYS^MDC"
DIASTOLIC = "150022^MDC_PRESS_BLD_NONINV_DIA^MDC"
MEAN = "150023^MDC_PRESS_BLD_NONINV_MEAN^MDC"
PERCENT = "262688^MDC_DIM_PERCENT^MDC"
BEATS = "264864^MDC_DIM_BEAT_PER_MIN^MDC"
RESPS = "264928^MDC_DIM_RESP_PER_MIN^MDC"
MMHG = "266016^MDC_DIM_MMHG^MDC"


def row(
    code: str = SPO2, value: str = "97", unit: str = PERCENT, flags: str = "", status: str = "R", at: str = "",
    place: str = "1.1.1.1", kind: str = "NM",
) -> str:  # fmt: skip
    """Return one OBX."""
    return f"OBX|1|{kind}|{code}|{place}|{value}|{unit}||{flags}|||{status}|||{at}"


def spoken(
    *rows: str, number: str = "M1", sender: str = "BEDSIDE^00A0370000000001^EUI-64", at: str = "20260302120000+0000",
    person: str = "PID|||", kind: str = "ORU^R01^ORU_R01", processing: str = "P", accept: str = "NE",
    application: str = "AL", charset: str = "", ends: str = "\r", taken_at: str | None = None,
) -> bytes:  # fmt: skip
    """Return a message of some rows; without any, of one good saturation."""
    header = f"MSH|^~\\&|{sender}||||{at}||{kind}|{number}|{processing}|2.6|||{accept}|{application}||{charset}"
    order = f"OBR|1|||182777000^monitoring of patient^SCT|||{at if taken_at is None else taken_at}"
    lines = [header, *([person] if person else []), order, *(rows or (row(),))]
    return (ends.join(lines) + ends).encode("utf-8")


def answered(answer: bytes) -> tuple[str, str]:
    """Return code and number of an answer: MSA-1 and MSA-2."""
    lines: Sequence[str] = answer.decode("utf-8").split("\r")
    (said,) = [line.split("|") for line in lines if line.startswith("MSA")]
    return said[1], said[2]
