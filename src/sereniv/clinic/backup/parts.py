"""What was written since a whole backup, as parts that follow one another: each names the one before by its digest."""

import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sereniv.clinic.backup import archive, key, pages
from sereniv.clinic.backup.archive import BackupError, Manifest
from sereniv.clinic.backup.basis import Basis
from sereniv.clinic.backup.making import DATABASE, manifest_of, one_at_a_time, small_files, snapshot, working_folder
from sereniv.clinic.backup.target import Part, Target
from sereniv.clinic.home import Home

TOLD = "part.json"
TAKEN = "pages"


def add(home: Home, target: Target, basis: Basis, now: datetime) -> Basis:
    """Bring what changed since `basis` to the target as one more part; nothing where nothing did.

    Raises
    ------
    BackupError
        When the home cannot be read or the target cannot be written; `basis` goes on holding then.
    """
    with one_at_a_time(home), working_folder(home.folder) as folder:
        small = small_files(home, folder)
        database, head = snapshot(home.database_file, folder)
        after = pages.pages_of(database)
        digests = {file.name: archive.sha256(file) for file in small}
        numbers = pages.changed(basis.pages, after)
        files = [file for file in small if digests[file.name] != basis.small.get(file.name)]
        if not numbers and not files and after.count == basis.pages.count:
            return basis
        pages.take(database, after.size, numbers, folder / TAKEN)
        told = {
            "base": basis.kept.name,
            "number": basis.number + 1,
            "after": basis.sealed,
            "size": after.size,
            "count": after.count,
            "pages": numbers,
            "root": after.root,
        }
        (folder / TOLD).write_text(json.dumps(told), encoding="utf-8")
        files += [folder / TAKEN, folder / TOLD]
        manifest = manifest_of(home, files, head, now)
        made_at = manifest.made_at.replace(microsecond=0)
        part = Part(base=basis.kept, number=basis.number + 1, made_at=made_at, seq=head.seq)
        sealed = folder / part.name
        archive.write(manifest, files, sealed, key.of_home(home).to_public())
        digest = archive.sha256(sealed)
        target.put_part(sealed, part)
    return Basis(kept=basis.kept, number=part.number, sealed=digest, pages=after, small=digests)


def applied(
    base: Path, manifest: Manifest, parts: Sequence[Path], keys: key.Keys, folder: Path, *, accepts_loss: bool
) -> Manifest:
    """Bring an unpacked backup to the moment of its last part, and return what that says of itself.

    Parameters
    ----------
    accepts_loss
        Whether to stop before a part that is damaged or does not follow.

    Raises
    ------
    BackupError
        When a part is damaged, one is missing between them, or the outcome is not the database that was there.
    """
    before, root, last = archive.sha256(base), "", manifest
    for number, part in enumerate(parts, start=1):
        aside = folder / f"part-{number}"
        aside.mkdir()
        try:
            said = archive.read(part, keys, aside)
            told = _told(aside, part, base.name, number, before)
        except BackupError as error:
            if not accepts_loss:
                raise BackupError(
                    f"{error} Up to entry {last.head.seq} ({last.made_at:%d %b %Y, %H:%M} UTC) everything is there: "
                    "only if no other copy is, say --accept-loss."
                ) from error
            shutil.rmtree(aside)
            break
        pages.put(aside / TAKEN, told["size"], told["pages"], told["count"], folder / DATABASE)
        for name in (TAKEN, TOLD):
            (aside / name).unlink()
        for file in aside.iterdir():
            file.replace(folder / file.name)
        aside.rmdir()
        before, root, last = archive.sha256(part), str(told["root"]), said
    if root and pages.pages_of(folder / DATABASE).root != root:
        raise BackupError(f"The parts after {base.name} do not make the database that was there. Take another backup.")
    return last


def _told(aside: Path, part: Path, base: str, number: int, before: str) -> dict[str, Any]:  # JSON
    try:
        told: dict[str, Any] = json.loads((aside / TOLD).read_text(encoding="utf-8"))
        follows = (told["base"], told["number"], told["after"]) == (base, number, before)
    except (OSError, ValueError, KeyError) as error:
        raise BackupError(f"{part.name} does not say what it follows ({error}).") from error
    if not follows:
        raise BackupError(f"{part.name} does not follow what lies before it: a part is missing, or is another one.")
    return told
