"""A clinic's own numbers over the packaged ones: which may be set, and the tables that follow from them.

A clinic never edits a table or code. What it signed for itself is a number under a threshold's name, such as
`criteria.uncontrolled_hypertension.hold_above.systolic`, and the tables with it have a version of their own.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from sereniv.knowledge.rows import ClinicStandard, Knowledge, OwnBound, Row

CRITERION_FIELDS = ("hold_above", "hold_from", "gate_from")
LIMIT_FIELDS = ("soft_above", "hard_above", "absolute_above", "absolute_below")
SCHEDULE_FIELDS = (
    "baseline_max_age_min",
    "first_phase_min",
    "first_phase_every_min",
    "then_every_min",
    "close_watch_every_min",
    "after_end_every_min",
    "late_after_min",
    "escalate_after_min",
)
SINGLE_ROWS = {
    "discharge": ("minimum_min_first", "minimum_min_later"),
    "schedule": SCHEDULE_FIELDS,
    # How long the first phase of a pain infusion is also says which infusion counts as a long one: not a clinic's.
    "pain_schedule": tuple(name for name in SCHEDULE_FIELDS if name != "first_phase_min"),
    "consent": ("valid_days",),
    "sign_in": ("locks_after_min", "ends_untouched_min", "ends_after_h"),
    "care_teams": ("restricts",),
    "acknowledgement": ("escalate_after_s", "second_role_after_s"),
    "suicide_item": ("acknowledge_staffed_min", "acknowledge_otherwise_min", "ask_within_min", "step_min"),
}
"""Rows of which there is one, with the numbers a clinic may set: seconds, minutes, hours or days, all of them."""

FLAGS = frozenset(
    {
        "as_much_as_not_borne",
        "cap_over_protocol",
        "custom_concentration",
        "dose_weight_over_actual",
        "over_cap_mg_per_h",
        "raise_without_ground",
        "weight_basis_changed",
    }
)
"""Limits whose number says yes or no, or that nothing may go over: there is nothing to set."""

IN_ORDER = (
    ("limits.{}.soft_above", "limits.{}.hard_above"),
    ("limits.{}.soft_above", "limits.{}.absolute_above"),
    ("limits.{}.hard_above", "limits.{}.absolute_above"),
    ("criteria.uncontrolled_hypertension.hold_above.{}", "criteria.uncontrolled_hypertension.gate_from.{}"),
    ("criteria.drug_screen_score.hold_from.{}", "criteria.drug_screen_score.gate_from.{}"),
    ("discharge.minimum_min_later", "discharge.minimum_min_first"),
    ("{}.late_after_min", "{}.escalate_after_min"),
    ("{}.escalate_after_s", "{}.second_role_after_s"),
    ("{}.first_phase_every_min", "{}.then_every_min"),
    ("{}.close_watch_every_min", "{}.then_every_min"),
    ("{}.locks_after_min", "{}.ends_untouched_min"),
    ("suicide_item.acknowledge_staffed_min", "suicide_item.acknowledge_otherwise_min"),
)
"""Pairs of names of which the first number is never above the second; {} is the same word in both."""


FIELD_WORDS = {
    "soft_above": "soft limit, above",
    "hard_above": "hard limit, above",
    "absolute_above": "absolute limit, above",
    "absolute_below": "absolute limit, below",
    "hold_above": "held back above",
    "hold_from": "held back from",
    "gate_from": "the prescriber decides from",
    "valid_days": "holds for",
    "minimum_min_first": "shortest stay, first or eventful infusion",
    "minimum_min_later": "shortest stay, later and uneventful infusion",
    "baseline_max_age_min": "baseline not older than",
    "first_phase_min": "first phase",
    "first_phase_every_min": "in the first phase every",
    "then_every_min": "then every",
    "close_watch_every_min": "on close watch every",
    "after_end_every_min": "after the end every",
    "late_after_min": "late after",
    "escalate_after_min": "passed on after",
    "escalate_after_s": "to the next role after",
    "second_role_after_s": "to the lead after",
    "acknowledge_staffed_min": "acknowledge, staffed, within",
    "acknowledge_otherwise_min": "acknowledge, not staffed, within",
    "ask_within_min": "ask in person within",
    "step_min": "to the next person after",
    "locks_after_min": "untouched, locks after",
    "ends_untouched_min": "untouched, ends after",
    "ends_after_h": "ends in any case after",
    "restricts": "1 for yes, 0 for no",
}
"""What the number of a field is called where a person reads it; the unit stands with the number."""

PRESSURES = frozenset({"systolic", "diastolic"})
PRESSURE_UNIT = "mmHg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One number that a clinic may set for itself: where it stands, and what it is in the tables it was read from."""

    name: str
    row: Row
    field: str
    value: Decimal
    is_whole: bool

    @property
    def title(self) -> str:
        """What the number is called: its row, and the field where the row has several."""
        field, _, key = self.field.partition(".")
        words = FIELD_WORDS[field]
        only = not key or len(getattr(self.row, field)) == 1
        return f"{self.row.title}: {words}" if only else f"{self.row.title}: {words}, {key}"

    @property
    def unit(self) -> str:
        """What the number is counted in, "" for a plain count."""
        field, _, key = self.field.partition(".")
        if key in PRESSURES:
            return PRESSURE_UNIT
        if field == "valid_days":
            return "days"
        if field.endswith(("_s", "_h")):
            return field[-1]
        return "min" if "_min" in field else getattr(self.row, "unit", "")

    @property
    def table(self) -> str:
        """Return the table, or the single row, in which it stands."""
        return self.name.partition(".")[0]


