"""Who sent a person to the clinic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferrerRecorded:
    """Who referred a person, and how letters reach them; without a name and a place, the person came by themselves."""

    name: str
    place: str = ""
    phone: str = ""
    address: str = ""


ReferralEvent = ReferrerRecorded
