"""Broken messages by the thousand: each is read or refused in words, and never a number that was not sent."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from sereniv.exchange.hl7v2 import Outcome, Unreadable, answer_to, observed, read_message
from sereniv.knowledge import knowledge
from tests.exchange.speaking import (
    BEATS,
    BREATHS,
    DIASTOLIC,
    HEART,
    MMHG,
    PULSE,
    RESPS,
    SYSTOLIC,
    answered,
    row,
    spoken,
)  # fmt: skip

DATA = Path(__file__).parent.parent / "data" / "hl7v2"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CODES = knowledge().device_codes
WHOLE = spoken(
    row(), row(HEART, "72", BEATS), row(PULSE, "71", BEATS), row(BREATHS, "14", RESPS),
    row(SYSTOLIC, "128", MMHG, at="20260302115800+0000"), row(DIASTOLIC, "76", MMHG, at="20260302115800+0000"),
    person="PID|||4711^^^H||Müller^Ada",
)  # fmt: skip
SEEDS = [WHOLE, *(file.read_bytes() for file in sorted(DATA.glob("*.hl7*")))]
SIGNS = b"|^~\\&\r\n\x0b\x1c\x00\xff.-+0123456789MSHOBX "


def broken(raw: bytes, chance: np.random.Generator) -> bytes:
    """Break a message as wires, buffers and other programs do."""
    found = bytearray(raw)
    for _ in range(chance.integers(1, 7)):
        at = int(chance.integers(len(found) + 1))
        sign = bytes([SIGNS[chance.integers(len(SIGNS))]])
        match chance.integers(7):
            case 0:
                found[at : at + 1] = sign
            case 1:
                found[at:at] = sign * int(chance.integers(1, 50))
            case 2:
                del found[at : at + int(chance.integers(1, 40))]
            case 3:
                del found[at:]
            case 4:
                found[at:at] = found[at : at + int(chance.integers(1, 200))]
            case 5:
                found[at:at] = chance.bytes(int(chance.integers(1, 9)))
            case _:
                lines = bytes(found).split(b"\r")
                chance.shuffle(lines)
                found = bytearray(b"\r".join(lines))
    return bytes(found)


def mutate(count: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    read = refused = 0
    for number in range(count):
        raw = broken(SEEDS[chance.integers(len(SEEDS))], chance)
        try:
            message = read_message(raw)
        except Unreadable:
            refused += 1
            continue
        read += 1
        said = observed(message, CODES, UTC, NOON)
        digits = raw.decode("latin-1")
        for each in said.readings:
            assert each.value is None or f"{each.value.normalize():f}" in digits, (number, each)
            assert each.value is None or 0 < each.value < 10_000
        answer = answer_to(message, Outcome.TAKEN, "S", NOON)
        if answer is not None:
            assert answered(answer)[0] in {"AA", "CA"}
            assert b"\x0b" not in answer
            assert b"\x1c" not in answer
            back = read_message(answer)
            assert back.kind.startswith("ACK"), number
            assert back.of("MSA")[0].text(2) == message.control_id, number
    assert read > count / 4
    assert refused > count / 50


def test_broken_messages_are_read_or_refused_in_words() -> None:
    mutate(500, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 21))
def test_ten_thousand_broken_messages_are_read_or_refused_in_words(seed: int) -> None:
    mutate(500, seed)
