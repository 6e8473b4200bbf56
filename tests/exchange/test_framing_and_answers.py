"""Messages found on a wire however they are cut, and the answer that each is owed."""

from datetime import UTC, datetime

import pytest
from hl7apy.parser import parse_message
from hypothesis import given
from hypothesis import strategies as st

from sereniv.exchange.hl7v2 import Deframer, Outcome, TooLong, answer_to, framed, read_message
from sereniv.exchange.hl7v2.answering import Fault
from tests.exchange.speaking import answered, spoken

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE, TWO = spoken(number="1"), spoken(number="2")


@given(st.lists(st.integers(1, 40), min_size=1))
def test_however_the_bytes_are_cut_the_messages_are_the_same(cuts: list[int]) -> None:
    wire = b"garbage" + framed(ONE) + b"\r\n" + framed(TWO) + b"more"
    deframer, found, at = Deframer(10_000), [], 0
    for cut in [*cuts, len(wire)]:
        found += deframer.feed(wire[at : at + cut])
        at += cut
    found += deframer.feed(wire[at:]) if at < len(wire) else []
    assert found == [ONE, TWO]
    assert deframer.between == len(b"garbage") + len(b"\r\n") - 1 + len(b"more") + 1


def test_a_message_begun_anew_is_the_one_that_counts() -> None:
    deframer = Deframer(10_000)
    assert deframer.feed(b"\x0b" + ONE[:30] + framed(TWO)) == [TWO]
    assert deframer.between == 31
    assert not deframer.is_inside


def test_what_does_not_end_is_too_long() -> None:
    deframer = Deframer(1000)
    assert deframer.feed(b"\x0b" + b"x" * 1000) == []
    with pytest.raises(TooLong) as found:
        deframer.feed(b"x")
    assert found.value.begun == b"x" * 1001
    with pytest.raises(TooLong):
        Deframer(1000).feed(framed(b"x" * 1001))
    assert Deframer(1000).feed(framed(b"x" * 1000)) == [b"x" * 1000]


@pytest.mark.parametrize(
    ("accept", "application", "taken", "refused"),
    [("", "", "AA", "AR"), ("NE", "AL", "AA", "AR"), ("AL", "NE", "CA", "CR"), ("AL", "AL", "AA", "AR"),
     ("NE", "NE", None, None), ("ER", "NE", None, "CR"), ("SU", "NE", "CA", None), ("NE", "ER", None, "AR"),
     ("NE", "SU", "AA", None), ("AL", "ER", "CA", "AR"), ("AL", "", "CA", "CR"), ("", "AL", "AA", "AR")],
)  # fmt: skip
def test_who_asks_for_an_answer_gets_it_in_their_terms(
    accept: str, application: str, taken: str | None, refused: str | None
) -> None:
    message = read_message(spoken(accept=accept, application=application, number="X7"))
    for outcome, expected in ((Outcome.TAKEN, taken), (Outcome.REFUSED, refused)):
        answer = answer_to(message, outcome, "S1", NOON)
        assert (None if answer is None else answered(answer)) == (None if expected is None else (expected, "X7"))


def test_another_reader_understands_the_answer() -> None:
    message = read_message(spoken(number="12d15a9:11df9e61347:-7fee:30456965"))
    answer = answer_to(message, Outcome.REFUSED, "S1", NOON, Fault(code=200, words="Not | understood\rhere."))
    assert answer is not None
    read = parse_message(answer.decode(), find_groups=False)
    assert read.msh.msh_9.to_er7() == "ACK^R01^ACK"
    assert read.msh.msh_5.to_er7() == "BEDSIDE^00A0370000000001^EUI-64"
    assert (read.msa.msa_1.value, read.msa.msa_2.value) == ("AR", "12d15a9:11df9e61347:-7fee:30456965")
    assert read.err.err_3.to_er7() == "200"
    assert read.err.err_8.value == r"Not \F\ understood here."


def test_bytes_that_are_no_message_are_refused_with_no_number() -> None:
    answer = answer_to(None, Outcome.REFUSED, "S1", NOON, Fault(code=100, words="No."))
    assert answer is not None
    assert answered(answer) == ("AR", "")
