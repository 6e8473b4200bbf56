"""The day on which something was measured or answered elsewhere, as a received resource tells it."""

from datetime import date, datetime, tzinfo

from sereniv.exchange.incoming.resources import Broken, Resource, moment_of, text_of
from sereniv.exchange.tables.values import FIRST_YEAR


def told_day(resource: Resource, element: str, done: str, zone: tzinfo, today: date) -> date:
    """Return the day that an element tells, in the clinic's zone.

    Parameters
    ----------
    done
        What was done on it, for the message: "taken" or "answered".

    Raises
    ------
    Broken
        Where it tells no day, one that cannot have been, or one that has not come yet.
    """
    when, path = text_of(resource, element), f"{resource['resourceType']}.{element}"
    at = moment_of(when, path) if when else None
    if at is None:
        raise Broken(path, f"“{when}” does not say on which day it was {done}.")
    if not FIRST_YEAR <= at.year <= today.year + 1:
        raise Broken(path, f"{at.isoformat()} cannot have been.")
    on = at.astimezone(zone).date() if isinstance(at, datetime) else at
    if on > today:
        raise Broken(path, f"{at.isoformat()} has not come yet.")
    return on
