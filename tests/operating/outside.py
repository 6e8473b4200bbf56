"""What is outside the house, on this computer: a mail server, a webhook, a time server, a proxy with a certificate."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sereniv.clinic.operating.reached import SINCE_1900


class Mailbox:
    """A real mail server that keeps what it is sent, and can be told to refuse."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.refuses = False
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  the library's
        del server, session
        if self.refuses:
            return "452 The disk is full"
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        box.port = door.getsockname()[1]
    serving = Controller(box, hostname="127.0.0.1", port=box.port)
    serving.start()
    try:
        yield box
    finally:
        serving.stop()


class Hook:
    """A webhook that keeps what is posted to it, with the token shown."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.answers = 204
        self.address = ""


@contextmanager
def hook() -> Iterator[Hook]:
    kept = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            kept.tokens.append(self.headers.get("Authorization", ""))
            self.send_response(kept.answers)
            if kept.answers == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{server.server_port}/told"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def time_server(shows: datetime, stratum: int = 2) -> Iterator[tuple[str, int]]:
    """Answer one question after another with one moment."""
    since = (shows - SINCE_1900).total_seconds()
    eight = struct.pack("!II", int(since), int((since % 1) * 2**32))
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            asked, place = door.recvfrom(512)
            if not asked:
                return
            door.sendto(bytes([0x24, stratum]) + bytes(14) + eight * 4, place)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield door.getsockname()
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", door.getsockname())
        thread.join()
        door.close()


@contextmanager
def proxy(folder: Path, begins: datetime, life: timedelta) -> Iterator[tuple[str, int]]:
    """Show a certificate, signed by itself, to whoever comes."""
    chain = _certificate(folder, begins, life)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    door = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            came, _ = door.accept()
            with came:
                if came.recv(1, socket.MSG_PEEK) in {b"", b"."}:
                    return
                with context.wrap_socket(came, server_side=True):
                    pass

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield door.getsockname()
    finally:
        with socket.create_connection(door.getsockname()) as last:
            last.send(b".")
        thread.join()
        door.close()


def _certificate(folder: Path, begins: datetime, life: timedelta) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "clinic.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(begins)
        .not_valid_after(begins + life)
        .sign(key, hashes.SHA256())
    )
    file = folder / "chain.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file
