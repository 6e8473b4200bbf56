"""A server of the suite's own: the real program, in its own process, on its own home."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r"Open (http://127\.0\.0\.1:\d+)")


class Served:
    """`python -m sereniv serve` on a home; stopped with SIGTERM, or killed."""

    def __init__(self, home: Path, program: str = "sereniv") -> None:
        self.home = home
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        environment.pop("SERENIV_HOME", None)
        command = [sys.executable, "-m", program, "serve", "--home", str(home), "--port", "0"]
        self.process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.address = self._announced()

    def _announced(self) -> str:
        said = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said.append(line)
            found = ADDRESS.search(line)
            if found:
                return found[1]
        raise AssertionError("The server did not start:\n" + "".join(said))

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the server and return its exit code."""
        self.process.send_signal(how)
        self.process.communicate(timeout=120)
        return self.process.returncode
