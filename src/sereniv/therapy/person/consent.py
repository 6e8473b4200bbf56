"""Whether a person's consent holds: signed, not withdrawn since, and in date."""

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
        said = f"Version {self.signed.event.version}, signed by {_signed_by(self.signed)}."
        if self.state is ConsentState.WITHDRAWN and self.withdrawn is not None:
            why = self.withdrawn.event.reason.strip().rstrip(".") or "no reason given"
            return f"Withdrawn {_when(self.withdrawn)}: {why}. {said}"
        if self.state is ConsentState.EXPIRED:
            return f"Expired after {self.holds_through:%d %b %Y}: sign again. {said}"
        return f"{said} Holds through {self.holds_through:%d %b %Y}."


def consent(chart: PersonChart, now: datetime, rule: ConsentRule) -> Consent:
    """Return the consent as it stands; what was said last, signed or withdrawn, counts."""
    signed, withdrawn = chart.last(ConsentRecorded), chart.last(ConsentWithdrawn)
    if signed is None:
        return Consent(state=ConsentState.MISSING, withdrawn=withdrawn)
    last_day = (signed.event.signed_on or signed.at.date()) + timedelta(days=rule.valid_days)
    if taken_back(chart) is not None:
        state = ConsentState.WITHDRAWN
    elif now.date() > last_day:
        state = ConsentState.EXPIRED
    else:
        state = ConsentState.HOLDS
    return Consent(state=state, signed=signed, withdrawn=withdrawn, holds_through=last_day)


def taken_back(chart: PersonChart) -> Recorded[ConsentWithdrawn] | None:
    """Return the withdrawal that no signature has followed, None where none stands."""
    signed, withdrawn = chart.last(ConsentRecorded), chart.last(ConsentWithdrawn)
    return withdrawn if withdrawn is not None and (signed is None or signed.seq < withdrawn.seq) else None


def needs_guardian(signed: ConsentRecorded, registered: Registered, day: date, rule: ConsentRule) -> bool:
    """Say whether somebody too young to consent alone signed without a guardian."""
    return signed.signer is Signer.PATIENT and registered.age_on(day) < rule.patient_signs_from_years


def is_like(signature: str, name: str) -> bool:
    """Say whether a signature shares a word with a name, whatever its order, case or accents."""
    return not _words(signature).isdisjoint(_words(name))


def somebody_twice(consent: ConsentRecorded, patient: str) -> str | None:
    """Say where the patient is named as who decides for them, interprets or witnesses; None where nobody is twice."""
    others = {
        "interprets": consent.interpreter_name,
        "witnesses": consent.witness_name,
        **({"decides for the patient": consent.signer_name} if consent.signer is Signer.GUARDIAN else {}),
    }
    mine = _words(patient)
    found = next((what for what, name in others.items() if _words(name) == mine), None)
    return None if found is None else f"Whoever {found} is somebody else than {patient}. Correct the name."


def _words(name: str) -> set[str]:
    return set(loosened(name).split())


def _signed_by(signed: Recorded[ConsentRecorded]) -> str:
    event = signed.event
    who = f"{event.signer_name} ({event.relation} of the patient)" if event.relation else event.signer_name
    on = f", dated {event.signed_on:%d %b %Y}" if event.signed_on else ""
    with_interpreter = f", interpreted by {event.interpreter_name}" if event.interpreter_name else ""
    return f"{who}{on}{with_interpreter}, {_when(signed)}"


def _when(entry: Recorded[ConsentRecorded] | Recorded[ConsentWithdrawn]) -> str:
    return f"{entry.at:%d %b %H:%M}"
