"""What a person agreed to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded:
    """The patient signed a version of the consent."""

    version: str
    signer_name: str
    witness_name: str = ""


ConsentEvent = ConsentRecorded
