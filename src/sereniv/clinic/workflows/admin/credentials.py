"""How somebody comes in: first codes, lost factors, and one's own password and PIN.

An administrator never sets a password or a PIN that lasts: it signs, so only its owner may know it.
"""

import re

from sereniv.clinic.accounts import places
from sereniv.clinic.accounts.chairside import forget_devices, sign_out_everywhere
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import SignInAudited
from sereniv.clinic.workflows.admin.new_accounts import first_code_ends, now_new
from sereniv.clinic.workflows.admin.setting_up import keep_change, keep_staff, set_password, somebody, somebody_else
from sereniv.clinic.workflows.admin.sign_in_service import end_link_of
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.notices import note_for
from sereniv.therapy.recording.refusal import Malformed, Refused

PIN_SHAPE = re.compile(r"[0-9]{4,8}")


def give_new_password(staff_id: int, password: str, act: Act) -> None:
    """Give somebody who lost their password a first code; they are signed out everywhere, their second factor stays."""
    act.permit(Permission.MANAGE_HOME)
    hashed = somebody(staff_id)
    set_password(hashed, password)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person = somebody_else(staff_id, act)
        person.password = hashed.password
        person.first_until = first_code_ends(act)
        now_new(person, act)
        person.save()
        sign_out_everywhere(person)
        keep_staff(person, act, "changed", ("password",))
        end_link_of(person.username, act)


def clear_pin(staff_id: int, act: Act) -> None:
    """Take somebody's PIN away. An administrator never sets one: a PIN signs, so only its owner may know it."""
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person = somebody(staff_id)
        if not person.pin_hash:
            raise Refused("staff", f"{person} has no PIN.")
        person.pin_hash = ""
        person.save()
        keep_change(act, "staff", person.username, "changed", ("pin",))


def clear_second_factor(staff_id: int, act: Act) -> None:
    """Take a lost second factor away, by two people: its owner sets up another when they next sign in.

    Raises
    ------
    Refused
        When it is the actor's own, there is none, or nobody who may vouch for the owner signs, too.
    """
    from allauth.mfa.models import Authenticator

    act.permit(Permission.MANAGE_HOME)
    act.second_person(TwoPersonAct.FACTOR_CLEARED, "staff")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person = somebody_else(staff_id, act)
        if not Authenticator.objects.filter(user=person).exists():
            raise Refused("staff", f"{person} has no second factor.")
        Authenticator.objects.filter(user=person).delete()
        now_new(person, act)
        person.save()
        sign_out_everywhere(person)
        keep_staff(person, act, "changed", ("second factor",))
        end_link_of(person.username, act)


def set_own_pin(pin: str, act: Act) -> None:
    """Set one's own PIN, or clear it with an empty one; the page has asked for the password before."""
    if pin and not PIN_SHAPE.fullmatch(pin):
        raise Malformed("A PIN is four to eight digits.")
    if pin and (len(set(pin)) == 1 or pin in "01234567890" or pin in "09876543210"):
        raise Malformed("This PIN is guessed first. Choose one that is no row and no repetition.")
    hashed = Staff()
    if pin:
        hashed.set_pin(pin)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person = _active_self(act)
        person.pin_hash = hashed.pin_hash
        person.save()
        keep_change(act, "staff", person.username, "changed", ("pin",))


def set_own_password(password: str, act: Act) -> Staff:
    """Set one's own password; every session of the person ends, no device knows them, and they are returned."""
    hashed = Staff(username=act.by.username, full_name=act.by.full_name)
    set_password(hashed, password)
    with chart_store.in_turn():
        person = _active_self(act)
        if chart_store.written_before(act.key, act.by.username):
            return person
        person.password = hashed.password
        person.save()
        forget_devices(person)
        keep_change(act, "staff", person.username, "changed", ("password",))
    return person


def end_own_sessions(marks: set[str], here: str, act: Act) -> int:
    """Sign oneself out elsewhere, by the marks of the places, and end the PIN there; returns in how many.

    The device `here`, by its id, goes on taking the PIN. The audit keeps each.

    Raises
    ------
    Refused
        When none of them holds any more.
    """
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return 0
        return _keep_ended(act.by, places.end(_active_self(act), marks, here), "from elsewhere", act)


def end_sessions_of(staff_id: int, marks: set[str], act: Act) -> int:
    """Sign somebody out, by the marks of their places; returns in how many. The audit keeps each; they are told.

    What they do not do themselves: a tablet that is lost, or somebody who cannot be reached. Their PIN is not taken
    there any more, until they sign in there anew.

    Raises
    ------
    Refused
        When none of them holds any more.
    """
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return 0
        person = somebody_else(staff_id, act)
        count = _keep_ended(person, places.end(person, marks), "by an administrator", act)
        note_for(person, "You were signed out", act.now, act.by.full_name)
    return count


def _keep_ended(person: Staff, ended: list[places.Ended], how: str, act: Act) -> int:
    """Keep in the audit what was ended; returns on how many devices, and raises Refused where nothing was."""
    if not ended:
        raise Refused("sessions", "That sign-in has ended already.")
    said = {True: f"signed out {how}", False: f"PIN ended on a device {how}"}
    events = [SignInAudited(staff=person.username, act=said[e.was_signed_in], device=e.device) for e in ended]
    chart_store.append([New(stream="audit", event=each, at=act.now) for each in events], act.writing())
    return len({each.device for each in ended})


def _active_self(act: Act) -> Staff:
    person = somebody(act.by.pk)
    if not person.is_active:
        raise Refused("staff", "Your access has ended.")
    return person
