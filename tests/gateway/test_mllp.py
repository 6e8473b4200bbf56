"""The door for devices on a real socket: however bytes come, a right answer or a clean close, and the next works."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sereniv.clinic.gateway.mllp import line, plan
from sereniv.clinic.gateway.mllp.listening import Listening, bound
from sereniv.clinic.home import HomeError
from sereniv.clinic.workflows.devices import known, turned_away
from sereniv.clinic.workflows.devices.known import Known
from sereniv.clinic.workflows.devices.receiving import Arrived
from sereniv.exchange.hl7v2 import framed
from tests.conftest import FixedClock
from tests.exchange.speaking import answered, row, spoken

BEDSIDE = Known(
    pk=1, name="Bedside 3", kind="monitor", sender="00A0370000000001", source="127.0.0.1", certificate="",
    token_digest="", clock_ahead_s=0, is_revoked=False,
)  # fmt: skip


class Keeps:
    """Stands in for the writer's thread: keeps in memory, or cannot."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.is_full = False
        self.waits: threading.Event | None = None

    def start(self) -> None: ...

    def end(self) -> None: ...

    def keep(self, items: Sequence[Arrived]) -> "Future[list[None]]":
        told: Future[list[None]] = Future()
        if self.is_full:
            told.set_exception(OSError("the disk is full"))
            return told
        self.kept += [each.raw for each in items]
        if self.waits is None:
            told.set_result([None] * len(items))
        else:
            threading.Thread(target=lambda: (self.waits.wait(10), told.set_result([None])), daemon=True).start()
        return told


PEERS: list[socket.socket] = []


class Peer:
    """A device on the other end of a line."""

    def __init__(self, door: Listening, secured: ssl.SSLContext | None = None) -> None:
        address, _, port = door.address.rpartition(":")
        plain = socket.create_connection((address, int(port)), timeout=30)
        self.socket = secured.wrap_socket(plain, server_hostname="localhost") if secured else plain
        self._read = b""
        PEERS.append(self.socket)

    def send(self, raw: bytes) -> None:
        self.socket.sendall(raw)

    def answer(self) -> tuple[str, str]:
        """Return the next answer: MSA-1 and MSA-2."""
        while b"\x1c\r" not in self._read:
            more = self.socket.recv(65536)
            assert more, "the line was closed before an answer"
            self._read += more
        whole, self._read = self._read.split(b"\x1c\r", 1)
        assert whole.startswith(b"\x0b")
        return answered(whole[1:])

    def is_closed(self) -> bool:
        """Read to the end; what came is no answer any more."""
        try:
            return self.socket.recv(65536) == b""
        except ConnectionResetError:
            return True


@pytest.fixture
def keeps() -> Keeps:
    return Keeps()


@pytest.fixture
def opened(
    keeps: Keeps, monkeypatch: pytest.MonkeyPatch, fixed_clock: FixedClock
) -> Iterator[Callable[..., Listening]]:
    del fixed_clock
    doors: list[Listening] = []

    def open_door(secured: ssl.SSLContext | None = None, rows: Sequence[Known] = (BEDSIDE,)) -> Listening:
        monkeypatch.setattr(known.register, "_rows", tuple(rows))
        door = Listening(bound(plan.Plan(port=0)), secured, keeps)  # type: ignore[arg-type]
        door.start()
        doors.append(door)
        return door

    yield open_door
    while PEERS:
        PEERS.pop().close()
    for each in doors:
        each.end()


@pytest.fixture
def door(opened: Callable[..., Listening]) -> Listening:
    return opened()


def works(door: Listening) -> None:
    """See that a good message on a new line is kept and answered."""
    peer = Peer(door)
    peer.send(framed(spoken(number="good")))
    assert peer.answer() == ("AA", "good")


def test_a_message_is_answered_in_its_terms_under_its_number(door: Listening, keeps: Keeps) -> None:
    peer = Peer(door)
    peer.send(framed(spoken(number="1")))
    assert peer.answer() == ("AA", "1")
    peer.send(framed(spoken(number="2", accept="AL", application="NE")))
    assert peer.answer() == ("CA", "2")
    peer.send(framed(spoken(number="3", application="NE")) + framed(spoken(number="4")))
    assert peer.answer() == ("AA", "4")
    assert len(keeps.kept) == 4


