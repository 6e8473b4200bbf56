"""The service of another house by which staff may sign in: set by two, ended by one, and linked by each for themselves.

How it stands is the newest entry of its stream, and how somebody is linked the newest of theirs: nobody comes in by a
row of a table. Its secret alone is none of the ledger's, and lies sealed in a table.
"""

import hashlib
from dataclasses import dataclass, replace

from sereniv.clinic.accounts.keys import opened_service_secret, sealed_service_secret
from sereniv.clinic.accounts.models import ServiceSecret, Staff
from sereniv.clinic.accounts.openid import is_asked
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.accounts.staff import named
from sereniv.clinic.records import chart_store, reading
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import SignInLinked, SignInServiceEntered
from sereniv.clinic.records.models import Entry
from sereniv.clinic.workflows.admin.setting_up import demand_still_permitted, somebody, somebody_else
from sereniv.clinic.workflows.shell.acting import Act, new_key
from sereniv.clinic.workflows.shell.notices import note_for
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

STREAM = "sign-in-service"
LONGEST_NAME, LONGEST_ADDRESS = 60, 300
WHY_IN = "Write whose service it is, and why staff sign in by it."
WHY = "Write why."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of a service that is to be taken: no `secret` leaves the one that is kept."""

    name: str
    issuer: str
    client_id: str
    secret: str
    shows_second_factor: bool
    reason: str


def service() -> SignInServiceEntered | None:
    """Return the service by which staff may sign in, None where there is none, or its newest entry does not read."""
    newest = Entry.objects.filter(stream=STREAM, payload__isnull=False).order_by("-stream_seq").first()
    event = reading.as_it_reads(newest).event if newest is not None else None
    return event if isinstance(event, SignInServiceEntered) and event.is_active else None


def secret_of(found: SignInServiceEntered) -> str:
    """Return what this clinic shows the service, "" where none is kept for it."""
    kept = ServiceSecret.objects.filter(issuer=found.issuer).first()
    return opened_service_secret(kept.sealed) if kept is not None else ""


def set_service(wanted: Wanted, act: Act) -> None:
    """Take a service, or say anew how it stands, by two. Links to another issuer let nobody in from then on.

    Raises
    ------
    Malformed
        When the name, address, client or reason is none, or a new service has no secret.
    Refused
        When nobody who may vouch signs, too.
    """
    act.permit(Permission.MANAGE_HOME)
    event = _read(wanted)
    act.second_person(TwoPersonAct.SERVICE_TAKEN, "sign-in service")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        before = service()
        is_other = before is None or (before.issuer, before.client_id) != (event.issuer, event.client_id)
        if is_other and not wanted.secret:
            raise Malformed("Enter the secret that the service gave this clinic.")
        if wanted.secret:
            ServiceSecret.objects.exclude(issuer=event.issuer).delete()
            sealed = {"sealed": sealed_service_secret(wanted.secret)}
            ServiceSecret.objects.update_or_create(issuer=event.issuer, defaults=sealed)
        _keep(STREAM, event, act)


def end_service(reason: str, act: Act) -> None:
    """Let nobody in by the service any more; one is enough, for it must be quick."""
    act.permit(Permission.MANAGE_HOME)
    reason = demand_reason(reason, WHY)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        before = service()
        if before is None:
            raise Refused("sign-in service", "Nobody signs in by another house's service.")
        ServiceSecret.objects.all().delete()
        _keep(STREAM, replace(before, is_active=False, reason=reason), act)


def link_of(username: str) -> SignInLinked | None:
    """Return by what somebody is linked to the service that stands, None where they are not."""
    stands, found = service(), _links().get(username)
    return found if stands is not None and found is not None and found.issuer == stands.issuer else None


def linked_to(issuer: str, subject: str) -> Staff | None:
    """Return who of the staff is meant by somebody at the service, None where nobody linked themselves to that."""
    mark = _mark(issuer, subject)
    found = [name for name, each in _links().items() if each.mark == mark and each.issuer == issuer]
    return named(found[0]) if len(found) == 1 else None


def link(issuer: str, subject: str, act: Act) -> None:
    """Link the actor to who they are at the service; the page has asked for password and second factor before.

    Raises
    ------
    Refused
        When the service has ended, the actor is linked already, or somebody else here is linked to that.
    """
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person, stands = somebody(act.by.pk), service()
        if not person.is_active or stands is None or stands.issuer != issuer:
            raise Refused("sign-in service", "This cannot be linked any more.")
        if link_of(person.username) is not None:
            raise Refused("sign-in service", "You are linked already. Take that link away first.")
        if linked_to(issuer, subject) is not None:
            raise Refused("sign-in service", "Somebody else here is linked to that sign-in. Sign in there as yourself.")
        event = SignInLinked(
            staff=person.username, issuer=issuer, mark=_mark(issuer, subject), is_active=True, reason=""
        )
        _keep(_stream_of(person.username), event, act)
        note_for(person, f"A sign-in at {stands.name} was linked to you", act.now)


def unlink(act: Act) -> None:
    """Take the actor's own link away."""
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        before = link_of(act.by.username)
        if before is None:
            raise Refused("sign-in service", "You are not linked.")
        _keep(_stream_of(act.by.username), replace(before, is_active=False), act)
        note_for(somebody(act.by.pk), "Your sign-in at another house was unlinked", act.now)


