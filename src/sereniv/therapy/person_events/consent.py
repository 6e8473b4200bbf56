"""What a person agreed to, and that they took it back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded:
    """The patient signed a version of the consent."""

    version: str
    signer_name: str
    witness_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn:
    """The patient took the consent back; no infusion starts until they consent again. `reason` is "" for none given."""

    reason: str


ConsentEvent = ConsentRecorded | ConsentWithdrawn
