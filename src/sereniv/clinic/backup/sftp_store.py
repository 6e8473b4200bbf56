"""A folder on an SFTP server, reached with a password or a key, by whose host key the server is known."""

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sereniv.clinic.backup.access import Access
from sereniv.clinic.backup.archive import CHUNK, BackupError, sha256
from sereniv.clinic.backup.target import left_behind, unfinished

if TYPE_CHECKING:
    import asyncssh

CONNECTS_WITHIN_S = 20
ALIVE_EVERY_S, ALIVE_TRIES = 15, 4
"""A network that went away without a word is noticed within a minute."""

T = TypeVar("T")


class SftpStore:
    """Backups in a folder of an SFTP server. `/~/` begins a path from the user's own folder."""

    folder = None

    def __init__(self, *, host: str, port: int, user: str, path: str, access: Access) -> None:
        self._host, self._port, self._user, self._access = host, port, user, access
        self._path = path.removeprefix("/~/").rstrip("/") or "."
        self.words = f"sftp://{user}@{host}:{port}{path.rstrip('/')}"

    def names(self) -> list[str]:
        """Return what lies in the folder."""

        async def listed(sftp: "asyncssh.SFTPClient") -> list[str]:
            return [str(each) for each in await sftp.listdir(self._path)]

        return self._asked(listed)

    def put(self, file: Path, name: str) -> None:
        """Send a file, read it back, and give it its name once it is what was sent."""

        async def sent(sftp: "asyncssh.SFTPClient") -> None:
            await sftp.makedirs(self._path, exist_ok=True)
            for left in left_behind(map(str, await sftp.listdir(self._path)), name):
                await sftp.remove(self._at(left))
            arriving = self._at(unfinished(name))
            try:
                await sftp.put(str(file), arriving)
                await self._demand_same(sftp, arriving, file)
                await _named(sftp, arriving, self._at(name))
            except BaseException:
                # Where the line is gone this cannot be done either, and the error on its way says so.
                with contextlib.suppress(Exception):
                    await sftp.remove(arriving)
                raise

        self._asked(sent)

    def get(self, name: str, into: Path) -> Path:
        """Bring a file into a folder of this computer."""

        async def brought(sftp: "asyncssh.SFTPClient") -> Path:
            await sftp.get(self._at(name), str(into / name))
            return into / name

        return self._asked(brought)

    def remove(self, names: Sequence[str]) -> None:
        """Delete files."""
        import asyncssh

        async def removed(sftp: asyncssh.SFTPClient) -> None:
            for name in names:
                with contextlib.suppress(asyncssh.SFTPNoSuchFile):
                    await sftp.remove(self._at(name))

        self._asked(removed)

    async def _demand_same(self, sftp: "asyncssh.SFTPClient", arrived: str, file: Path) -> None:
        if await _digest(sftp, arrived) != sha256(file):
            raise BackupError(f"What arrived at {self.words} is not what was sent: mend that server's disk.")

    def _at(self, name: str) -> str:
        return f"{self._path}/{name}"

    def _asked(self, act: Callable[["asyncssh.SFTPClient"], Awaitable[T]]) -> T:
        """Do something over a connection of its own, and say in words what went wrong."""
        import asyncssh

        async def done() -> T:
            connecting = asyncssh.connect(self._host, self._port, **self._options())
            async with connecting as connection, connection.start_sftp_client() as sftp:
                return await act(sftp)

        try:
            return asyncio.run(done())
        except asyncssh.HostKeyNotVerifiable as error:
            raise BackupError(
                f"{self.words} does not show the host key that is known. If it is the right server, put what "
                "`ssh-keyscan` says of it into host_key in the file of --access."
            ) from error
        except asyncssh.PermissionDenied as error:
            raise BackupError(f"{self.words} takes neither this password nor this key. See --access.") from error
        except asyncssh.SFTPError as error:
            raise BackupError(f"{self.words} cannot be used: {error.reason or error}.") from error
        except asyncssh.KeyImportError as error:
            raise BackupError(f"A key in the file of --access cannot be read: {error}.") from error
        except (asyncssh.Error, OSError, TimeoutError) as error:
            raise BackupError(f"{self.words} cannot be used: {str(error) or 'no answer in time'}.") from error

    def _options(self) -> dict[str, Any]:  # what asyncssh calls its options
        import asyncssh

        asyncssh.set_log_level("WARNING")
        access = self._access
        options: dict[str, Any] = {
            "username": self._user,
            "config": None,
            "connect_timeout": CONNECTS_WITHIN_S,
            "keepalive_interval": ALIVE_EVERY_S,
            "keepalive_count_max": ALIVE_TRIES,
        }
        if access.host_key:
            options["known_hosts"] = ([asyncssh.import_public_key(access.host_key)], [], [])
        if access.private_key:
            options["client_keys"] = [asyncssh.import_private_key(access.private_key)]
        elif access.password:
            options |= {"password": access.password, "client_keys": None, "agent_path": None}
        return options


async def _digest(sftp: "asyncssh.SFTPClient", place: str) -> str:
    digest = hashlib.sha256()
    async with sftp.open(place, "rb") as content:
        while part := await content.read(CHUNK):
            # Opened so, it reads bytes; the library's types know only of text.
            digest.update(cast("bytes", part))
    return digest.hexdigest()


async def _named(sftp: "asyncssh.SFTPClient", arriving: str, place: str) -> None:
    """Give a file its name, also on a server that replaces nothing."""
    import asyncssh

    try:
        await sftp.posix_rename(arriving, place)
    except asyncssh.SFTPOpUnsupported:
        await sftp.rename(arriving, place)
