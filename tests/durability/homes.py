"""Staged demo homes for these tests: staged once, then copied, each with a server process of its own."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent.parent
DEADLINE_S = 300.0
ADDRESS = re.compile(rb"http://127\.0\.0\.1:(\d+)")


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


@cache
def staged_home() -> Path:
    """Return a demo home that was staged and stopped; copy it, do not serve it."""
    folder = quick_folder() / "staged"
    program = (
        "import sys; from pathlib import Path; from sereniv.clinic import home; from sereniv.cli.serve import prepare\n"
        "place = home.create_or_open(Path(sys.argv[1]), home.Kind.DEMO)\n"
        "lock = place.lock(); prepare(place, lock); lock.release()"
    )
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True, env=environment(), cwd=ROOT)
    return folder


def copied_home(place: Path) -> Path:
    """Copy the staged home to `place` and return it."""
    shutil.copytree(staged_home(), place)
    return place


def forget_staged_home() -> None:
    """Remove the staged home, where one was made."""
    if staged_home.cache_info().currsize:
        shutil.rmtree(staged_home().parent, ignore_errors=True)
        staged_home.cache_clear()


_started: list[Server] = []


def kill_servers() -> None:
    """Kill what a failed test left running."""
    while _started:
        server = _started.pop()
        if server.process.returncode is None:
            server.kill()


class Server:
    """The real server as a process of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._log = (home.parent / f"{home.name}.log").open("ab")
        command = [sys.executable, "-m", "sereniv", "serve", "--home", str(home), "--port", "0"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self._log, env=environment(), cwd=ROOT, bufsize=0
        )
        _started.append(self)

    def port(self) -> int:
        """Wait until it says where it serves and answers there, and return the port."""
        assert self.process.stdout is not None
        said = b""
        while not (found := ADDRESS.search(said)):
            ready, _, _ = select.select([self.process.stdout], [], [], DEADLINE_S)
            more = os.read(self.process.stdout.fileno(), 4096) if ready else b""
            assert more, f"the server did not start: {said.decode()} {self.log()[-2000:]}"
            said += more
        port = int(found[1])
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=DEADLINE_S) as answer:
            assert answer.status == 200
        return port

    def log(self) -> str:
        """Return what it wrote to its standard error."""
        return Path(self._log.name).read_text(encoding="utf-8")

    def kill(self) -> None:
        """Kill it without warning and wait until it is gone."""
        self.process.kill()
        self._gone()

    def stop(self) -> None:
        """Ask it to stop; fails where it does not, or ends otherwise than told."""
        self.process.terminate()
        assert self._gone() in (0, -signal.SIGTERM), self.log()[-2000:]

    def _gone(self) -> int:
        status = self.process.wait(DEADLINE_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._log.close()
        return status
