"""A bucket of a store that speaks S3: Amazon's, MinIO, Ceph and their like."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sereniv.clinic.backup.access import Access
from sereniv.clinic.backup.archive import BackupError, sha256

if TYPE_CHECKING:
    from obstore.store import S3Store as Bucket

PART_BYTES = 16 * 1024 * 1024
"""What is asked for at once, so that each answer has its own time."""

ANSWERS_WITHIN = timedelta(minutes=5)
CONNECTS_WITHIN = timedelta(seconds=20)
SILENT_FOR = timedelta(minutes=1)
TRIES_AGAIN = 2
GIVES_UP_AFTER = timedelta(minutes=2)
CODE = re.compile(r"<Code>(\w{1,60})</Code>")
LONGEST_REASON = 200
T = TypeVar("T")


class S3Store:
    """Backups in a bucket, below a prefix. What was not sent to its end is not there: so the protocol has it."""

    folder = None

    def __init__(self, *, bucket: str, prefix: str, access: Access) -> None:
        self._bucket, self._prefix, self._access = bucket, prefix, access
        self.words = f"s3://{bucket}{f'/{prefix}' if prefix else ''}"

    def names(self) -> list[str]:
        """Return what lies below the prefix, not deeper."""
        import obstore

        return self._asked(lambda bucket: [each["path"] for each in obstore.list_with_delimiter(bucket)["objects"]])

    def put(self, file: Path, name: str) -> None:
        """Send a file, read it back, and take away what is not what was sent."""
        import obstore

        def sent(bucket: "Bucket") -> None:
            obstore.put(bucket, name, file)
            digest = hashlib.sha256()
            for part in _parts(bucket, name):
                digest.update(part)
            if digest.hexdigest() != sha256(file):
                obstore.delete(bucket, name)
                raise BackupError(f"What arrived at {self.words} is not what was sent: ask those who run that store.")

        self._asked(sent)

    def get(self, name: str, into: Path) -> Path:
        """Bring a file into a folder of this computer."""

        def brought(bucket: "Bucket") -> Path:
            with (into / name).open("xb") as file:
                for part in _parts(bucket, name):
                    file.write(part)
            return into / name

        return self._asked(brought)

    def remove(self, names: Sequence[str]) -> None:
        """Delete files."""
        import obstore

        self._asked(lambda bucket: obstore.delete(bucket, list(names)))

    def _asked(self, act: Callable[["Bucket"], T]) -> T:
        """Do something, and say in words what went wrong."""
        from obstore.exceptions import BaseError

        try:
            return act(self._opened())
        except (BaseError, OSError, ValueError) as error:
            raise BackupError(f"{self.words} cannot be used: {_reason(str(error))}.") from None

    def _opened(self) -> "Bucket":
        from obstore.store import S3Store as Bucket

        access = self._access
        return Bucket(
            self._bucket,
            prefix=self._prefix or None,
            access_key_id=access.access_key_id,
            secret_access_key=access.secret_access_key,
            region=access.region,
            endpoint=access.endpoint or f"https://s3.{access.region}.amazonaws.com",
            disable_bulk_delete=True,
            client_options={
                "timeout": ANSWERS_WITHIN,
                "connect_timeout": CONNECTS_WITHIN,
                "read_timeout": SILENT_FOR,
                "allow_http": access.is_beside,
                **({"root_certificate": access.certificate} if access.certificate else {}),
            },
            retry_config={"max_retries": TRIES_AGAIN, "retry_timeout": GIVES_UP_AFTER},
        )


def _parts(bucket: "Bucket", name: str) -> Iterator[bytes]:
    import obstore

    size = obstore.head(bucket, name)["size"]
    for start in range(0, size, PART_BYTES):
        yield bytes(obstore.get_range(bucket, name, start=start, end=min(start + PART_BYTES, size)))


def _reason(words: str) -> str:
    """Return the store's own word for what is wrong, else the line that says it."""
    if found := CODE.search(words):
        return f"it says {found[1]}"
    line = words.splitlines()[0] if words else "no answer"
    return line.rpartition(" - ")[2][:LONGEST_REASON].rstrip(". ")
