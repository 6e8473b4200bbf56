"""HL7 v2 text read as real senders write it, held against another reader; what is no message is refused in words."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hl7apy.parser import parse_message

from sereniv.exchange.hl7v2.message import MOST_SEGMENTS, Unreadable, read_message
from sereniv.exchange.hl7v2.moments import moment
from tests.exchange.speaking import row, spoken

DATA = Path(__file__).parent.parent / "data" / "hl7v2"
FILES = sorted([*DATA.glob("*.hl7v2"), *DATA.glob("*.hl7")])
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_another_reader_finds_the_same_in_messages_that_nobody_here_wrote(file: Path) -> None:
    raw = file.read_bytes()
    own = read_message(raw)
    lines = [line for line in raw.decode("utf-8-sig").replace("\n", "\r").split("\r") if line]
    other = parse_message("\r".join(lines), find_groups=False, validation_level=2)
    assert [each.name for each in other.children] == ["MSH", *(each.name for each in own.segments)]
    assert own.control_id == other.msh.msh_10.value
    rows = [each for each in other.children if each.name == "OBX"]
    assert len(rows) == len(own.of("OBX"))
    for ours, theirs in zip(own.of("OBX"), rows, strict=True):
        for number in (2, 3, 4, 5, 6, 8, 11, 14, 18):
            field = getattr(theirs, f"obx_{number}")
            assert ours.raw(number) == (field.to_er7() if field else ""), number


@pytest.mark.parametrize("ends", ["\r", "\n", "\r\n", "\r\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\n", b"\r\n \xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_lose_no_segment(ends: str, mark: bytes) -> None:
    message = read_message(mark + spoken(row(), row(), ends=ends))
    assert [each.name for each in message.segments] == ["PID", "OBR", "OBX", "OBX"]
    assert message.control_id == "M1"
    assert message.kind == "ORU^R01"


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [("8859/1", "Jürgen Müßig".encode("latin-1")), ("UNICODE UTF-8", "Jürgen Müßig".encode()),
     ("", "Jürgen Müßig".encode()), ("", "Jürgen Müßig".encode("latin-1")), ("ASCII", "Jürgen Müßig".encode()),
     ("8859/15", "Jürgen Müßig".encode("iso8859-15")), ("NO SUCH SET", "Jürgen Müßig".encode())],
)  # fmt: skip
def test_names_are_read_in_the_set_that_the_header_names(charset: str, encoded: bytes) -> None:
    raw = spoken(person="PID|||1^^^H||@", charset=charset).replace(b"@", encoded)
    assert read_message(raw).first("PID").text(5) == "Jürgen Müßig"


def test_other_delimiters_are_those_that_the_header_names() -> None:
    raw = b"MSH#*%!?#A####20260302##ORU*R01#7!F!8#P#2.6\rOBX#1#NM#1*A!S!B?C*MDC##97\r"
    message = read_message(raw)
    assert message.control_id == "7#8"
    assert message.kind == "ORU^R01"
    (found,) = message.of("OBX")
    assert found.components(3) == ["1", "A*B?C", "MDC"]
    assert found.text(5) == "97"


@pytest.mark.parametrize(
    ("written", "meant"),
    [(r"a\F\b", "a|b"), (r"a\S\T\T\c", "a^T&c"), (r"end\E", r"end\E"), ("tail\\", "tail\\"), (r"\E\ ", "\\"),
     (r"\H\bold\N\ ", r"\H\bold\N" + "\\"), ("\\E\\" * 3, "\\\\\\"), (r"\Q\ ", r"\Q" + "\\")],
)  # fmt: skip
def test_escapes_are_undone_and_nothing_else_is_swallowed(written: str, meant: str) -> None:
    message = read_message(spoken(row(code=f"1^{written}^X")))
    assert message.of("OBX")[0].text(3, 2) == meant


@pytest.mark.parametrize(
    "raw",
    [b"", b"\r\n", b"GET / HTTP/1.1\r\n\r\n", b"MSH", b"MSH|", b"MSH|^~\\", b"PID|||1\rMSH|^~\\&|A", b"\x00\x01\x02",
     b"MSH|^~^&|A||||20260302||ORU^R01|1|P|2.6\r", b"MSHA^~\\&A", b"MSH|^~\\&|A||||20260302||ORU^R01||P|2.6\r",
     b"MSH|^~\\&|A||||20260302|||1|P|2.6\r", b"MSH|^~\\&\r", b"MSH^^^^^^^^^^^^", "MSH|^~\\&".encode("utf-16")],
    ids=range(15),
)  # fmt: skip
def test_what_is_no_message_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(Unreadable, match=r"[A-Z].*\.$"):
        read_message(raw)


def test_a_message_of_too_many_segments_is_refused() -> None:
    assert len(read_message(spoken(*["NTE|1"] * (MOST_SEGMENTS - 3))).segments) == MOST_SEGMENTS - 1
    with pytest.raises(Unreadable, match="5000"):
        read_message(spoken(*["NTE|1"] * (MOST_SEGMENTS - 2)))


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("20260302120000+0000", NOON), ("20260302130000", NOON), ("202603021300", NOON), ("20260302070000-0500", NOON),
     ("20260302120000.25+0000", NOON + timedelta(milliseconds=250)), ("20260302173000+0530", NOON),
     ("20260302120000.1234567+0000", NOON + timedelta(microseconds=123456)), ("20260302140000+02", NOON)],
)  # fmt: skip
def test_a_time_is_read_with_its_zone_or_in_the_clinics_own(written: str, meant: datetime) -> None:
    assert moment(written, BERLIN, NOON) == meant


@pytest.mark.parametrize(
    "written",
    ["", "2026", "20260302", "2026030212", "20261302120000", "20260230120000", "soon", "20260302120000Z",
     "20260302250000", "20260302120000+", "0000", "00000000000000", "00010101000000+1400", "20260302120000+9900",
     "２０２６０３０２１２００"],
)  # fmt: skip
def test_what_is_no_time_to_the_minute_is_none(written: str) -> None:
    assert moment(written, BERLIN, NOON) is None


def test_of_the_hour_that_comes_twice_the_nearer_is_meant() -> None:
    before = datetime(2026, 10, 25, 0, 31, tzinfo=UTC)
    assert moment("20261025023000", BERLIN, before) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment("20261025023000", BERLIN, before + timedelta(hours=1)) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
