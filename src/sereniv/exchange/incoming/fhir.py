"""Makes people and facts of FHIR R4 resources: what has a place here, and what has none, counted by its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo

from sereniv.exchange.incoming import observed
from sereniv.exchange.incoming.contents import (
    AllergicTo,
    DiagnosedThere,
    Fact,
    Fault,
    Incoming,
    Infused,
    Scored,
    Somebody,
    Takes,
    Who,
)
from sereniv.exchange.incoming.patients import address_of, name_of, phone_of, sex_of
from sereniv.exchange.incoming.resources import (
    Broken,
    Resource,
    Standing,
    called,
    coded,
    codes_of,
    day_of,
    legible,
    moment_of,
    object_of,
    objects_of,
    text_of,
)
from sereniv.exchange.tables.rows import LONGEST_LINE
from sereniv.exchange.tables.values import FIRST_YEAR
from sereniv.knowledge.rows import Knowledge, words_of
from sereniv.therapy.person.elsewhere import MOST_MG

ICD10, SNOMED = "http://hl7.org/fhir/sid/icd-10", "http://snomed.info/sct"
NO_KNOWN_ALLERGY = frozenset({"716186003", "409137002", "428607008", "429625007"})
"""SNOMED CT: no known allergy; none to drugs, to the environment, to food (recalled)."""
HOLDS = frozenset({"", "active", "recurrence", "relapse"})
NOT_SO = frozenset({"refuted", "entered-in-error"})
TAKEN = frozenset({"active", "intended", "on-hold"})
NOON = time(12)
LONGEST_ID = 64
"""FHIR's own limit of an id."""


@dataclass(slots=True, kw_only=True)
class _Read:
    """What a file amounts to while it is read."""

    knowledge: Knowledge
    zone: tzinfo
    today: date
    people: list[Somebody] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    passed_over: set[str] = field(default_factory=set)
    resources: dict[str, Resource] = field(default_factory=dict)
    said: set[object] = field(default_factory=set)

    def leave(self, what: str) -> None:
        self.left_out[what[:100]] = self.left_out.get(what[:100], 0) + 1

    def add(self, fact: Fact, once: object = None) -> None:
        """Take a fact; one that another resource says of the same person, too, is taken once."""
        if once is not None and (fact.who, once) in self.said:
            self.leave(f"{type(fact).__name__}: said twice")
            return
        self.said.add((fact.who, once))
        self.facts.append(fact)


def incoming(found: tuple[Standing, ...], knowledge: Knowledge, zone: tzinfo, today: date) -> Incoming:
    """Return what the resources of a file hold; a day without an hour counts from its noon in `zone`."""
    read = _Read(knowledge=knowledge, zone=zone, today=today)
    for each in found:
        read.resources |= dict.fromkeys(each.named, each.resource)
    # People first: others may stand before them and refer to them.
    for each in (*(one for one in found if one.kind == "Patient"), *(one for one in found if one.kind != "Patient")):
        taker = _TAKERS.get(each.kind)
        if taker is None:
            read.leave(each.kind)
            continue
        if each.resource.get("modifierExtension") or each.resource.get("implicitRules"):
            # The standard: whoever does not know what changes the meaning of a resource must not act on it.
            read.leave(f"{each.kind} with an extension that changes what it means")
            continue
        try:
            taker(each, read)
        except Broken as broken:
            read.faults.append(Fault(row=each.row, column=broken.path, wrong=broken.wrong, mend=broken.mend))
    return Incoming(
        people=tuple(read.people), facts=tuple(read.facts), faults=tuple(read.faults), left_out=read.left_out
    )


def _patient(each: Standing, read: _Read) -> None:
    patient = each.resource
    own = patient.get("id") or next((name.rpartition(":")[2] for name in each.named), "")
    number = legible(own, "Patient.id", LONGEST_ID)
    if patient.get("deceasedDateTime") or patient.get("deceasedBoolean") is True:
        read.passed_over.update(each.named)
        read.leave("Patient who has died")
        return
    if patient.get("active") is False:
        read.passed_over.update(each.named)
        read.leave("Patient whose record is not in use")
        return
    name = name_of(patient)
    born = text_of(patient, "birthDate")
    day = day_of(born, "Patient.birthDate") if born else None
    if day is None or not name[0]:
        raise Broken(
            "Patient",
            "No name, or no whole day of birth.",
            "Add both where the file was made, or leave the person out.",
        )
    _demand_past(day, "Patient.birthDate", read)
    read.people.append(
        Somebody(
            row=each.row,
            who=Who(number=number, family_name=name[0], given_names=name[1], born=day),
            sex_at_birth=sex_of(patient),
            phone=phone_of(patient),
            address=address_of(patient),
        )
    )
    read.numbers |= dict.fromkeys(each.named, number)


