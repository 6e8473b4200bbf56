"""The run itself: which faults are left, tried against the near tests first, survivors against the wider ones."""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.mutants.faults import Fault, faults_of
from tests.mutants.keeping import Kept, Outcome, digest, keys_of, row_of, survivors_of, write_page
from tests.mutants.rooms import ROOMS
from tests.mutants.trying import Trial

DOOR = Path(__file__).parent
SELECTED = (
    "-m",
    "not slow and not browser and not long",
    "--hypothesis-profile",
    "quick",
    "-q",
    "-s",
    "-p",
    "no:xdist",
)


def main(description: str) -> int:
    """Try the faults of a room that are not known yet, and print and keep the table."""
    options = _options(description)
    every = keys_of(fault for file in ROOMS[options.room].sources() for fault in faults_of(file))
    chosen = _sample({key: each for key, each in every.items() if options.only in key}, options.sample, options.seed)
    if options.tests:
        return _try(options, chosen)
    known: dict[str, Outcome] = {}
    for which in ("near",) if options.near else ("near", "wider"):
        survivors = {key: each for key, each in chosen.items() if key not in known or known[key].survived}
        kept = _kept(options.room, which)
        if survivors.keys() - kept.read(survivors).keys():
            # A process reads its tests once: each of the two kinds has its own.
            code = subprocess.run([sys.executable, str(DOOR), *sys.argv[1:], "--tests", which], check=False).returncode
            if code:
                return code
        known |= kept.read(survivors)
    tried = [known[each] for each in chosen if each in known]
    row = row_of(options.room, len(every), tried, "the near tests" if options.near else "near and wider tests")
    lines = survivors_of(tried)
    if not options.only:
        write_page(options.room, row, lines)
    print(row, *lines, sep="\n")
    return 0


def _kept(room: str, which: str) -> Kept:
    return Kept(f"{room}-{which}", digest(*_modules(ROOMS[room].tests(wider=which == "wider"))))


def _try(options: argparse.Namespace, chosen: Mapping[str, Fault]) -> int:
    """Try what is not known of one kind of tests; of the wider ones, what the near ones let live."""
    kept = _kept(options.room, options.tests)
    if options.tests == "wider":
        near = _kept(options.room, "near").read(chosen)
        chosen = {key: each for key, each in chosen.items() if near[key].survived}
    known = kept.read(chosen)
    left = {key: each for key, each in chosen.items() if key not in known}
    return _run(options, left, kept, known)


def _modules(tests: Sequence[Path]) -> list[Path]:
    return sorted(file for each in tests for file in ([each] if each.is_file() else each.rglob("*.py")))


def _options(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="run.py mutants", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("room", choices=sorted(ROOMS))
    parser.add_argument("--sample", type=int, default=0, help="try so many, drawn with the seed; 0 tries all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--near", action="store_true", help="hold survivors against no wider tests")
    parser.add_argument("--only", default="", help="only faults with this in their name; the page is left as it is")
    parser.add_argument("--tests", choices=("near", "wider"), help=argparse.SUPPRESS)
    parser.add_argument(
        "--patience", type=float, default=20, help="seconds of tests that one fault is given, quickest first"
    )
    return parser.parse_args()


def _sample(faults: Mapping[str, Fault], size: int, seed: int) -> Mapping[str, Fault]:
    if not size or size >= len(faults):
        return faults
    keys = list(faults)
    drawn = sorted(np.random.default_rng(seed).choice(len(keys), size=size, replace=False))
    return {keys[each]: faults[keys[each]] for each in drawn}


def _run(options: argparse.Namespace, left: Mapping[str, Fault], kept: Kept, known: dict[str, Outcome]) -> int:
    room = ROOMS[options.room]
    keys = {id(fault): key for key, fault in left.items()}
    out = os.fdopen(os.dup(2), "w")
    count = 0

    def said(words: str) -> None:
        out.write(f"\r\033[K{words}")
        out.flush()

    def told(fault: Fault, outcome: str, by: str, seconds: float) -> None:
        nonlocal count
        count += 1
        key = keys[id(fault)]
        known[key] = Outcome(key=key, outcome=outcome, by=by, seconds=round(seconds, 2))
        kept.add(known[key], fault)
        filled = 30 * count // len(left)
        survived = sum(each.survived for each in known.values())
        where = f"{fault.file.name}:{fault.lines.start}"
        said(f"[{'#' * filled}{'.' * (30 - filled)}] {count} of {len(left)}, {survived} survived; {where}")

    files = frozenset(str(each) for each in room.sources())
    trial = Trial(files=files, faults=list(left.values()), told=told, said=said, patience_s=options.patience)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    tests = [str(each) for each in room.tests(wider=options.tests == "wider")]
    code = pytest.main([*SELECTED, *tests], plugins=[trial])
    said("")
    if code not in {0, 5}:
        out.write(f"The tests could not be run as they are (pytest says {int(code)}).\n")
    return 0 if code in {0, 5} else int(code)
