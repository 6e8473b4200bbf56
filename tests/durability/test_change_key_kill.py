"""kill -9 while a key of the home is changed: the next start has the old one or the new one, and every head fits."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.durability.homes import Server, kill_servers
from tests.staged import ROOT, copied_home, environment

pytestmark = pytest.mark.slow
CHANGE = """
import os, signal, sys
from sereniv.clinic import home_files
which, nth, home = sys.argv[1], int(sys.argv[2]), sys.argv[3]
written, write = [], home_files._write
def dying(file, content, mode):
    written.append(file)
    if len(written) == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    write(file, content, mode)
home_files._write = dying
from sereniv.cli import main
main(["change-key", which, "--home", home, "--because", "The stick was lost on the train."])
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("which", "nth"), [("checkpoint", 3), ("secret", 3)])
def test_a_home_killed_while_a_key_was_changed_starts_and_every_head_fits(tmp_path: Path, which: str, nth: int) -> None:
    home = copied_home(tmp_path / "home")
    killed = run("-c", CHANGE, which, nth, home)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert list(home.glob("*.next")), "it was killed in between"
    server = Server(home)
    try:
        server.port()
        server.stop()
    finally:
        kill_servers()
    assert not list(home.glob("*.next"))
    checked = run("-m", "sereniv", "verify", "--home", home)
    assert checked.returncode == 0, checked.stdout + checked.stderr
