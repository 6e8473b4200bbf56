"""Places for backups, served by what others wrote: by SFTP, and by a store that speaks S3, each over a folder."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncssh
import localbucket

LOOPBACK = "127.0.0.1"
SECRET = "a-password-nobody-may-read"
OTHER = "another-password"


@dataclass
class Place:
    """A place that is served: its address, what opens it, and the folder that its files lie in.

    `cuts_after` bytes that arrive the line goes dead; `alters` a byte of what arrives.
    """

    address: str
    access: str
    files: Path
    cuts_after: int | None = None
    alters: bool = False
    arrived: int = field(default=0, repr=False)

    def takes(self, content: bytes) -> bytes:
        """Return what is kept of what arrives; raises ConnectionError where the line is cut."""
        self.arrived += len(content)
        if self.cuts_after is not None and self.arrived > self.cuts_after:
            raise ConnectionAbortedError
        return bytes([content[0] ^ 1]) + content[1:] if self.alters and content else content


@contextmanager
def sftp(root: Path) -> Iterator[Place]:
    """Serve a folder by SFTP, for one user and one password."""
    files = root / "backups"
    files.mkdir(parents=True)
    place = Place(address="", access="", files=files)

    class Asks(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("ada", SECRET)

    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
            super().__init__(channel, chroot=str(root).encode())
            self._connection = channel.get_connection()

        def write(self, file_obj: object, offset: int, data: bytes) -> int:
            try:
                kept = place.takes(data)
            except ConnectionError:
                self._connection.abort()
                raise
            return int(super().write(file_obj, offset, kept))  # type: ignore[arg-type]

    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def serve() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(LOOPBACK, 0, server_host_keys=[key], server_factory=Asks, sftp_factory=Files)

    acceptor = asyncio.run_coroutine_threadsafe(serve(), loop).result(20)
    try:
        place.address = f"sftp://ada@{LOOPBACK}:{acceptor.get_port()}/backups"
        public = key.export_public_key().decode().strip()
        place.access = f'password = "{SECRET}"\nhost_key = "{public}"\n'
        yield place
    finally:

        async def end() -> None:
            acceptor.close()
            await acceptor.wait_closed()

        asyncio.run_coroutine_threadsafe(end(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


@contextmanager
def s3(root: Path) -> Iterator[Place]:
    """Serve a folder as a bucket, to one key's name; that server knows no signatures."""
    files = root / "clinic" / "of" / "ours"
    files.mkdir(parents=True)
    place = Place(address="s3://clinic/of/ours", access="", files=files)

    class Bucket(localbucket.S3Handler):  # type: ignore[misc]  it comes without types
        data_root = root

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def _dispatch(self, handler: Any) -> None:
            if "Credential=ours/" not in self.headers.get("Authorization", ""):
                self._send_error(localbucket.S3Error(403, "InvalidAccessKeyId", "The key is not known."))
                return
            super()._dispatch(handler)

        def _read_body(self) -> bytes:
            try:
                return place.takes(super()._read_body())
            except ConnectionError:
                self.connection.close()
                raise

    server = ThreadingHTTPServer((LOOPBACK, 0), Bucket)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  a line that was cut is what the test wants
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        place.access = (
            f'access_key_id = "ours"\nsecret_access_key = "{SECRET}"\n'
            f'endpoint = "http://{LOOPBACK}:{server.server_port}"\n'
        )
        yield place
    finally:
        server.shutdown()
        server.server_close()
        thread.join(20)


KINDS = {"sftp": sftp, "s3": s3}
