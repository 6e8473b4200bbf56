"""One HL7 v2 message: bytes to segments, fields and components, by the delimiters that its own header names.

Real senders end lines with CR, LF or both, begin with a byte-order mark, and name one of several character sets. What
was received is kept elsewhere as it came; this is only how it is read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_SEGMENTS = 5_000
"""A bedside device's message has some dozens; what has more than this is none."""

MOST_OF_A_NUMBER = 199
"""Signs of MSH-10, by the standard."""

BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
CHARACTER_SETS = {
    "": "utf-8",
    "ASCII": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
    **{f"8859/{number}": f"iso8859_{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
}
"""Names of MSH-18 and what reads them; plain ASCII is UTF-8 too, and senders that name it often send more."""

LINE_ENDS = re.compile(r"[\r\n]+")
ESCAPED = re.compile(r"\\([^\\\r]{0,80})\\")
SEGMENT_NAME = re.compile(r"[A-Z][A-Z0-9]{2}", re.ASCII)


class Unreadable(ValueError):  # noqa: N818  said to the sender, as a refusal is
    """Bytes that are no message, or lack what an answer needs; `code` is that of HL7 table 0357."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimiters:
    """What parts a message, as its header says."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"

    def plain(self, text: str) -> str:
        """Return a text with its escapes undone; what is no escape stays as it is."""
        if self.escape not in text:
            return text
        meant = {"F": self.field, "S": self.component, "R": self.repetition, "E": self.escape, "T": self.subcomponent}
        found = text if self.escape == "\\" else text.replace(self.escape, "\\")
        return ESCAPED.sub(lambda escaped: meant.get(escaped[1], escaped[0]), found)


@dataclass(frozen=True, slots=True)
class Segment:
    """One line of a message; fields are numbered as the standard numbers them."""

    name: str
    fields: Sequence[str]
    delimiters: Delimiters

    def raw(self, number: int) -> str:
        """Return a field as it is written, "" where there is none."""
        return self.fields[number] if number < len(self.fields) else ""

    def components(self, number: int, repetition: int = 0) -> list[str]:
        """Return the components of one repetition of a field, unescaped and without spaces around them."""
        repeated = self.raw(number).split(self.delimiters.repetition)
        text = repeated[repetition] if repetition < len(repeated) else ""
        return [self.delimiters.plain(part).strip() for part in text.split(self.delimiters.component)]

    def text(self, number: int, component: int = 1) -> str:
        """Return one component of a field, the first unless told, "" where there is none."""
        parts = self.components(number)
        return parts[component - 1] if component <= len(parts) else ""

    def repetitions(self, number: int) -> list[str]:
        """Return the first component of each repetition of a field."""
        repeated = self.raw(number).split(self.delimiters.repetition)
        found = [self.delimiters.plain(each.split(self.delimiters.component)[0]).strip() for each in repeated]
        return [each for each in found if each]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as its sender wrote it: a header and what follows it."""

    header: Segment
    segments: Sequence[Segment] = field(default=())

    @property
    def control_id(self) -> str:
        """MSH-10, by which an answer names the message."""
        return self.header.text(10)

    @property
    def sender(self) -> str:
        """MSH-3 and MSH-4 as they are written: who sends, and from which facility."""
        return f"{self.header.raw(3)}|{self.header.raw(4)}"

    @property
    def kind(self) -> str:
        """MSH-9 as it is usually spoken: ORU^R01."""
        return "^".join(part for part in self.header.components(9)[:2] if part)

    @property
    def is_for_real(self) -> bool:
        """False where MSH-11 says that this is training or debugging."""
        return self.header.text(11) in {"", "P"}

    def of(self, name: str) -> Sequence[Segment]:
        """Return every segment of a name, in order."""
        return [segment for segment in self.segments if segment.name == name]

    def first(self, name: str) -> Segment:
        """Return the first segment of a name, an empty one where there is none."""
        return next((each for each in self.segments if each.name == name), Segment(name, (), self.header.delimiters))


def read_message(raw: bytes) -> Message:
    """Read a message.

    Raises
    ------
    Unreadable
        When these bytes are no message, or it says neither of what kind it is nor under which number.
    """
    text = _text(raw)
    lines = [line for line in LINE_ENDS.split(text) if line.strip()]
    if not lines or not lines[0].startswith("MSH") or len(lines[0]) < 8:
        raise Unreadable(100, "A message begins with MSH, its field separator and four encoding characters.")
    if len(lines) > MOST_SEGMENTS:
        raise Unreadable(207, f"A message has at most {MOST_SEGMENTS} segments.")
    delimiters = _delimiters(lines[0])
    header = _header(lines[0], delimiters)
    segments = [_segment(line, delimiters) for line in lines[1:]]
    message = Message(header, [each for each in segments if SEGMENT_NAME.fullmatch(each.name)])
    if not message.control_id:
        raise Unreadable(101, "MSH-10 is empty: nothing can be answered to a message without its number.")
    if not message.control_id.isprintable() or len(message.control_id) > MOST_OF_A_NUMBER:
        raise Unreadable(102, f"MSH-10 is not printable, or longer than {MOST_OF_A_NUMBER} signs.")
    if not message.kind:
        raise Unreadable(101, "MSH-9 is empty: it is not said of what kind the message is.")
    return message


def _text(raw: bytes) -> str:
    for mark in BYTE_ORDER_MARKS:
        raw = raw.removeprefix(mark)
    raw = raw.lstrip(b" \t\r\n\0")
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    for named in (_character_set(raw), "utf-8"):
        try:
            return raw.decode(named)
        except UnicodeDecodeError:
            continue
    # Every byte is a letter of Latin-1: a name may come out wrong, a number never.
    return raw.decode("latin-1")


def _character_set(raw: bytes) -> str:
    """Return what reads the bytes of a message, by the first repetition of its MSH-18."""
    line = re.split(rb"[\r\n]", raw[:4096], maxsplit=1)[0].decode("latin-1")
    fields = line.split(line[3]) if len(line) > 3 else []
    named = fields[17].split("~")[0].strip().upper() if len(fields) > 17 else ""
    return CHARACTER_SETS.get(named, "utf-8")


def _delimiters(line: str) -> Delimiters:
    separator = line[3]
    signs = line[4:].split(separator, 1)[0]
    if not 4 <= len(signs) <= 5:
        raise Unreadable(100, "MSH-2 names four encoding characters, such as ^~\\&.")
    every = (separator, *signs[:4])
    if len(set(every)) < len(every) or any(
        sign.isalnum() or sign.isspace() or not sign.isprintable() for sign in every
    ):
        raise Unreadable(100, "The separators in MSH-1 and MSH-2 must be five different signs, none a letter or digit.")
    component, repetition, escape, subcomponent = tuple(signs[:4])
    return Delimiters(
        field=separator, component=component, repetition=repetition, escape=escape, subcomponent=subcomponent
    )


def _header(line: str, delimiters: Delimiters) -> Segment:
    """Return the header: its separator is its first field, so that its parts count one further than others'."""
    name, *fields = line.split(delimiters.field)
    return Segment(name, (name, delimiters.field, *fields), delimiters)


def _segment(line: str, delimiters: Delimiters) -> Segment:
    fields = line.split(delimiters.field)
    return Segment(fields[0].strip(), fields, delimiters)
