"""What a run has found so far, kept so that it can go on after a stop, and the page that is made of it."""

import hashlib
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.mutants.faults import Fault
from tests.mutants.rooms import PACKAGE, ROOT
from tests.mutants.trying import NOT_REACHED, SURVIVED

KEPT = ROOT / ".mutants"
PAGE = ROOT / "docs" / "mutants.md"
REASONS = Path(__file__).with_name("survivors.toml")
HEAD = """# Mutants

What `python3 run.py mutants ROOM` printed. It puts one small fault at a time into a room (a comparison, a sign, a
number, an element or a step left out), runs the tests that reach it until one turns red, and counts how often one does.
A fault that none of them notices is a survivor. Words, defaults and class bodies are left as they are, slow and browser
tests do not run, and the tests of one fault take some seconds at most, the quickest first. A sample has a fixed seed.

| room | faults | tried | against | killed | survived | share killed |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one fault."""

    key: str
    outcome: str
    by: str
    seconds: float

    @property
    def survived(self) -> bool:
        """Whether no test turned red."""
        return self.outcome in {SURVIVED, NOT_REACHED}


def keys_of(faults: Iterable[Fault]) -> dict[str, Fault]:
    """Name faults by place and change, so that a name holds while other lines of the file change."""
    seen: dict[str, int] = defaultdict(int)
    named = {}
    for each in faults:
        name = f"{each.file.relative_to(PACKAGE).as_posix()} {each.function or 'table'}: {each.says()}"
        seen[name] += 1
        named[name if seen[name] == 1 else f"{name} ({seen[name]})"] = each
    return named


class Kept:
    """The outcomes of one room; those of a file that was changed since are forgotten."""

    def __init__(self, room: str, tests: str) -> None:
        self.path = KEPT / f"{room}.jsonl"
        self.tests = tests
        KEPT.mkdir(exist_ok=True)

    def read(self, faults: Mapping[str, Fault]) -> dict[str, Outcome]:
        """Return what is known; a survivor is tried again once the tests are others."""
        found = {}
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else ():
            row = json.loads(line)
            source, tests = row.pop("source"), row.pop("tests")
            outcome = Outcome(**row)
            fault = faults.get(outcome.key)
            if fault is None or source != digest(fault.file):
                continue
            found[outcome.key] = outcome
            if outcome.survived and tests != self.tests:
                del found[outcome.key]
        return found

    def add(self, outcome: Outcome, fault: Fault) -> None:
        """Keep one outcome."""
        with self.path.open("a", encoding="utf-8") as file:
            row = {**asdict(outcome), "source": digest(fault.file), "tests": self.tests}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def digest(*files: Path) -> str:
    """Return a digest of the contents of files."""
    total = hashlib.sha256()
    for each in files:
        total.update(each.read_bytes())
    return total.hexdigest()[:16]


def reasons() -> dict[str, str]:
    """Return why a survivor may stay, by its name."""
    return {each["fault"]: each["reason"] for each in tomllib.loads(REASONS.read_text(encoding="utf-8"))["survivor"]}


def row_of(room: str, every: int, outcomes: Sequence[Outcome], against: str) -> str:
    """Return a room's line of the table."""
    survived = sum(each.survived for each in outcomes)
    killed = len(outcomes) - survived
    tried = "all" if len(outcomes) == every else f"a sample of {len(outcomes)}"
    share = f"{100 * killed / len(outcomes):.1f} %" if outcomes else "-"
    return f"| {room} | {every} | {tried} | {against} | {killed} | {survived} | {share} |"


def survivors_of(outcomes: Iterable[Outcome]) -> list[str]:
    """Return a line for each survivor, with why it may stay where somebody has said so."""
    why = reasons()
    return [f"- {each.key}: {why.get(each.key, 'not read yet')}" for each in outcomes if each.survived]


def write_page(room: str, row: str, survivors: Sequence[str]) -> None:
    """Put a room's line and its survivors into the page; the other rooms' stay as they are."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else HEAD
    rows = {found[1]: found[0] for found in re.finditer(r"^\| (\w+) \| \d.*$", text, re.MULTILINE)}
    parts = dict(re.findall(r"^## (\w+)\n\n(.*?)(?=\n## |\Z)", text, re.MULTILINE | re.DOTALL))
    rows[room], parts[room] = row, "\n".join(survivors) or "No survivor."
    body = "\n".join(rows[each] for each in sorted(rows))
    lists = "\n\n".join(f"## {each}\n\n{parts[each].strip()}" for each in sorted(parts))
    PAGE.write_text(f"{HEAD}{body}\n\n{lists}\n", encoding="utf-8")