def _whose(each: Standing, read: _Read, name: str = "subject") -> Who | None:
    """Return whom a resource is about; None where that person is passed over.

    One who is not in the file may have come with an earlier one: the number alone is told.
    """
    reference = text_of(object_of(each.resource, name), "reference")
    if reference in read.passed_over:
        read.leave(f"{each.kind} of somebody who is left out")
        return None
    if reference in read.numbers:
        return Who(number=read.numbers[reference])
    kind, _, number = reference.partition("/")
    if kind == "Patient" and number:
        return Who(number=legible(number.partition("/")[0], f"{each.kind}.{name}", LONGEST_ID))
    raise Broken(f"{each.kind}.{name}", f"“{reference}” is nobody of this file.", "Add the person to the file.")


def _condition(each: Standing, read: _Read) -> None:
    concept = object_of(each.resource, "code")
    clinical, verified = coded(each.resource, "clinicalStatus"), coded(each.resource, "verificationStatus")
    if clinical not in HOLDS or verified in NOT_SO:
        read.leave(f"Condition, {verified if verified in NOT_SO else clinical}")
        return
    who = _whose(each, read)
    icd10, snomed = codes_of(concept, ICD10), codes_of(concept, SNOMED)
    words = called(concept) or (icd10 + snomed or ("",))[0]
    if who is None:
        return
    if not words:
        raise Broken("Condition.code", "Neither a code nor a text.")
    onset = text_of(each.resource, "onsetDateTime")
    since = day_of(onset, "Condition.onsetDateTime") if onset else None
    if since is not None:
        _demand_past(since, "Condition.onsetDateTime", read)
    marked = f"{words} (SNOMED CT {snomed[0]})" if snomed and not icd10 else words
    read.add(
        DiagnosedThere(
            row=each.row, who=who, icd10=icd10[0] if icd10 else "", written=marked[:300],
            since=since,
        ),
        once=("diagnosis", icd10, words.casefold()),
    )  # fmt: skip


def _allergy(each: Standing, read: _Read) -> None:
    clinical, verified = coded(each.resource, "clinicalStatus"), coded(each.resource, "verificationStatus")
    if clinical not in HOLDS or verified in NOT_SO:
        read.leave(f"AllergyIntolerance, {verified if verified in NOT_SO else clinical}")
        return
    who = _whose(each, read, "patient")
    concept = object_of(each.resource, "code")
    none = NO_KNOWN_ALLERGY & set(codes_of(concept, SNOMED))
    written = "" if none else legible(called(concept), "AllergyIntolerance.code", LONGEST_LINE)
    if who is None:
        return
    if not written and not none:
        raise Broken("AllergyIntolerance.code", "Neither a substance nor a text.")
    read.add(AllergicTo(row=each.row, who=who, written=written), once=("allergy", written.casefold()))


def _medicine(each: Standing, read: _Read) -> None:
    status = text_of(each.resource, "status")
    if status not in TAKEN:
        read.leave(f"{each.kind}, {status or 'without a status'}")
        return
    who = _whose(each, read)
    written = legible(_drug(each.resource, read), f"{each.kind}.medication", LONGEST_LINE)
    if who is None:
        return
    if not written:
        raise Broken(f"{each.kind}.medication", "It does not say which medicine.")
    dosages = objects_of(each.resource, "dosage" if each.kind == "MedicationStatement" else "dosageInstruction")
    as_needed = any(one.get("asNeededBoolean") is True or "asNeededCodeableConcept" in one for one in dosages)
    line = Takes(row=each.row, who=who, written=written, as_needed=as_needed)
    read.add(line, once=("medicine", written.casefold()))


