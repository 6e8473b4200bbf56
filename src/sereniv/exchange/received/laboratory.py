"""What a laboratory measured, read of an Observation: the value, its own limits in the same unit, and what is in doubt.

Nothing is converted. What cannot be charted as it came (a limit in another unit, "< 5", no limit at all) is received
all the same, in words, with why it is written down by hand: a value that is turned away is one that nobody reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal

from sereniv.exchange.incoming import observed
from sereniv.exchange.incoming.resources import (
    Broken,
    Resource,
    called,
    codes_of,
    legible,
    object_of,
    objects_of,
    text_of,
)
from sereniv.exchange.received.told_day import told_day
from sereniv.therapy.recording.typed_values import plain

LONGEST_RESULT = 200
ENZYME: Mapping[str, str] = {"U/L": "U/L", "ukat/L": "µkat/L"}
MASS: Mapping[str, str] = {"mg/dL": "mg/dL"}
MOLES: Mapping[str, str] = {"umol/L": "µmol/L"}
THYROTROPIN: Mapping[str, str] = {"m[IU]/L": "mIU/L", "u[IU]/mL": "µIU/mL"}
POTASSIUM: Mapping[str, str] = {"mmol/L": "mmol/L", "meq/L": "mEq/L"}
FILTRATION: Mapping[str, str] = {"mL/min/{1.73_m2}": "mL/min/1.73 m²", "mL/min/1.73.m2": "mL/min/1.73 m²"}
UNITLESS: Mapping[str, str] = {}

RAISED = frozenset({"H", "HH", "HU", ">", "L", "LL", "LU", "<", "A", "AA", "POS", "DET", "IND", "E"})
"""How a sender marks a result that is not as it should be, or not decided (HL7 v3 ObservationInterpretation)."""

AS_IT_SHOULD_BE = frozenset({"N", "NEG", "ND"})
NOT_DONE = frozenset({"registered", "preliminary", "cancelled", "entered-in-error", "unknown", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """What a LOINC code measures: its name here and in words, its item of the work-up ("" for none), its units."""

    id: str
    title: str
    item: str
    units: Mapping[str, str]


ANALYTES: Mapping[str, Analyte] = {
    "1742-6": Analyte(id="alt", title="ALT", item="liver_panel", units=ENZYME),
    "1920-8": Analyte(id="ast", title="AST", item="liver_panel", units=ENZYME),
    "6768-6": Analyte(id="alp", title="ALP", item="liver_panel", units=ENZYME),
    "2324-2": Analyte(id="ggt", title="GGT", item="liver_panel", units=ENZYME),
    "1975-2": Analyte(id="bilirubin", title="Bilirubin", item="liver_panel", units=MASS),
    "14631-6": Analyte(id="bilirubin", title="Bilirubin", item="liver_panel", units=MOLES),
    "2160-0": Analyte(id="creatinine", title="Creatinine", item="creatinine", units=MASS),
    "14682-9": Analyte(id="creatinine", title="Creatinine", item="creatinine", units=MOLES),
    "3016-3": Analyte(id="tsh", title="TSH", item="tsh", units=THYROTROPIN),
    "33914-3": Analyte(id="egfr", title="eGFR", item="", units=FILTRATION),
    "62238-1": Analyte(id="egfr", title="eGFR", item="", units=FILTRATION),
    "98979-8": Analyte(id="egfr", title="eGFR", item="", units=FILTRATION),
    "2823-3": Analyte(id="potassium", title="Potassium", item="", units=POTASSIUM),
    "2106-3": Analyte(id="hcg", title="hCG in urine", item="", units=UNITLESS),
    "2110-5": Analyte(id="hcg", title="hCG in serum", item="", units=UNITLESS),
}
"""By LOINC code. Of bilirubin and creatinine the code itself says whether mass or moles are meant: with the other's
unit, one of the two is wrong. hCG is read from clinical-verified.md; the others as public lists have them."""

BY_HAND = "Write it down by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One result of a laboratory: `value` None where it is no number, limits None where they were not sent.

    `doubt` says why no tap charts it, "" where one does; `is_within` is True only where it is known to lie within its
    own limits, or is marked so.
    """

    analyte: Analyte
    on: date
    value: Decimal | None
    unit: str
    low: Decimal | None
    high: Decimal | None
    words: str
    doubt: str
    is_within: bool


def is_of_a_laboratory(resource: Resource) -> bool:
    """Say whether an Observation is of something that is read here as a laboratory's."""
    return bool(set(codes_of(object_of(resource, "code"), observed.LOINC)) & set(ANALYTES))


