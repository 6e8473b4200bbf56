"""Times as HL7 v2 writes them: 20090813095715.25+0500, as far as they were known, with their zone or without."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

WRITTEN = re.compile(
    r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:\.(\d{1,9}))?)?([+-])?(\d\d)?:?(\d\d)?", re.ASCII
)  # fmt: skip


def moment(text: str, zone: tzinfo, near: datetime) -> datetime | None:
    """Read a time that names at least its minute, in UTC; None where it is none.

    Parameters
    ----------
    text
        As it is written.
    zone
        What a time without an offset is in: the clinic's own.
    near
        Of the two times that a clock shows twice when summer time ends, the one nearer to this is meant.
    """
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, sign, ahead_h, ahead_min = found.groups()
    if (sign is None) != (ahead_h is None):
        return None
    try:
        stood = datetime(  # noqa: DTZ001  its zone is found below
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0), _microseconds(fraction)
        )
        if sign is None:
            return _of_the_clinic(stood, zone, near)
        ahead = timedelta(hours=int(ahead_h), minutes=int(ahead_min or 0))
        return stood.replace(tzinfo=timezone(ahead if sign == "+" else -ahead)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _microseconds(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


def _of_the_clinic(stood: datetime, zone: tzinfo, near: datetime) -> datetime:
    """Return a time of the clinic's own clocks."""
    meant = [stood.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return min(meant, key=lambda each: abs(each - near))
