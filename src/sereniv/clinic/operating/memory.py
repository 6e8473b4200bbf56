"""What the home remembers of what left it: kept beside the database, so that a start does not tell everything again."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sereniv.clinic.home import Home
from sereniv.clinic.operating.plan import write_private

FILE = "outside.json"


@dataclass(slots=True, kw_only=True)
class OfWay:
    """Of one way out: which topics were told as to act on, to which entry checkpoints went, what went wrong last."""

    told: list[str] = field(default_factory=list)
    head_seq: int = 0
    head_at: str = ""
    failed_at: str = ""
    failure: str = ""
    tries: int = 0

    @property
    def delivered_at(self) -> datetime | None:
        """When a checkpoint last went this way."""
        return datetime.fromisoformat(self.head_at) if self.head_at else None

    def failed(self, real: datetime, why: str) -> None:
        """Note that something did not go this way."""
        self.failed_at, self.failure, self.tries = real.isoformat(), why, self.tries + 1

    def went(self) -> None:
        """Note that something went this way."""
        self.failed_at, self.failure, self.tries = "", "", 0


@dataclass(slots=True, kw_only=True)
class Memory:
    """What the home remembers, by the name of each way; `contradicted` says where a head outside does not fit."""

    ways: dict[str, OfWay] = field(default_factory=dict)
    contradicted: str = ""

    def of(self, way: str) -> OfWay:
        """Return what is remembered of one way, nothing at first."""
        return self.ways.setdefault(way, OfWay())


def memory_of(home: Home) -> Memory:
    """Return what the home remembers; nothing where its note is missing or torn: then it is told once more."""
    try:
        content: dict[str, Any] = json.loads((home.folder / FILE).read_text(encoding="utf-8"))
        ways = {name: OfWay(**kept) for name, kept in content["ways"].items()}
        return Memory(ways=ways, contradicted=content["contradicted"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Memory()


def keep(home: Home, memory: Memory) -> None:
    """Write what the home remembers."""
    write_private(home.folder / FILE, json.dumps(asdict(memory)))