def end_one_link(staff_id: int, reason: str, act: Act) -> None:
    """End somebody else's link alone: they sign in here as before, and are told of it.

    Raises
    ------
    Malformed
        When nobody wrote why.
    Refused
        When it is the actor's own, or there is none.
    """
    act.permit(Permission.MANAGE_HOME)
    why = demand_reason(reason, WHY)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person = somebody_else(staff_id, act)
        before = link_of(person.username)
        if before is None:
            raise Refused("sign-in service", f"{person} is not linked.")
        _keep(_stream_of(person.username), replace(before, is_active=False, reason=why), act)
        note_for(person, f"Your link to another house's sign-in was ended ({why})", act.now, act.by.full_name)


def linked() -> frozenset[int]:
    """Return the keys of all who are linked to the service that stands."""
    stands = service()
    names = [] if stands is None else [name for name, each in _links().items() if each.issuer == stands.issuer]
    return frozenset(Staff.objects.filter(username__in=names).values_list("pk", flat=True))


def end_link_of(username: str, act: Act) -> None:
    """End somebody's link as their way in is in doubt, for a workflow that has asked; nothing where there is none."""
    before = _links().get(username)
    if before is not None:
        _keep(_stream_of(username), replace(before, is_active=False), replace(act, key=new_key()))


def _links() -> dict[str, SignInLinked]:
    kept = Entry.objects.filter(kind=SignInLinked.__name__, payload__isnull=False).order_by("seq")
    newest: dict[str, SignInLinked] = {}
    for entry in kept:
        event = reading.as_it_reads(entry).event
        if not isinstance(event, SignInLinked):
            newest.pop(entry.stream.removeprefix(_stream_of("")), None)  # nobody is linked by what stood before it
        elif entry.stream == _stream_of(event.staff):
            newest[event.staff] = event
    return {name: each for name, each in newest.items() if each.is_active}


def _stream_of(username: str) -> str:
    return f"sign-in-link/{username}"


def _mark(issuer: str, subject: str) -> str:
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()[:48]


def _read(wanted: Wanted) -> SignInServiceEntered:
    name, issuer, client = " ".join(wanted.name.split()), wanted.issuer.strip(), wanted.client_id.strip()
    if not 2 <= len(name) <= LONGEST_NAME:
        raise Malformed(f"The service's name has 2 to {LONGEST_NAME} characters.")
    if len(issuer) > LONGEST_ADDRESS or "?" in issuer or not is_asked(issuer):
        raise Malformed("Enter the issuer as the service writes it: an address that begins with https://.")
    if not 1 <= len(client) <= LONGEST_ADDRESS:
        raise Malformed("Enter the client id that the service gave this clinic.")
    return SignInServiceEntered(
        name=name, issuer=issuer, client_id=client, shows_second_factor=wanted.shows_second_factor, is_active=True,
        reason=demand_reason(wanted.reason, WHY_IN),
    )  # fmt: skip


def _keep(stream: str, event: SignInServiceEntered | SignInLinked, act: Act) -> None:
    chart_store.append([New(stream=stream, event=event, at=act.now)], act.writing())
