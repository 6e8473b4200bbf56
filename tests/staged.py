"""The demo home as its first start leaves it: staged once for a whole run of the suite, whichever workers copy it."""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent
RUN_FOLDER = "SERENIV_TEST_RUN_FOLDER"
STAGE = """
import sys; from pathlib import Path; from sereniv.clinic import home; from sereniv.cli.serve import prepare
place = home.create_or_open(Path(sys.argv[1]), home.Kind.DEMO)
lock = place.lock(); prepare(place, lock); lock.release()
"""


def environment(**more: str) -> dict[str, str]:
    """Return the variables of a process that runs this checkout and inherits no home."""
    unwanted = {"SERENIV_HOME", "DJANGO_SETTINGS_MODULE", "SERENIV_TEST_DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**kept, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", **more}


def quick_folder() -> Path:
    """Return a fresh folder, on a RAM disk where there is one."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    return Path(tempfile.mkdtemp(prefix="sereniv-", dir=memory if usable else None))


def begin_run() -> None:
    """Make the folder of this run; its workers find it by their environment."""
    os.environ[RUN_FOLDER] = str(quick_folder())


def end_run() -> None:
    """Remove what the run staged."""
    shutil.rmtree(os.environ[RUN_FOLDER], ignore_errors=True)


@cache
def staged_home() -> Path:
    """Return the staged home; copy it, do not serve it. Its clock stands still while nobody serves it."""
    folder = Path(os.environ[RUN_FOLDER]) / "staged"
    done = folder.with_suffix(".done")
    with FileLock(folder.with_suffix(".lock")):
        if not done.exists():
            subprocess.run([sys.executable, "-c", STAGE, str(folder)], check=True, env=environment(), cwd=ROOT)
            done.touch()
    return folder


def copied_home(place: Path) -> Path:
    """Copy the staged home to `place` and return it."""
    shutil.copytree(staged_home(), place)
    return place