@pytest.mark.parametrize("ends", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_marks_of_all_kinds(door: Listening, keeps: Keeps, ends: str, mark: bytes) -> None:
    peer = Peer(door)
    peer.send(framed(mark + spoken(ends=ends)))
    assert peer.answer() == ("AA", "M1")
    assert keeps.kept == [mark + spoken(ends=ends)]


def test_split_byte_by_byte_and_many_in_one_packet(door: Listening, keeps: Keeps) -> None:
    peer = Peer(door)
    peer.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in framed(spoken(number="slow")):
        peer.send(bytes([byte]))
    assert peer.answer() == ("AA", "slow")
    numbers = [f"n{number}" for number in range(250)]
    peer.send(b"".join(framed(spoken(number=number)) for number in numbers))
    assert [peer.answer() for _ in numbers] == [("AA", number) for number in numbers]
    assert len(keeps.kept) == 251


def test_garbage_first_and_between(door: Listening) -> None:
    peer = Peer(door)
    peer.send(b"\x00\xffgarbage\r\n" + framed(spoken(number="1")) + b"\n\n" + framed(spoken(number="2")))
    assert [peer.answer(), peer.answer()] == [("AA", "1"), ("AA", "2")]


def test_who_speaks_something_else_is_let_go(door: Listening) -> None:
    peer = Peer(door)
    peer.send(b"GET / HTTP/1.1\r\n" * (line.MOST_BETWEEN // 16 + 1))
    assert peer.is_closed()
    works(door)


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"no message", ("AR", "")), (b"", ("AR", "")), (spoken(kind="ADT^A01", number="7"), ("AR", "7")),
     (spoken(number=""), ("AR", "")), (spoken(kind="", number="8"), ("AR", "")),
     (spoken(number="9", sender="ELSEWHERE"), ("AR", "9")), (b"MSH|^~\\&|" + b"\xff" * 200, ("AR", ""))],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_and_the_line_goes_on(
    door: Listening, keeps: Keeps, raw: bytes, said: tuple[str, str]
) -> None:
    peer = Peer(door)
    peer.send(framed(raw))
    assert peer.answer() == said
    assert keeps.kept == []
    peer.send(framed(spoken(number="next")))
    assert peer.answer() == ("AA", "next")


def test_a_message_of_a_million_bytes_is_kept_and_one_without_end_refused(door: Listening, keeps: Keeps) -> None:
    long = spoken(*[row(code=f"{number}^{'X' * 200}^L") for number in range(4_500)])
    assert len(long) > 1_000_000
    peer = Peer(door)
    peer.send(framed(long))
    assert peer.answer() == ("AA", "M1")
    assert keeps.kept == [long]
    peer.send(b"\x0b" + spoken(number="endless") + b"x" * line.MOST_BYTES)
    assert peer.answer() == ("AR", "endless")
    assert peer.is_closed()
    works(door)


def test_a_disk_that_takes_nothing_is_an_error_and_no_promise(door: Listening, keeps: Keeps) -> None:
    keeps.is_full = True
    peer = Peer(door)
    peer.send(framed(spoken(number="1")))
    assert peer.answer() == ("AE", "1")
    keeps.is_full = False
    peer.send(framed(spoken(number="1")))
    assert peer.answer() == ("AA", "1")


def test_nothing_is_answered_before_it_is_on_the_disk(door: Listening, keeps: Keeps) -> None:
    keeps.waits = threading.Event()
    peer = Peer(door)
    peer.send(framed(spoken()))
    peer.socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        peer.socket.recv(1)
    keeps.waits.set()
    peer.socket.settimeout(30)
    assert peer.answer() == ("AA", "M1")


def test_fifty_lines_at_once(door: Listening, keeps: Keeps) -> None:
    peers = [Peer(door) for _ in range(50)]
    for number, peer in enumerate(peers):
        peer.send(framed(spoken(number=f"a{number}")) + framed(spoken(number=f"b{number}")))
    for number, peer in enumerate(peers):
        assert [peer.answer(), peer.answer()] == [("AA", f"a{number}"), ("AA", f"b{number}")]
    assert len(keeps.kept) == 100


def test_a_peer_that_goes_away_in_the_middle_hurts_nobody(door: Listening) -> None:
    for cut in (1, 10, 100):
        peer = Peer(door)
        peer.send(framed(spoken())[:cut])
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        peer.socket.close()
    works(door)


def test_who_begins_and_does_not_end_is_let_go(door: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "WITHIN_S", 0.05)
    peer = Peer(door)
    peer.send(b"\x0b" + spoken()[:20])
    assert peer.is_closed()
    monkeypatch.setattr(line, "IDLE_S", 0.05)
    assert Peer(door).is_closed()


def test_more_lines_than_there_may_be_are_closed(door: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MOST_LINES", 2)
    first, second = Peer(door), Peer(door)
    for number, peer in enumerate((first, second)):
        peer.send(framed(spoken(number=str(number))))
        assert peer.answer() == ("AA", str(number))
    assert Peer(door).is_closed()
    first.socket.close()
    second.send(framed(spoken(number="x")))
    assert second.answer() == ("AA", "x")


def test_who_is_turned_away_is_remembered_for_the_page(opened: Callable[..., Listening]) -> None:
    door = opened(rows=[replace(BEDSIDE, source="192.0.2.99"), replace(BEDSIDE, sender="other", certificate="f" * 64)])
    peer = Peer(door)
    for number in range(3):
        peer.send(framed(spoken(number=str(number))))
        assert peer.answer() == ("AR", str(number))
    peer.send(framed(spoken(sender="other")))
    assert peer.answer() == ("AR", "M1")
    newest, oldest = turned_away.memory.all()
    assert (oldest.times, oldest.source) == (3, "127.0.0.1")
    assert "speaks from 192.0.2.99" in oldest.why
    assert "under its certificate alone" in newest.why


def certificate(folder: Path, name: str) -> tuple[Path, Path, str]:
    """Make a certificate that signs itself; return it, its key, and its SHA-256."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private, made.fingerprint(hashes.SHA256()).hex()


def test_under_tls_a_device_speaks_under_its_own_certificate(opened: Callable[..., Listening], tmp_path: Path) -> None:
    own, own_key, _ = certificate(tmp_path, "server")
    hers, her_key, mark = certificate(tmp_path, "device")
    other, other_key, _ = certificate(tmp_path, "other")
    (tmp_path / "authorities.pem").write_bytes(hers.read_bytes() + other.read_bytes())
    said = plan.Plan(certificate=str(own), key=str(own_key), authorities=str(tmp_path / "authorities.pem"))
    door = opened(plan.context_of(said), rows=[replace(BEDSIDE, source="", certificate=mark)])

    def line_of(shown: Path | None, key: Path | None) -> Peer:
        context = ssl.create_default_context(cafile=str(own))
        if shown is not None:
            context.load_cert_chain(shown, key)
        return Peer(door, context)

    peer = line_of(hers, her_key)
    peer.send(framed(spoken()))
    assert peer.answer() == ("AA", "M1")
    peer = line_of(other, other_key)
    peer.send(framed(spoken()))
    assert peer.answer() == ("AR", "M1")
    with pytest.raises((ssl.SSLError, OSError, AssertionError)):
        nobody = line_of(None, None)
        nobody.send(framed(spoken()))
        nobody.answer()
    clear = Peer(door)
    clear.send(framed(spoken()))
    assert clear.is_closed()


def test_where_to_listen_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="in clear"):
        plan.Plan(address="192.0.2.1")
    with pytest.raises(ValueError, match="goes with its key"):
        plan.Plan(certificate="a")
    with pytest.raises(HomeError, match="cannot be listened for"):
        bound(plan.Plan(address="192.0.2.1", in_clear=True))
