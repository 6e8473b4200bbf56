"""How messages lie on a wire (MLLP): 0x0B before each, 0x1C 0x0D behind it; what lies between two belongs to none."""

from dataclasses import dataclass, field

START, END, RETURN = b"\x0b", b"\x1c", b"\x0d"


class TooLong(ValueError):  # noqa: N818  said to the sender, as a refusal is
    """A message that does not end; `begun` is what came of it."""

    def __init__(self, begun: bytes) -> None:
        super().__init__("The message is longer than this door takes.")
        self.begun = begun


def framed(content: bytes) -> bytes:
    """Return a message as it is sent."""
    return START + content + END + RETURN


@dataclass(slots=True)
class Deframer:
    """Takes bytes as they come, and gives each message when it is whole.

    `between` counts the bytes that belonged to no message.
    """

    most: int
    between: int = 0
    _held: bytearray = field(default_factory=bytearray)
    _is_inside: bool = False
    _searched: int = 0

    @property
    def is_inside(self) -> bool:
        """True while a message has begun and not ended."""
        return self._is_inside

    def feed(self, more: bytes) -> list[bytes]:
        """Take bytes in; return the messages that they end.

        Raises
        ------
        TooLong
            When the one that has begun is longer than `most` bytes.
        """
        self._held += more
        found: list[bytes] = []
        while (whole := self._next()) is not None:
            found.append(whole)
        if self._is_inside and len(self._held) > self.most:
            raise TooLong(bytes(self._held[:4096]))
        return found

    def _next(self) -> bytes | None:
        if not self._is_inside and not self._begin():
            return None
        end = self._held.find(END, self._searched)
        if end < 0:
            self._searched = len(self._held)
            return None
        # A sender that was cut off begins anew within what it had begun: only the last beginning is a message.
        begun = self._held.rfind(START, 0, end) + 1
        self.between += begun
        whole = bytes(self._held[begun:end])
        del self._held[: end + 1]
        self._is_inside, self._searched = False, 0
        if len(whole) > self.most:
            raise TooLong(whole[:4096])
        return whole

    def _begin(self) -> bool:
        """Leave out what stands before the next message; False where none has begun."""
        start = self._held.find(START)
        before = len(self._held) if start < 0 else start
        # The carriage return behind a message is its end, and nothing between two.
        self.between += before - (1 if self._held.startswith(RETURN) else 0)
        del self._held[: before if start < 0 else start + 1]
        self._is_inside = start >= 0
        return self._is_inside
