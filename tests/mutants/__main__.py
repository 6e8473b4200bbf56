"""`python3 run.py mutants ROOM`: puts one small fault at a time into a room and counts how many its tests notice.

    dose  gate  custody  session  permissions  monitoring

A run that was stopped goes on where it was. It writes the table and the survivors to docs/mutants.md; why a survivor
may stay is written in tests/mutants/survivors.toml.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

if __name__ == "__main__":
    from tests.mutants.running import main

    sys.exit(main(__doc__ or ""))