def reported(resource: Resource, zone: tzinfo, today: date) -> Reported:
    """Read one result.

    Raises
    ------
    Broken
        Where it is not final, says no day, or holds neither a number nor words.
    """
    analyte = _analyte(resource)
    status = text_of(resource, "status")
    if status in NOT_DONE:
        raise Broken("Observation.status", f"A result that is {status} is not read. Send it once it is final.")
    on = told_day(resource, "effectiveDateTime", "taken", zone, today)
    quantity = object_of(resource, "valueQuantity")
    number = observed.number({name: each for name, each in quantity.items() if name != "comparator"})
    if number is not None and number < 0:
        raise Broken("Observation.valueQuantity.value", f"{plain(number)} cannot have been measured.")
    unit = text_of(quantity, "code" if "code" in quantity else "unit")
    low, high, fault = _limits(resource, unit)
    marks = {code for each in objects_of(resource, "interpretation") for code in _codes(each)}
    exact = number if "comparator" not in quantity else None
    shown = _shown(resource, quantity, number, analyte.units.get(unit, unit))
    doubt = _in_doubt(analyte, exact, unit, (low, high), fault)
    return Reported(
        analyte=analyte,
        on=on,
        value=exact,
        unit=analyte.units.get(unit, unit),
        low=low,
        high=high,
        words=_words(analyte, shown, (low, high), marks, on),
        doubt=doubt,
        is_within=_is_within(exact, low, high, marks),
    )


def _analyte(resource: Resource) -> Analyte:
    codes = codes_of(object_of(resource, "code"), observed.LOINC)
    found = {ANALYTES[each].id: ANALYTES[each] for each in codes if each in ANALYTES}
    units = {tuple(ANALYTES[each].units) for each in codes if each in ANALYTES}
    if len(found) > 1 or len(units) > 1:
        raise Broken("Observation.code", "Its codes name two things that a laboratory measures.")
    if "component" in resource:
        raise Broken("Observation.component", "One result stands in an Observation of its own.")
    return next(iter(found.values()))


def _codes(concept: Resource) -> tuple[str, ...]:
    return tuple(text_of(each, "code") for each in objects_of(concept, "coding") if "code" in each)


def _limits(resource: Resource, unit: str) -> tuple[Decimal | None, Decimal | None, str]:
    """Return the normal range in the unit of the value, and what keeps it from being one."""
    ranges = [
        each
        for each in objects_of(resource, "referenceRange")
        if ("low" in each or "high" in each) and (not object_of(each, "type") or "normal" in _codes(each["type"]))
    ]
    if not ranges:
        return None, None, ""
    if len(ranges) > 1:
        return None, None, "More than one normal range was sent. Look which of them is this patient's."
    ends = {name: object_of(ranges[0], name) for name in ("low", "high") if name in ranges[0]}
    units = {text_of(each, "code" if "code" in each else "unit") for each in ends.values()}
    if units != {unit}:
        other = " and ".join(sorted(each or "no unit" for each in units))
        return (
            None,
            None,
            f"The value is in {unit or 'no unit'}, its limit in {other}. Ask the laboratory which is right.",
        )
    values = {name: observed.number(each) for name, each in ends.items()}
    if values.get("high") == 0:
        return None, None, "Its upper limit is 0. Look at the report."
    return values.get("low"), values.get("high"), ""


def _in_doubt(
    analyte: Analyte, value: Decimal | None, unit: str, limits: tuple[Decimal | None, Decimal | None], fault: str
) -> str:
    low, high = limits
    if not analyte.item:
        return f"No rule here reads {analyte.title} by itself. {BY_HAND} what it asks for, then say that it is known."
    if value is None:
        return f"It is no single number. {BY_HAND}, as the report has it."
    if unit not in analyte.units:
        known = " or ".join(analyte.units.values())
        return f"It is read in {known}, and was sent in {unit or 'no unit'} under that code. Ask the laboratory."
    if fault:
        return fault
    if high is None or (low is None and analyte.item != "liver_panel"):
        return f"Without the laboratory's own limits it says little. {BY_HAND}, with those of the report."
    return ""


def _is_within(value: Decimal | None, low: Decimal | None, high: Decimal | None, marks: set[str]) -> bool:
    if marks & RAISED:
        return False
    if value is None or high is None:
        return bool(marks & AS_IT_SHOULD_BE)
    return value <= high and (low is None or value >= low)


def _shown(resource: Resource, quantity: Resource, number: Decimal | None, unit: str) -> str:
    if number is not None:
        return " ".join(filter(None, (text_of(quantity, "comparator"), plain(number), unit)))
    text = legible(resource.get("valueString", ""), "Observation.valueString", LONGEST_RESULT)
    found = text or legible(called(object_of(resource, "valueCodeableConcept")), "Observation.value", LONGEST_RESULT)
    if not found:
        raise Broken("Observation.value", "It holds neither a number nor words.")
    return found


def _words(
    analyte: Analyte, shown: str, limits: tuple[Decimal | None, Decimal | None], marks: set[str], on: date
) -> str:
    low, high = limits
    given = "" if high is None and low is None else f"limits {_end(low)} to {_end(high)}"
    marked = f"marked {', '.join(sorted(marks))}" if marks else ""
    return ", ".join(filter(None, (f"{analyte.title} {shown}", given or "no limits", marked, f"{on:%d %b %Y}")))


def _end(limit: Decimal | None) -> str:
    return "none" if limit is None else plain(limit)
