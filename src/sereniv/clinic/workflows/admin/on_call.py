"""Whom to call: the roster of who is on call, by role, and who that is now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import OnCall
from sereniv.clinic.workflows.admin.setting_up import demand_number, demand_still_permitted, keep_change
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import clinic_details
from sereniv.knowledge import knowledge
from sereniv.therapy.recording.refusal import Malformed, Refused

LONGEST_SHIFT = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Somebody who can be called in a role, from when until when; without times, whenever nobody else is."""

    role: str
    name: str
    phone: str
    begins: datetime | None = None
    ends: datetime | None = None


def roles_on_call() -> tuple[str, ...]:
    """Return the roles that can be called: those that the ladder of the suicide item names."""
    rule = knowledge().suicide_item
    return tuple(dict.fromkeys((rule.first_otherwise, *rule.ladder)))


def roster(now: datetime) -> tuple[OnCall, ...]:
    """Return who is or will be on call; shifts that are over, and those taken off, are left out."""
    rows = OnCall.objects.filter(taken_off_at=None).exclude(ends__lte=now)
    order = {role: number for number, role in enumerate(roles_on_call())}
    return tuple(sorted(rows, key=lambda row: (order.get(row.role, len(order)), row.begins or now, row.pk)))


def on_call_now(now: datetime) -> tuple[OnCall, ...]:
    """Return who is to be called now: for each role whose shift it is, else who always stands for it."""
    found: dict[str, list[OnCall]] = {}
    for row in roster(now):
        found.setdefault(row.role, []).append(row)
    return tuple(each for rows in found.values() for each in _now(rows, now))


def _now(rows: list[OnCall], now: datetime) -> list[OnCall]:
    dated = [row for row in rows if row.begins is not None and row.begins <= now]
    return dated or [row for row in rows if row.begins is None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Whom a patient calls while the clinic is closed: in what role, never by name, and under which number."""

    role: str
    phone: str


def called_when_closed(now: datetime) -> Called | None:
    """Return whom to call at a moment when the clinic is closed: by the roster, else the clinic's standing number."""
    first = knowledge().suicide_item.first_otherwise
    on_duty = next((row for row in on_call_now(now) if row.role == first), None)
    if on_duty is not None:
        return Called(role=on_duty.role, phone=on_duty.phone)
    standing = clinic_details().on_call_phone
    return Called(role=first, phone=standing) if standing else None


def put_on_call(shift: Shift, act: Act) -> None:
    """Put somebody on the roster.

    Raises
    ------
    Malformed
        When name or number is missing, the role is none that is called, or the times are no shift to come.
    """
    act.permit(Permission.MANAGE_HOME)
    _demand_shift(shift, act.now)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        row = OnCall.objects.create(
            role=shift.role, name=shift.name.strip(), phone=shift.phone.strip(), begins=shift.begins, ends=shift.ends
        )
        keep_change(act, "on_call", str(row.pk), "added", ("role", "name", "phone", "begins", "ends"))


def _demand_shift(shift: Shift, now: datetime) -> None:
    if shift.role not in roles_on_call():
        raise Malformed("Choose a role from the list.")
    if not shift.name.strip() or not shift.phone.strip():
        raise Malformed("Write who is called, and under which number.")
    demand_number(shift.phone, "number")
    if (shift.begins is None) != (shift.ends is None):
        raise Malformed(
            "Enter both when the shift begins and when it ends, or neither for somebody who is on call whenever nobody "
            "else is."
        )
    if shift.begins is not None and shift.ends is not None:
        if not shift.begins < shift.ends <= shift.begins + LONGEST_SHIFT:
            raise Malformed(f"A shift ends after it begins, within {LONGEST_SHIFT.days} days.")
        if shift.ends <= now:
            raise Malformed("This shift is over already.")


def take_off_call(shift_id: int, act: Act) -> None:
    """Take somebody off the roster; the row stays, with when it was taken off."""
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        row = OnCall.objects.filter(pk=shift_id).first()
        if row is None or row.taken_off_at is not None:
            raise Refused("on call", "This shift was taken off the roster already.")
        row.taken_off_at = act.now
        row.save()
        keep_change(act, "on_call", str(row.pk), "taken off", ("taken_off_at",))
