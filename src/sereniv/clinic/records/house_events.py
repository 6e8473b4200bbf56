"""What happens to the house itself: its states, and what was changed or looked at by whom."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sereniv.clinic.records.file_events import FileEvent
from sereniv.clinic.records.sample_events import SampleEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFounded:
    """The home was made; `home` is the digest of the key that signs its checkpoints, "" where none was written yet."""

    kind: str
    knowledge_version: str
    home: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WentLive:
    """Commissioning ended: medical director and administrator signed these rules. There is no way back."""

    knowledge_version: str
    medical_director: str
    administrator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePredictionSwitched:
    """The medical director turned the predicted curve on the live page on or off."""

    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardSigned:
    """The medical director signed which strengths are stocked, the one bag concentration, and the pump's increment."""

    stocked_mg_per_ml: tuple[Decimal, ...]
    concentration_mg_per_ml: Decimal
    rate_increment_ml_per_h: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRuleSigned:
    """The medical director and a second person signed the clinic's own number for one threshold, from a day on.

    No `value` means the packaged number again. `packaged` and its version say what stood there when it was signed.
    """

    threshold: str
    value: Decimal | None
    packaged: Decimal
    packaged_version: str
    effective_from: date
    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadsErased:
    """The law asked to erase what these entries say: their envelopes and hashes stay, and the chain with them."""

    stream: str
    entries: tuple[int, ...]
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureAnnounced:
    """Two people said what they will erase by law, and not before when; no `entries` means somebody as a whole."""

    stream: str
    entries: tuple[int, ...]
    basis: str
    not_before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureStopped:
    """An announced erasure, by its entry, was stopped."""

    announced: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAccepted:
    """A ledger that did not fit this home's checkpoints was accepted by whoever holds the home, in their words."""

    reason: str
    doubt: str
    expected_seq: int
    expected_hash: str
    found_seq: int
    found_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeRestored:
    """The home was brought back from a backup: what came after `to_seq` in the home of then is not here."""

    backup_made_at: datetime
    program: str
    to_seq: int
    to_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsExported:
    """Everything up to an entry was written to a file, with this SHA-256; `sealed` where it opens with a key alone."""

    to_seq: int
    to_hash: str
    sha256: str
    sealed: bool
    with_papers: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChanged:
    """A row of an ordinary table was added or changed; values stay in the table, names of fields here."""

    table: str
    row: str
    change: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEntered:
    """How somebody who works here stands after a change, or as found when this began to be kept; no secret is in it."""

    username: str
    full_name: str
    roles: tuple[str, ...]
    is_active: bool
    co_signs_orders: bool
    let_in_by: str
    new_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityEntered:
    """How somebody stands in the register after a change, or as found when this began to be kept."""

    family_name: str
    given_names: str
    born: date
    sex_at_birth: str
    phone: str
    address: str
    indication: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """One person's looks at one thing within a batch.

    `showed` names the people whom a list showed beside whomever its address is about; `times` is 0 where a list that
    stood open came to show them by itself.
    """

    staff: str
    page: str
    subject: str
    first: str
    last: str
    times: int
    showed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewsAudited:
    """A batch of view episodes."""

    views: tuple[Viewing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAudited:
    """Somebody signed in, switched, failed to, or signed out, on a device."""

    staff: str
    act: str
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalAudited:
    """Somebody asked for a page or an act that their roles do not allow."""

    staff: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppEntered:
    """How an app stands after a change: by what name it is let in, its public keys, and what it may read.

    `keys` are public keys as JSON Web Keys, `issuer` is how the app names itself in what it signs for CDS Hooks where
    that is not its id. An app that is not active is let in no more.
    """

    app: str
    name: str
    issuer: str
    keys: tuple[str, ...]
    scopes: tuple[str, ...]
    is_active: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInServiceEntered:
    """How the service of another house stands by which staff may sign in; its secret is kept apart, sealed.

    `shows_second_factor` is the clinic's word that the service asks everybody for one. One that is not active lets
    nobody in.
    """

    name: str
    issuer: str
    client_id: str
    shows_second_factor: bool
    is_active: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLinked:
    """Somebody linked themselves to who they are at a service, or that ended; `mark` stands for who that is.

    `reason` is an administrator's who ended it, "" where its owner did or their way in was in doubt.
    """

    staff: str
    issuer: str
    mark: str
    is_active: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CareTeamEntered:
    """How a care team stands after a change: its name, and who works in it by user name; one that ended has nobody."""

    team: str
    name: str
    members: tuple[str, ...]
    is_active: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChanged:
    """A key of the home was changed, by whoever holds it; from the marks no key can be read."""

    key: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppTokenGiven:
    """An app showed that it holds its key, and was given a token for these scopes until a moment."""

    app: str
    scopes: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAnswered:
    """What became of one card, as the record says to which it was sent: taken, or overridden and why."""

    app: str
    service: str
    card: str
    outcome: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEntered:
    """How a device that may send stands after a change: how it is known at the door; no secret is in it."""

    name: str
    kind: str
    sender: str
    source: str
    certificate: str
    has_token: bool
    interval_s: int
    signals: tuple[str, ...]
    clock_ahead_s: int | None
    is_revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceDataRefused:
    """What a device had sent and waited for somebody was found to be nobody's here: from one message up to another."""

    device: str
    messages: int
    first: datetime
    last: datetime
    reason: str


HouseEvent = (
    HomeFounded
    | WentLive
    | LivePredictionSwitched
    | StandardSigned
    | OwnRuleSigned
    | PayloadsErased
    | ErasureAnnounced
    | ErasureStopped
    | LedgerAccepted
    | HomeRestored
    | RecordsExported
    | FileEvent
    | TableChanged
    | StaffEntered
    | IdentityEntered
    | ViewsAudited
    | SignInAudited
    | RefusalAudited
    | AppEntered
    | SignInServiceEntered
    | SignInLinked
    | CareTeamEntered
    | KeyChanged
    | AppTokenGiven
    | CardAnswered
    | SampleEvent
    | DeviceEntered
    | DeviceDataRefused
)
