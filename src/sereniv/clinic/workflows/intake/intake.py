"""Acts of intake: consent, history lists, measurements, pregnancy."""

from collections.abc import Mapping
from datetime import date, datetime

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.staff import full_names
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.person.people import record
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.chart import MEASURED_FIELDS, PersonChart
from sereniv.therapy.person.consent import is_like, needs_guardian, somebody_twice, version_printed
from sereniv.therapy.person.days import demand_lived
from sereniv.therapy.person.names import loosened
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.typed_values import Reading, question_about_first, read


def record_consent(
    person_id: Id,
    version: str,
    signer_name: str,
    witness_name: str,
    act: Act,
    *,
    signer: ev.Signer = ev.Signer.PATIENT,
    relation: str = "",
    signed_on: date | None = None,
    interpreter_name: str = "",
    works_here: str = "",
    form: str = "",
) -> None:
    """Record that the consent of this version was signed, by whom, on which day, and who interpreted.

    Raises
    ------
    Malformed
        When no form printed here bears the version and nobody says which form that is, the patient is said to have
        signed under a name that is not theirs, somebody too young signed without a guardian, a guardian's relation is
        not said, or how one who works here comes to decide, the patient is their own guardian, interpreter or witness,
        or the day is none of the patient's life.
    """
    act.permit(Permission.RECORD_CONSENT)
    if not signer_name.strip():
        raise Malformed("Name who signed the consent.")
    if signer is ev.Signer.GUARDIAN and not relation.strip():
        raise Malformed("Say what the person who decides is to the patient: mother, legal guardian.")
    if signer is ev.Signer.PATIENT and relation.strip():
        raise Malformed(
            f"The patient is said to have signed, and “{relation.strip()}” to be somebody else. Choose who signed, or "
            "empty the field."
        )
    known = version_printed(version, knowledge().leaflets["consent_form"].printed)
    event = ev.ConsentRecorded(
        version=known or version.strip(),
        signer_name=signer_name,
        witness_name=witness_name,
        signer=signer,
        relation=relation.strip(),
        signed_on=signed_on,
        interpreter_name=interpreter_name.strip(),
        works_here=works_here.strip(),
        form="" if known else form.strip(),
    )
    person = Person.objects.get(pk=person_id)
    rule = rules_in_force(act.now).consent
    demand_lived(signed_on, person.born, act.now.date(), "The day beside the signature")
    if (found := somebody_twice(event, str(person))) is not None:
        raise Malformed(found)
    colleague = _works_here(signer_name) if signer is ev.Signer.GUARDIAN else ""
    if colleague:
        demand_reason(
            works_here,
            f"{colleague} works here, and nobody decides for a patient whom they treat. Write below how they come to "
            "decide, or that this is somebody else of that name.",
        )
    if known is None:
        demand_reason(
            form,
            f"No form printed here bears the version “{version.strip()}”. Correct it, or write below which form was "
            "signed and where it is kept.",
        )
    if needs_guardian(event, person.registered, act.now.date(), rule):
        raise Malformed(f"Under {rule.patient_signs_from_years} a guardian consents: name them and their relation.")
    if signer is ev.Signer.PATIENT and not is_like(signer_name, str(person)):
        raise Malformed(
            f"“{signer_name}” is not {person}. Correct the name, or say that somebody who decides for them signed."
        )
    record(person_id, event, act)


def _works_here(name: str) -> str:
    """Return the name of somebody who works here and is called so, titles left out; "" for nobody."""
    wanted = set(loosened(name).split())
    known = full_names().values() if len(wanted) > 1 else ()
    return next((each for each in known if wanted <= set(loosened(each).split())), "")


def withdraw_consent(person_id: Id, reason: str, act: Act) -> None:
    """Record that the patient took their consent back, for a reason or none; a fact, taken whatever stands there."""
    act.permit(Permission.RECORD_CONSENT)
    record(person_id, ev.ConsentWithdrawn(reason=reason.strip()), act)


def record_history(
    person_id: Id,
    which: ev.HistoryList,
    entries: tuple[str, ...],
    substance_use: tuple[ev.SubstanceUse, ...],
    act: Act,
) -> None:
    """Close a history list with its entries, or with none of these."""
    act.permit(Permission.REGISTER_PEOPLE)
    record(person_id, ev.HistoryRecorded(list=which, entries=entries, substance_use=substance_use), act)


def record_measurements(person_id: Id, typed: Mapping[str, str], act: Act, at: datetime | None = None) -> ev.Measured:
    """Read and store typed measurements; implausible ones are kept and questioned.

    Raises
    ------
    Malformed
        When a value cannot be read, or none was typed; nothing is stored then.
    """
    act.permit(Permission.CHART)
    chart = chart_store.person_chart(person_id)
    readings: dict[str, Reading] = {}
    for field in MEASURED_FIELDS:
        if typed.get(field, "").strip():
            previous = chart.latest(field, act.now)
            readings[field] = read(typed[field], knowledge().plausible[field], previous.value if previous else None)
    if not readings:
        raise Malformed("Enter at least one measurement.")
    if ("systolic" in readings) != ("diastolic" in readings):
        raise Malformed("A blood pressure needs both values: systolic and diastolic.")
    if "weight_kg" in readings and not chart.facts("weight_kg"):
        readings["weight_kg"] = _first_weight(readings, chart, act.now)
    questions = {field: reading.question for field, reading in readings.items() if reading.question}
    values = {field: reading.value for field, reading in readings.items()}
    event = ev.Measured(**values, questions=questions)
    record(person_id, event, act, at)
    return event


def _first_weight(readings: Mapping[str, Reading], chart: PersonChart, now: datetime) -> Reading:
    """Return a first weight with its question, held against the height that was typed with it or before."""
    weight, before = readings["weight_kg"], chart.latest("height_cm", now)
    height = readings["height_cm"].value if "height_cm" in readings else before.value if before else None
    asked = weight.question or question_about_first(weight.value, height, knowledge().plausible["weight_kg"])
    return Reading(value=weight.value, question=asked)


def confirm_value(person_id: Id, entry: int, field: str, remark: str, act: Act) -> None:
    """Confirm a questioned value, so that it may be used."""
    act.permit(Permission.CHART)
    demand_reason(remark, "Write how you know that it is right, such as: weighed again, the same.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        questions = chart_store.person_chart(person_id).open_questions()
        if not any(each.entry == entry and each.field == field for each in questions):
            raise Refused("values", "There is no open question about this value.")
        record(person_id, ev.ValueConfirmed(entry=entry, field=field, remark=remark), act)


def record_pregnancy(person_id: Id, status: ev.Pregnancy, basis: str, act: Act, *, breastfeeding: bool | None) -> None:
    """Record pregnancy status, how it is known, and whether the patient breastfeeds."""
    act.permit(Permission.CHART)
    record(person_id, ev.PregnancyRecorded(status=status, basis=basis, breastfeeding=breastfeeding), act)
