"""Servers for these tests, each a process of its own on a home that is to be killed."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen

from tests.staged import ROOT, environment

DEADLINE_S = 300.0
ADDRESS = re.compile(rb"http://127\.0\.0\.1:(\d+)")


_started: list[Server] = []


def kill_servers() -> None:
    """Kill what a failed test left running."""
    while _started:
        server = _started.pop()
        if server.process.returncode is None:
            server.kill()


class Server:
    """The real server as a process of its own."""

    def __init__(self, home: Path, within: Sequence[str] = (), log: Path | None = None) -> None:
        self.home = home
        self._log = (log or home.parent / f"{home.name}.log").open("ab")
        command = [*within, sys.executable, "-m", "sereniv", "serve", "--home", str(home), "--port", "0"]
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