def _drug(resource: Resource, read: _Read) -> str:
    """Return what a medicine is called: by its own concept, or by the resource that it refers to."""
    if name := called(object_of(resource, "medicationCodeableConcept")):
        return name
    reference = text_of(object_of(resource, "medicationReference"), "reference")
    held = {f"#{one.get('id')}": one for one in objects_of(resource, "contained")}
    referred = held.get(reference) or read.resources.get(reference) or {}
    return called(object_of(referred, "code"))


def _administration(each: Standing, read: _Read) -> None:
    """Take an infusion of ketamine that was given: completed, into a vein, with its day and how many mg."""
    drug, dosage = _drug(each.resource, read), object_of(each.resource, "dosage")
    route = object_of(dosage, "route")
    into_a_vein = "47625008" in codes_of(route, SNOMED) or "intraven" in called(route).casefold()
    if "ketamine" not in words_of(drug) or not into_a_vein or each.resource.get("status") != "completed":
        read.leave("MedicationAdministration that is no ketamine infusion given")
        return
    who = _whose(each, read)
    period = object_of(each.resource, "effectivePeriod")
    when = text_of(each.resource, "effectiveDateTime") or text_of(period, "start")
    path = "MedicationAdministration.effective"
    at = moment_of(when, path)
    if at is None:
        raise Broken(path, f"“{when}” is no whole day.")
    _demand_past(at, path, read)
    dose = object_of(dosage, "dose")
    mg = observed.number(dose) if dose.get("code", dose.get("unit")) == "mg" else None
    if mg is not None and not 0 < mg <= MOST_MG:
        raise Broken("MedicationAdministration.dosage.dose", f"{mg} mg cannot have been given.")
    if who is not None:
        read.add(Infused(row=each.row, who=who, on=_day(at, read.zone), mg=mg))


def _day(at: datetime | date, zone: tzinfo) -> date:
    return at.astimezone(zone).date() if isinstance(at, datetime) else at


def _demand_past(at: datetime | date, path: str, read: _Read) -> None:
    """Raise Broken for a day that has not come yet, or is older than anybody."""
    if at.year < FIRST_YEAR:
        raise Broken(path, f"{at.isoformat()} is too long ago.")
    # The year first: the last day of all has none after it to turn to in another zone.
    if at.year > read.today.year + 1 or _day(at, read.zone) > read.today:
        raise Broken(path, f"{at.isoformat()} has not come yet.")


def _observation(each: Standing, read: _Read) -> None:
    found = observed.measurements(each, read.knowledge)
    score = None if found else observed.scored(each, read.knowledge)
    if not found and score is None:
        read.leave(f"Observation: {_name_left(each)}")
        return
    status = text_of(each.resource, "status")
    if status not in {"final", "amended", "corrected"}:
        read.leave(f"Observation, {status or 'without a status'}")
        return
    who, when = _whose(each, read), text_of(each.resource, "effectiveDateTime")
    at = moment_of(when, "Observation.effectiveDateTime")
    if at is None:
        raise Broken("Observation.effectiveDateTime", f"“{when}” does not say on which day it was.")
    _demand_past(at, "Observation.effectiveDateTime", read)
    if who is None:
        return
    if score is not None:
        scale, total = score
        day = _day(at, read.zone)
        read.add(Scored(row=each.row, who=who, scale=scale, on=day, total=total), once=("score", scale, day))
    moment = at if isinstance(at, datetime) else datetime.combine(at, NOON, tzinfo=read.zone)
    for what, value in found.items():
        read.add(observed.fact(each.row, who, what, value, moment), once=("measured", what, moment))


def _name_left(each: Standing) -> str:
    """Return how an observation that stays behind is called; nobody need mend one for its name."""
    try:
        return called(object_of(each.resource, "code")) or "without a name"
    except Broken:
        return "without a legible name"


_TAKERS: Mapping[str, Callable[[Standing, _Read], None]] = {
    "Patient": _patient,
    "Condition": _condition,
    "AllergyIntolerance": _allergy,
    "MedicationStatement": _medicine,
    "MedicationRequest": _medicine,
    "MedicationAdministration": _administration,
    "Observation": _observation,
}