def thresholds(rules: Knowledge) -> dict[str, Threshold]:
    """Return every number that a clinic may set for itself, by its name."""
    return {each.name: each for each in _all(rules)}


def bound_of(name: str, rules: Knowledge) -> OwnBound:
    """Return the row that says how far the number of this name may be moved."""
    return next(row for row in rules.own_bounds.values() if any(fnmatchcase(name, each) for each in row.thresholds))


def out_of_order(rules: Knowledge, name: str) -> str:
    """Say which number the one of this name has overtaken, "" where all are in order: a hold above a gate is none."""
    found = thresholds(rules)
    for lower, upper in IN_ORDER:
        for word in {part for each in found for part in each.split(".")}:
            below, above = lower.format(word), upper.format(word)
            if name in {below, above} and below in found and above in found and found[below].value > found[above].value:
                return f"{found[below].title} would lie above {found[above].title}."
    return ""


def _all(rules: Knowledge) -> Iterator[Threshold]:
    for criterion in rules.criteria.values():
        for field in CRITERION_FIELDS:
            for key, value in getattr(criterion, field).items():
                yield _threshold("criteria", criterion, f"{field}.{key}", value)
    for limit in rules.limits.values():
        if limit.id in FLAGS:
            continue
        for field in LIMIT_FIELDS:
            if getattr(limit, field) is not None:
                yield _threshold("limits", limit, field, getattr(limit, field))
    for item in rules.work_up.values():
        yield _threshold("work_up", item, "valid_days", item.valid_days)
    for name, fields in SINGLE_ROWS.items():
        row: Row = getattr(rules, name)
        for field in fields:
            yield _threshold("", row, field, getattr(row, field))


def _threshold(table: str, row: Row, field: str, value: Decimal | int) -> Threshold:
    place = f"{table}.{row.id}" if table else row.id
    return Threshold(
        name=f"{place}.{field}", row=row, field=field, value=Decimal(value), is_whole=isinstance(value, int)
    )


def with_own(rules: Knowledge, values: Mapping[str, Decimal], standard: ClinicStandard | None = None) -> Knowledge:
    """Return the tables with a clinic's own numbers in them, under a version of their own.

    Parameters
    ----------
    values
        The clinic's number for each threshold's name; a name that these tables no longer hold changes nothing.
    standard
        The clinic's own bag, pump and stock, None where it has signed none. Protocols that ask for the packaged
        bag ask for the clinic's then.
    """
    known = thresholds(rules)
    changed = {name: value for name, value in values.items() if name in known and known[name].value != value}
    if not changed and standard in (None, rules.standard):
        return rules
    parts = {
        "criteria": {key: _with(row, f"criteria.{key}", changed) for key, row in rules.criteria.items()},
        "limits": {key: _with(row, f"limits.{key}", changed) for key, row in rules.limits.items()},
        "work_up": {key: _with(row, f"work_up.{key}", changed) for key, row in rules.work_up.items()},
        **{name: _with(getattr(rules, name), name, changed) for name in SINGLE_ROWS},
    }
    own = replace(rules, version=_version(rules, changed, standard), **parts)
    return own if standard is None else _with_standard(own, standard)


def _with(row: Row, place: str, values: Mapping[str, Decimal]) -> Any:  # noqa: ANN401  the row's own kind comes back
    changes: dict[str, Any] = {}
    own: list[str] = []
    for name, value in values.items():
        if not name.startswith(f"{place}."):
            continue
        field, _, key = name.removeprefix(f"{place}.").partition(".")
        own.append(f"{FIELD_WORDS[field]} {key} {value.normalize():f}".replace("  ", " "))
        if key:
            changes[field] = {**changes.get(field, getattr(row, field)), key: value}
        else:
            changes[field] = int(value) if isinstance(getattr(row, field), int) else value
    if not changes:
        return row
    told = f"This clinic's own number: {', '.join(sorted(own))}. What else is written here speaks of the packaged one."
    return replace(row, note=f"{row.note} {told}".strip(), **changes)


def _with_standard(rules: Knowledge, standard: ClinicStandard) -> Knowledge:
    packaged = rules.standard.concentration_mg_per_ml
    protocols = {
        key: replace(each, concentration_mg_per_ml=standard.concentration_mg_per_ml)
        if each.concentration_mg_per_ml == packaged
        else each
        for key, each in rules.protocols.items()
    }
    return replace(rules, standard=standard, protocols=protocols)


def _version(rules: Knowledge, values: Mapping[str, Decimal], standard: ClinicStandard | None) -> str:
    told = [rules.version, *(f"{name}={values[name].normalize():f}" for name in sorted(values))]
    if standard is not None:
        stocked = ",".join(f"{each.normalize():f}" for each in standard.stocked_mg_per_ml)
        told.append(f"{standard.concentration_mg_per_ml:f} {standard.rate_increment_ml_per_h:f} {stocked}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]
