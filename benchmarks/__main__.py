"""`python3 run.py benchmark NAME`: measures one part of the house and prints its table.

    simulation   the pharmacology engine: stored and streamed populations, a cluster, the plan band, MAP fits
    pages        how long every kind of page of the demo clinic takes
    ledger       how fast and how fair the ledger's writes are
    feed         how many messages of monitors are kept in a second, beside charting
    devices      how many HL7 messages a second are answered AA, each after its commit
    size         every page, door and act at three sizes of one home, side by side

Options after the name go to the benchmark; `python3 run.py benchmark NAME --help` lists them.
"""

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("simulation", "pages", "ledger", "feed", "devices", "size")


def main() -> int:
    """Run the benchmark that was named, or say which there are."""
    name = sys.argv[1] if len(sys.argv) > 1 else "--help"
    if name not in NAMES:
        asked = name in {"-h", "--help"}
        print(__doc__ if asked else f"There is no benchmark {name!r}; choose one of {', '.join(NAMES)}.")
        return 0 if asked else 2
    # The pages are measured on a demo home served as the browser tests serve it.
    sys.path.insert(1, str(HERE.parent))
    sys.argv = [f"run.py benchmark {name}", *sys.argv[2:]]
    runpy.run_path(str(HERE / f"{name}.py"), run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
