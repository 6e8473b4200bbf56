"""The recorded monitor where it is at hand, else its synthetic twin; and playing either."""

import os
import subprocess
import sys
from pathlib import Path

from tests.served import ROOT, Served

REAL = ROOT.parent / "shared" / "data" / "numerics_mimic" / "s25047-2704-05-04-10-44n.csv"
TWIN = ROOT / "src" / "sereniv" / "clinic" / "demo" / "recordings" / "synthetic-twin.csv"


def recording_at_hand() -> Path:
    """Return the real recording where it lies beside the checkout, else the twin."""
    return REAL if REAL.exists() else TWIN


def play(served: Served, recording: Path) -> None:
    """Play a recording into the demo's replay chair at once."""
    command = [sys.executable, "-m", "sereniv", "replay", str(recording), "--home", str(served.home), "--speed", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("SERENIV_HOME", None)
    subprocess.run(command, check=True, env=environment, cwd=ROOT, capture_output=True)
