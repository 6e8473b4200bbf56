"""The hazard register: how people could be hurt, what the program does about it, and which tests hold that.

The one file is `docs/hazards.toml`, where whoever judges the program looks for it; a wheel carries a copy of it as
`sereniv/hazards.toml` (see `pyproject.toml`). It stays out of the folder of clinical tables, whose content makes the
rules' version: a word here changes no rule.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import cattrs
from cattrs.errors import BaseValidationError
from cattrs.v import format_exception

from sereniv.knowledge.tables import KnowledgeError

PACKAGED = Path(__file__).parents[1] / "hazards.toml"
IN_CHECKOUT = Path(__file__).parents[3] / "docs" / "hazards.toml"
SEVERITIES = range(1, 6)


class HazardState(StrEnum):
    """How far a hazard's control is built."""

    HELD = "held"
    PARTLY = "partly"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One way in which somebody could be hurt or misled.

    `severity` runs from 1 (a nuisance) to 5 (death or lasting harm) and is that of the harm itself, however rare.
    `tests` are ids such as `tests/therapy/chair/test_gate.py::test_consent`; `open` says what is not controlled yet.
    """

    id: str
    number: int
    title: str
    cause: str
    severity: int
    control: str
    state: HazardState
    residual: str
    open: str = ""
    tests: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would make the register say more than it knows."""
        empty = [name for name in ("title", "cause", "control", "residual") if not getattr(self, name).strip()]
        if empty:
            raise ValueError(f"say something in {' and '.join(empty)}")
        if self.severity not in SEVERITIES:
            raise ValueError(f"severity is 1 to 5, not {self.severity}")
        if self.state is not HazardState.OPEN and not self.tests:
            raise ValueError(f'a control that is "{self.state}" names its tests; without any it is "open"')
        if (self.state is HazardState.HELD) == bool(self.open.strip()):
            raise ValueError('what is "partly" or "open" says in `open` what is missing; what is "held" leaves it out')


def hazards(file: Path | None = None) -> tuple[Hazard, ...]:
    """Return the register of `file`, or the one that came with the program, in the order of the numbers.

    Raises
    ------
    KnowledgeError
        When the file is missing or malformed; the message names the hazard and what to mend.
    """
    file = file or (PACKAGED if PACKAGED.exists() else IN_CHECKOUT)
    try:
        # An id that stands twice is an error of TOML itself.
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{file.name}: not readable as TOML: {error}") from error
    found = [_hazard(file.name, key, raw) for key, raw in table.items()]
    numbers: dict[int, str] = {}
    for each in found:
        if numbers.setdefault(each.number, each.id) != each.id:
            raise KnowledgeError(f"{file.name}: [{each.id}] and [{numbers[each.number]}] share number {each.number}.")
    return tuple(sorted(found, key=lambda each: each.number))


def _hazard(file: str, key: str, raw: object) -> Hazard:
    if not isinstance(raw, dict):
        raise KnowledgeError(f"{file}: {key!r} stands outside a hazard; begin one with [its_name].")
    converter = cattrs.Converter(forbid_extra_keys=True)
    try:
        return converter.structure({"id": key, **raw}, Hazard)
    except BaseValidationError as error:
        raise KnowledgeError(f"{file}, hazard [{key}]: {'; '.join(_problems(error))}") from error


def _problems(error: BaseValidationError) -> list[str]:
    """Say what is wrong in the words of whoever refused it; cattrs' own words for the rest."""
    return cattrs.transform_error(
        error,
        format_exception=lambda each, kind: str(each) if type(each) is ValueError else format_exception(each, kind),
    )
