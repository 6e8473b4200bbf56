"""What stands in the chain of what monitors sent: its digests, for how long it is kept, and what was let go."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDigest:
    """How many samples came to one session, and the SHA-256 of them in their order (`verify_samples`)."""

    session: str
    samples: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplesDigested:
    """What monitors sent since the last such entry: samples after one number up to another, a digest a session."""

    after: int
    upto: int
    sessions: tuple[SessionDigest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplesKept:
    """Medical director and administrator signed for how many years samples are kept at least; None: for ever again."""

    years: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplesLetGo:
    """The two let go the samples of these sessions, all from before a day.

    Of each how many all its digests name, and the SHA-256 over these in their order (`verify_samples.proof_of`).
    """

    before: date
    sessions: tuple[SessionDigest, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplesGone:
    """The samples of one session were read once more, were all there as digested, and are there no more.

    `let_go` is the entry by which. Number and proof are worked out from the samples themselves.
    """

    let_go: int
    session: str
    samples: int
    sha256: str


SampleEvent = SamplesDigested | SamplesKept | SamplesLetGo | SamplesGone
