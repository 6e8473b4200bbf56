"""Enquiries from outside: kept as they were written, listed for the staff, never interpreted."""

import ipaddress
import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.cache import cache

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New, Writing
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import Enquiry, EnquiryMark
from sereniv.clinic.records.sent_again import in_order
from sereniv.clinic.workflows.shell.acting import KEY_SHAPE, Act, key_of_sent
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person.sender import is_perhaps_the_same, looked_for
from sereniv.therapy.recording.phrases import names_suicide
from sereniv.therapy.recording.refusal import Malformed

PUBLIC = "public"
"""Who the ledger says has written an enquiry: nobody who signed in."""

WINDOW_S = 3600
MOST_FROM_ADDRESS, MOST_FROM_DEVICE, MOST_IN_ALL = 10, 5, 60
"""Enquiries kept within an hour. The last bound keeps a flood from the ledger, which the chairs need."""

IPV6_HOUSEHOLD = 64


class TooManyEnquiries(Exception):  # noqa: N818  a limit, not an error
    """So many enquiries came from one place within the hour that this one was not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wrote."""

    name: str
    reach: str
    born: str = ""
    referred_by: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an enquiry came from: network address and device, "" where unknown. Neither is kept."""

    address: str = ""
    device: str = ""


def receive(asked: Asked, key: str, now: datetime, place: Place, enquiry_id: uuid.UUID | None = None) -> Enquiry:
    """Keep an enquiry; the same page sent twice returns the one kept before, with something else on it another one.

    Raises
    ------
    Malformed
        When the key is not one that our page makes.
    TooManyEnquiries
        When the hour's bound for this address, this device or the whole house is reached, on real time.
    """
    if not KEY_SHAPE.fullmatch(key):
        raise Malformed("This form is damaged. Open the page again; what you typed is still here to copy.")
    # Of its own, so that nobody outside can use up the key of an act of the staff.
    sent = f"{PUBLIC}-{key_of_sent(key, asdict(asked))}"
    kept = _kept(in_order(sent))
    if kept is not None:
        return kept
    _demand_within_bounds(place)
    with chart_store.in_turn():
        own_key = in_order(sent)
        kept = _kept(own_key)
        if kept is not None:
            return kept
        enquiry = Enquiry.objects.create(id=enquiry_id or uuid.uuid4(), received_at=now, **asdict(asked))
        said = [name for name in ("born", "referred_by") if getattr(asked, name)]
        fields = ("name", "reach", *said, "message")
        change = TableChanged(table="enquiry", row=str(enquiry.pk), change="added", fields=fields)
        chart_store.append([New(stream="audit", event=change, at=now)], Writing(by=PUBLIC, now=now, key=own_key))
    return enquiry


def _kept(own_key: str) -> Enquiry | None:
    if not chart_store.written_before(own_key, PUBLIC):
        return None
    event = chart_store.event_of(own_key, PUBLIC)
    return Enquiry.objects.filter(pk=event.row).first() if isinstance(event, TableChanged) else None


def _demand_within_bounds(place: Place) -> None:
    """Count this enquiry, or raise; what is refused leaves no trace, so that a flood cannot fill the memory."""
    bounds = {"all": MOST_IN_ALL, f"address:{_household(place.address)}": MOST_FROM_ADDRESS}
    if place.device:
        bounds[f"device:{place.device}"] = MOST_FROM_DEVICE
    for name, most in bounds.items():
        if cache.get(f"enquiries:{name}", 0) >= most:
            raise TooManyEnquiries
    for name in bounds:
        cache.add(f"enquiries:{name}", 0, WINDOW_S)
        cache.incr(f"enquiries:{name}")


def _household(address: str) -> str:
    """Return what one household has: an IPv4 address, or a whole IPv6 network, of which one device has many."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/{IPV6_HOUSEHOLD}", strict=False))


def names_thoughts_of_suicide(enquiry: Enquiry, rules: Knowledge) -> bool:
    """Say whether what somebody wrote names thoughts of suicide: a person reads it now."""
    written = (enquiry.message, enquiry.name, enquiry.reach, enquiry.referred_by, enquiry.born)
    return any(names_suicide(each, rules) for each in written)


def answered(enquiry_id: uuid.UUID, act: Act) -> Enquiry:
    """Mark an enquiry as answered by whoever acts; once answered it stays as it is."""
    act.permit(Permission.READ_PEOPLE)
    return _change(enquiry_id, act, "answered", act.now, act.by.username)


def opened_again(enquiry_id: uuid.UUID, act: Act) -> Enquiry:
    """Take back that an enquiry was answered."""
    act.permit(Permission.READ_PEOPLE)
    return _change(enquiry_id, act, "opened again", None, "")


def one_waiting(enquiry_id: str) -> Enquiry | None:
    """Return an enquiry that nobody answered yet, None where there is none of this name."""
    try:
        return Enquiry.objects.filter(pk=uuid.UUID(enquiry_id), answered_at=None).first()
    except ValueError:
        return None


def asked_before(enquiries: Sequence[Enquiry]) -> dict[uuid.UUID, tuple[Enquiry, ...]]:
    """Return to each of some enquiries the other ones that may be of the same person, the latest first."""
    wanted = {each.pk: looked_for(each.sender) for each in enquiries}
    with_mark = _with_marks(frozenset().union(*wanted.values()))
    alike = Enquiry.objects.in_bulk({pk for some in with_mark.values() for pk in some})
    found = {}
    for mine in enquiries:
        pks = {pk for mark in wanted[mine.pk] for pk in with_mark.get(mark, ())} - {mine.pk}
        others = sorted((alike[pk] for pk in pks), key=lambda each: each.received_at, reverse=True)
        found[mine.pk] = tuple(each for each in others if is_perhaps_the_same(mine.sender, each.sender))
    return {key: others for key, others in found.items() if others}


def _with_marks(wanted: Collection[str]) -> dict[str, set[uuid.UUID]]:
    """Return which enquiries bear each of some marks, of all that were ever written."""
    found: dict[str, set[uuid.UUID]] = {}
    for pk, mark in EnquiryMark.objects.filter(mark__in=wanted).values_list("enquiry_id", "mark"):
        found.setdefault(mark, set()).add(pk)
    return found


def _change(enquiry_id: uuid.UUID, act: Act, change: str, at: datetime | None, by: str) -> Enquiry:
    with chart_store.in_turn():
        enquiry = Enquiry.objects.get(pk=enquiry_id)
        if chart_store.written_before(act.key, act.by.username) or (enquiry.answered_at is None) == (at is None):
            return enquiry
        enquiry.answered_at, enquiry.answered_by = at, by
        enquiry.save()
        event = TableChanged(table="enquiry", row=str(enquiry_id), change=change, fields=("answered_at", "answered_by"))
        chart_store.append([New(stream="audit", event=event, at=act.now)], act.writing())
    return enquiry
