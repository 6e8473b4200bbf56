"""Documents as somebody asks for them: charts read, the clinic's details and time zone put beside them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id, Person, SessionRow
from sereniv.clinic.records.queries import open_sessions
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.clinic.workflows.chair import care, letting_go, notes
from sereniv.clinic.workflows.chair.monitor_curves import signals_of
from sereniv.clinic.workflows.course.treatment import Treatment, treatment_of
from sereniv.clinic.workflows.orders.order_state import used_orders
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.opening_hours import hours_in_words
from sereniv.clinic.workflows.shell.this_clinic import clinic_details, served_home, state
from sereniv.clinic.workflows.stock import vial_use
from sereniv.therapy.candidacy import signed_over
from sereniv.therapy.chair.emergency import in_all_told, one_by_one_told, person_told
from sereniv.therapy.documents.ambulance import Given, for_the_ambulance
from sereniv.therapy.documents.consent import consent_form
from sereniv.therapy.documents.departure import discharge_instructions
from sereniv.therapy.documents.drug_record import drug_record, told
from sereniv.therapy.documents.model import Document
from sereniv.therapy.documents.note_text import addenda
from sereniv.therapy.documents.plan import treatment_plan
from sereniv.therapy.documents.running import hand_over
from sereniv.therapy.documents.session_note import infusion_note
from sereniv.therapy.documents.setting import Clinic, Patient, Setting
from sereniv.therapy.documents.summary import course_summary
from sereniv.therapy.documents.vial import vial_ledger
from sereniv.therapy.followup import response
from sereniv.therapy.followup.assessments import MOOD
from sereniv.therapy.person.referrer import addressee
from sereniv.therapy.recording.entry import Recorded, Unread
from sereniv.therapy.scheduling.calendar import appointments
from sereniv.therapy.session.chart import SessionChart

CONSENT = "consent"
"""The one paper about a person that tells of no part of their record but who they are and what they sign."""

AMBULANCE = "ambulance"
"""The sheet that whoever is at an emergency may print, whatever else they read."""

PERSON_TITLES = {
    "plan": "Treatment plan",
    CONSENT: "Consent form to sign",
    "summary": "Course summary for the referrer",
}
SESSION_TITLES = {
    "note": "Infusion note",
    "discharge": "Discharge instructions",
    "hand-over": "Hand-over sheet",
    AMBULANCE: "Sheet for the ambulance",
}


def addressee_of(person_id: Id, which: str) -> tuple[str, ...]:
    """Return the lines of whom a document goes to where nobody wrote another: the summary is the referrer's."""
    return addressee(chart_store.person_chart(person_id)) if which == "summary" else ()


def of_person(person: Person, which: str, now: datetime, to: tuple[str, ...] = ()) -> Document | None:
    """Write one document about a person, addressed to `to`; None when there is none of this name."""
    make = _PERSON.get(which)
    if make is None:
        return None
    missing = [*chart_store.person_chart(person.pk).unread]
    missing += [] if which == CONSENT else [each for chart in _charts(person) for each in chart.unread]
    setting = replace(setting_at(now), to=to)
    return _saying(make(person, setting), missing, setting)


def of_session(
    row: SessionRow, chart: SessionChart, which: str, now: datetime, to: tuple[str, ...] = ()
) -> Document | None:
    """Write one document about a session, addressed to `to`; None when there is none of this name."""
    make = _SESSION.get(which)
    if make is None or chart.opened is None:
        return None
    setting = replace(setting_at(now, row.label), to=to)
    return _saying(make(row, chart, setting), chart.unread, setting)


def _saying(document: Document, unread: Sequence[Recorded[Unread]], setting: Setting) -> Document:
    """Say on top of a document what it may lack."""
    return replace(document, lead=(*setting.unread(unread), *document.lead))


def hand_over_of_all(now: datetime) -> tuple[Document, ...]:
    """Write the hand-over sheet of every open chair, in the order of the chairs."""
    found = (hand_over_of(row, now) for row in open_sessions())
    return tuple(each for each in found if each is not None)


def hand_over_of(row: SessionRow, now: datetime) -> Document | None:
    """Write the hand-over sheet of one chair; None where nothing was opened there."""
    return of_session(row, chart_store.session_chart_of(row.pk), "hand-over", now)


def of_vial(vial_id: Id, now: datetime) -> Document | None:
    """Write the ledger of a vial; None when there is no such vial."""
    setting, vial = setting_at(now), chart_store.vial(vial_id)
    if not vial.entries:
        return None
    patients = {session: each.words(setting) for session, each in vial_use.drawn_for(vial.entries).items()}
    return vial_ledger(setting, vial, patients)


