"""What a person agreed to, and that they took it back."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Signer(StrEnum):
    """Who put their name under a consent."""

    PATIENT = "patient"
    GUARDIAN = "guardian"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded:
    """The patient, or who decides for them, signed a version of the consent.

    `relation` says what a guardian is to the patient; `signed_on` is the day beside the signature, None where an older
    form did not ask; `interpreter_name` is "" where nobody interpreted. `works_here` says how somebody whose name is
    that of one who works here decides for the patient; `form` which form that was whose version is none of ours.
    """

    version: str
    signer_name: str
    witness_name: str = ""
    signer: Signer = Signer.PATIENT
    relation: str = ""
    signed_on: date | None = None
    interpreter_name: str = ""
    works_here: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn:
    """The patient took the consent back; no infusion starts until they consent again. `reason` is "" for none given."""

    reason: str


ConsentEvent = ConsentRecorded | ConsentWithdrawn
