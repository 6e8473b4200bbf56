"""Who is on duty now, and how each of the staff is told of prompts: what everybody says for themselves."""

import re
from datetime import datetime, timedelta

from sereniv.clinic.accounts.models import Duty, Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.admin.setting_up import keep_change
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.recording.refusal import Malformed, Refused

LONGEST = timedelta(hours=16)
"""Nobody stays on duty by having forgotten to say that they left."""

ADDRESS = re.compile(r"[^@\s<>,]+@[^@\s<>,]+", re.ASCII)


def on_duty(now: datetime) -> frozenset[str]:
    """Return who has said that they are on duty at `now`, by user name."""
    rows = Duty.objects.filter(begins__lte=now, ends__gt=now, staff__is_active=True)
    return frozenset(rows.values_list("staff__username", flat=True))


def until_when(person: Staff, now: datetime) -> datetime | None:
    """Return until when somebody is on duty, None where they are not."""
    row = Duty.objects.filter(staff=person, begins__lte=now, ends__gt=now).order_by("-ends").first()
    return row.ends if row else None


def go_on_duty(until: datetime, act: Act) -> None:
    """Say that one is on duty from now until a moment; what was said before is replaced.

    Raises
    ------
    Malformed
        When the moment is over, or more than sixteen hours away.
    """
    act.permit(Permission.READ_SESSIONS)
    if not act.now < until <= act.now + LONGEST:
        hours = LONGEST // timedelta(hours=1)
        raise Malformed(f"Say until when you are on duty: a time to come, within {hours} hours.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        _end(act)
        Duty.objects.create(staff=act.by, begins=act.now, ends=until)
        keep_change(act, "duty", act.by.username, "began", ("begins", "ends"))


def go_off_duty(act: Act) -> None:
    """Say that one is on duty no longer.

    Raises
    ------
    Refused
        When one was not.
    """
    act.permit(Permission.READ_SESSIONS)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        if not _end(act):
            raise Refused("duty", "You were not on duty.")
        keep_change(act, "duty", act.by.username, "ended", ("ends",))


def _end(act: Act) -> int:
    return Duty.objects.filter(staff=act.by, begins__lte=act.now, ends__gt=act.now).update(ends=act.now)


def set_own_address(address: str, act: Act) -> None:
    """Keep where one is told by mail; an empty address tells by mail no longer.

    Raises
    ------
    Malformed
        When it is no address.
    """
    wanted = address.strip()
    if wanted and not ADDRESS.fullmatch(wanted):
        raise Malformed("Write the address as ada@clinic.example.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        me = Staff.objects.get(pk=act.by.pk)
        if me.email == wanted:
            return
        me.email = wanted
        me.save(update_fields=["email"])
        keep_change(act, "staff", me.username, "changed", ("email",))
