"""A person was asked to answer questionnaires on their own phone, or that was taken back."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionnaireInvited:
    """A link was made for a person, with which they may answer these scales until a moment."""

    invitation: str
    scales: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationWithdrawn:
    """A link no longer works from now on."""

    invitation: str


InvitationEvent = QuestionnaireInvited | InvitationWithdrawn
