"""From the last milligram to the signed note: the drug accounted for, recovery, departure."""

from dataclasses import dataclass
from decimal import Decimal

from sereniv.therapy.session.events.incidents import Departure


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugReconciled:
    """What was given and what was wasted, with a witness; a difference from what was drawn stands as charted.

    `corrects` names an earlier account that was wrong, `reason` how: it stays legible and no longer counts.
    """

    given_mg: Decimal
    wasted_mg: Decimal
    method: str
    difference_mg: Decimal
    explanation: str = ""
    corrects: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryScored:
    """The recovery grid at one moment. Aldrete items are 0 to 2 each."""

    activity: int
    respiration: int
    circulation: int
    consciousness: int
    oxygen: int
    moaas: int
    dissociation: int
    nausea: int
    oriented: bool
    walks_unaided: bool
    suicidality_asked_not_worse: bool
    iv_removed: bool
    escort_present: str

    @property
    def aldrete(self) -> int:
        """The modified Aldrete total, 0 to 10."""
        return self.activity + self.respiration + self.circulation + self.consciousness + self.oxygen


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharged:
    """The patient left; `exception` is the prescriber's reason where the criteria in `not_holding` did not hold.

    `identity_checked` says that whoever took the patient home was asked who they are. Against advice and without an
    escort are ways of their own: `told` says what was explained, and which prescriber was told.
    """

    handed_to: str
    advice_given: bool
    exception: str = ""
    not_holding: tuple[str, ...] = ()
    identity_checked: bool = False
    way: Departure = Departure.AS_PLANNED
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSigned:
    """The note was signed: its text as it was read, its hash, and the ledger's head then, printed on it."""

    text: str
    note_sha256: str
    head_seq: int
    head_hash: str
