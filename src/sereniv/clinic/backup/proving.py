"""A backup is proven by using it: restored aside, its chain walked, its charts opened, and all of it thrown away."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from sereniv.clinic.backup import addresses, key, postgresql, restoring, state
from sereniv.clinic.backup.archive import BackupError, read
from sereniv.clinic.backup.making import one_at_a_time, working_folder
from sereniv.clinic.backup.target import Target
from sereniv.clinic.home import HOME_VARIABLE, Home
from sereniv.verify import Head, read_heads

OPEN_CHARTS = "from sereniv.clinic.backup.opening import main; main()"


def prove(home: Home, target: Target, now: datetime) -> str:
    """Restore the newest backup aside, hold it against this home's own checkpoints, open charts, and say how it went.

    Of a home with PostgreSQL the dump is read to its end, but not loaded: that takes a second, empty database.

    Raises
    ------
    BackupError
        When there is no backup or it fails any check; the home remembers that, too.
    """
    try:
        words = _proven(home, target)
    except BackupError as error:
        state.note(home, failed_at=now, failure=str(error))
        raise
    state.note(home, restored_at=now, restored=words, failure="")
    return words


def _proven(home: Home, target: Target) -> str:
    series = target.series()
    if not series:
        raise BackupError(f"{target.store.words} holds no backup.")
    newest = series[-1].whole.name
    with one_at_a_time(home), working_folder(home.folder) as aside, working_folder(home.folder) as folder:
        backup = addresses.all_of(target, series[-1], aside)
        if home.database_url:
            manifest = read(backup.whole, key.all_of_home(home), folder)
            postgresql.read_through(folder / postgresql.DUMP)
            return f"{newest}: opened and its dump read to the end, to entry {manifest.head.seq}; not loaded."
        last = max([series[-1].whole.seq, *(part.seq for part in series[-1].parts)])
        outside = restoring.Outside(heads=_own_heads(home, last))
        manifest = restoring.unpacked(backup, key.all_of_home(home), folder, outside)
        since = f" with {len(backup.parts)} parts since" if backup.parts else ""
        return f"{newest}{since}: sound to entry {manifest.head.seq}; {_opened(folder)}."


def _own_heads(home: Home, until_seq: int) -> tuple[Head, ...]:
    """Return the heads this home signed up to the backup: those after it say nothing against it."""
    if not home.checkpoints_file.exists():
        return ()
    return tuple(head for head in read_heads(home.checkpoints_file) if head.seq <= until_seq)


def _opened(folder: Path) -> str:
    """Open charts of the restored home in a process of its own: this one is bound to the home that is served."""
    environment = {**os.environ, HOME_VARIABLE: str(folder), "DJANGO_SETTINGS_MODULE": "sereniv.clinic.settings"}
    command = [sys.executable, "-c", OPEN_CHARTS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  ours
    if done.returncode:
        raise BackupError(f"The restored home's charts do not open: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()
