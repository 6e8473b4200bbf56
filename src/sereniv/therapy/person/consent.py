"""Whether a person's consent holds: signed, not withdrawn since, and in date."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sereniv.knowledge.rows import ConsentRule
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.person.events import ConsentRecorded, ConsentWithdrawn, Signer
from sereniv.therapy.person.names import loosened
from sereniv.therapy.recording.entry import Recorded


class ConsentState(StrEnum):
    """Where a consent stands."""

    MISSING = "missing"
    HOLDS = "holds"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The consent as it stands; `holds_through` is the last day on which the signature holds."""

    state: ConsentState
    signed: Recorded[ConsentRecorded] | None = None
    withdrawn: Recorded[ConsentWithdrawn] | None = None
    holds_through: date | None = None

    def words(self) -> str:
        """Say where it stands in one sentence."""
        if self.signed is None:
            return "No consent is recorded."
        form = self.signed.event.form.strip().rstrip(".")
        which = f"{self.signed.event.version}{f' ({form})' if form else ''}"
        said = f"Version {which}, signed by {_signed_by(self.signed)}."
        if self.state is ConsentState.WITHDRAWN and self.withdrawn is not None:
            why = self.withdrawn.event.reason.strip().rstrip(".") or "no reason given"
            return f"Withdrawn {_when(self.withdrawn)}: {why}. {said}"
        if self.state is ConsentState.EXPIRED:
            return f"Expired after {self.holds_through:%d %b %Y}: sign again. {said}"
        return f"{said} Holds through {self.holds_through:%d %b %Y}."


def consent(chart: PersonChart, now: datetime, rule: ConsentRule) -> Consent:
    """Return the consent as it stands; what was said last, signed or withdrawn, counts."""
    signed, withdrawn = given_last(chart), chart.last(ConsentWithdrawn)
    if signed is None:
        return Consent(state=ConsentState.MISSING, withdrawn=withdrawn)
    last_day = given_at(signed).date() + timedelta(days=rule.valid_days)
    if taken_back(chart) is not None:
        state = ConsentState.WITHDRAWN
    elif now.date() > last_day:
        state = ConsentState.EXPIRED
    else:
        state = ConsentState.HOLDS
    return Consent(state=state, signed=signed, withdrawn=withdrawn, holds_through=last_day)


def taken_back(chart: PersonChart) -> Recorded[ConsentWithdrawn] | None:
    """Return the withdrawal that no signature has followed, None where none stands."""
    signed, withdrawn = given_last(chart), chart.last(ConsentWithdrawn)
    if withdrawn is None or (signed is not None and (given_at(signed), signed.seq) > (withdrawn.at, withdrawn.seq)):
        return None
    return withdrawn


def given_last(chart: PersonChart) -> Recorded[ConsentRecorded] | None:
    """Return the consent that was signed last, whenever its paper was recorded; None where there is none."""
    return max(chart.consents, key=lambda each: (given_at(each), each.seq), default=None)


def given_at(signed: Recorded[ConsentRecorded]) -> datetime:
    """Return from when on a consent was given: of a paper recorded on a later day, from when that day began.

    Nobody knows the hour beside a signature: what was taken back on its day stays taken back.
    """
    day = signed.event.signed_on
    if day is None or day >= signed.at.date():
        return signed.at
    return signed.at.replace(year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0)


def needs_guardian(signed: ConsentRecorded, registered: Registered, day: date, rule: ConsentRule) -> bool:
    """Say whether somebody too young to consent alone signed without a guardian."""
    return signed.signer is Signer.PATIENT and registered.age_on(day) < rule.patient_signs_from_years


def version_printed(typed: str, printed: Sequence[str]) -> str | None:
    """Return the version that somebody read off the foot of a form, as it was printed; None where none was."""
    as_typed = unicodedata.normalize("NFKC", typed).strip().lower()
    read = as_typed.removeprefix("consent").strip().removeprefix("version").strip(" .:")
    return next((each for each in printed if each == read), None)


def is_like(signature: str, name: str) -> bool:
    """Say whether a signature shares a word with a name, whatever its order, case or accents."""
    return not _words(signature).isdisjoint(_words(name))


def somebody_twice(consent: ConsentRecorded, patient: str) -> str | None:
    """Say where somebody stands under a consent twice: the patient, or whoever signed as its witness; else None."""
    others = {
        "interprets": consent.interpreter_name,
        "witnesses": consent.witness_name,
        **({"decides for the patient": consent.signer_name} if consent.signer is Signer.GUARDIAN else {}),
    }
    mine = _words(patient)
    found = next((what for what, name in others.items() if _words(name) == mine), None)
    if found is not None:
        return f"Whoever {found} is somebody else than {patient}. Correct the name."
    if _words(consent.witness_name) and _words(consent.witness_name) == _words(consent.signer_name):
        return f"Whoever witnesses is somebody else than {consent.signer_name}, who signed. Correct the name."
    return None


def _words(name: str) -> set[str]:
    return set(loosened(name).split())


def _signed_by(signed: Recorded[ConsentRecorded]) -> str:
    event = signed.event
    who = f"{event.signer_name} ({event.relation} of the patient)" if event.relation else event.signer_name
    on = f", dated {event.signed_on:%d %b %Y}" if event.signed_on else ""
    with_interpreter = f", interpreted by {event.interpreter_name}" if event.interpreter_name else ""
    colleague = f", who may work here: {event.works_here.rstrip('.')}" if event.works_here else ""
    return f"{who}{colleague}{on}{with_interpreter}, {_when(signed)}"


def _when(entry: Recorded[ConsentRecorded] | Recorded[ConsentWithdrawn]) -> str:
    return f"{entry.at:%d %b %H:%M}"