def of_drug(first: date, last: date, now: datetime) -> Document:
    """Write the controlled drug's record from the first to the last of some days."""
    setting = setting_at(now)
    vials = vial_use.vials_between(first, last)
    entries = (each for each, _ in told(setting, vials, first, last))
    patients = {session: each.words(setting) for session, each in vial_use.drawn_for(entries).items()}
    return drug_record(setting, vials, first, last, patients)


def setting_at(now: datetime, label: str = "") -> Setting:
    """Return what every document needs; what is not a live home's says so on every page."""
    details, names = clinic_details(), dict(Staff.objects.values_list("username", "full_name"))
    zone = ZoneInfo(served_home().timezone)
    unreal = "" if state() == "live" else f"{state()}: not a real patient"
    return Setting(
        clinic=Clinic(
            name=details.name,
            phone=details.phone,
            on_call_phone=details.on_call_phone,
            help_number=details.help_number,
            opening_hours="; ".join(hours_in_words(details, now.astimezone(zone).date())),
            address=details.address,
            crisis_words=details.crisis_words,
            crisis_number=details.crisis_number,
        ),
        now=now,
        zone=zone,
        knowledge=rules_in_force(now),
        name_of=lambda username: names.get(username, username),
        label=" · ".join(part for part in (unreal, label) if part),
    )


def patient_of(person: Person) -> Patient:
    """Return who a document is about."""
    return Patient(name=str(person), born=person.born)


def _charts(person: Person) -> tuple[SessionChart, ...]:
    """Return a person's sessions, oldest first."""
    return tuple(chart for _, chart in sessions_of(person.pk))


def _plan(person: Person, setting: Setting) -> Document:
    stands = treatment_of(person.pk, setting.now)
    indication = stands.indication or person.indication
    used = used_orders(person.pk)
    return treatment_plan(setting, patient_of(person), stands.chart, indication, stands.course, _changes(stands), used)


def _changes(stands: Treatment) -> list[str]:
    """Say how every scale that has a baseline changed since before the present course."""
    course = stands.course
    if course is None:
        return []
    rules = rules_in_force(stands.now)
    treated = rules.indications.get(course.indication)
    found = [response.change(stands.chart, scale, course.first, stands.now, treated) for scale in rules.scales.values()]
    return [response.words(each) for each in found if each is not None and each.scale.id != MOOD]


def _consent(person: Person, setting: Setting) -> Document:
    return consent_form(setting, patient_of(person))


def _summary(person: Person, setting: Setting) -> Document:
    stands = treatment_of(person.pk, setting.now)
    return course_summary(
        setting,
        patient_of(person),
        stands.chart,
        stands.indication or person.indication,
        _charts(person),
        _changes(stands),
        stands.courses,
    )


def _note(row: SessionRow, chart: SessionChart, setting: Setting) -> Document:
    subject = notes.subject_of(chart)
    record = chart_store.person_chart(row.person_id)
    sections, later = notes.note_of(chart), addenda(chart, subject)
    monitor, let_go = signals_of(row.pk, chart), letting_go.words_of(row.pk)
    return infusion_note(setting, patient_of(row.person), chart, record, sections, later, monitor, let_go)


def _discharge(row: SessionRow, chart: SessionChart, setting: Setting) -> Document:
    coming = [
        each.starts_at
        for each in appointments(chart_store.person_chart(row.person_id))
        if each.state == "booked" and each.starts_at > max(setting.now, chart.stopped_at or setting.now)
    ]
    return discharge_instructions(setting, patient_of(row.person), chart, min(coming, default=None))


def _hand_over(row: SessionRow, chart: SessionChart, setting: Setting) -> Document:
    record = chart_store.person_chart(row.person_id)
    over = signed_over.of_session(chart, record, row.person.registered, setting.knowledge, setting.now)
    return hand_over(setting, patient_of(row.person), chart, record, over)


def _ambulance(row: SessionRow, chart: SessionChart, setting: Setting) -> Document:
    here = care.situation(row.pk, setting.now)
    who = tuple((each.title, each.words) for each in person_told(here, setting.clock))
    in_all = tuple((each.title, each.words) for each in in_all_told(here, setting.clock))
    one_by_one = tuple((each.title, each.words) for each in one_by_one_told(here, setting.clock))
    return for_the_ambulance(setting, patient_of(row.person), chart, who, Given(in_all=in_all, one_by_one=one_by_one))


_PERSON: dict[str, Callable[[Person, Setting], Document]] = {"plan": _plan, CONSENT: _consent, "summary": _summary}
_SESSION: dict[str, Callable[[SessionRow, SessionChart, Setting], Document]] = {
    "note": _note,
    "discharge": _discharge,
    "hand-over": _hand_over,
    AMBULANCE: _ambulance,
}
