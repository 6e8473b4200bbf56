"""What somebody found about thoughts of suicide, asked in person, at the chair or by telephone."""

from enum import StrEnum


class Suicidality(StrEnum):
    """What was found when somebody was asked about suicide; not asked is never the same as none."""

    NOT_ASKED = "not asked"
    NONE = "none"
    NO_WORSE = "present, not worse"
    WORSE = "new or worse"
