"""Questionnaires on a person's own phone: a link is made, opened, answered under, and taken back.

The link is the only key: 256 random bits, of which the home keeps a digest alone. Whoever has it may answer the
invited scales for that person and learns their first name; there is nothing else behind it.
"""

import hashlib
import ipaddress
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.core.cache import cache

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New, Writing
from sereniv.clinic.records.models import Id, Invitation, Person
from sereniv.clinic.records.sent_again import in_order, was_sent
from sereniv.clinic.workflows.calendar.deaths_and_transfers import died_here
from sereniv.clinic.workflows.shell.acting import KEY_SHAPE, Act, key_of_page, key_of_sent
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.joined_records import demand_not_joined
from sereniv.clinic.workflows.shell.this_clinic import clinic_details, served_home
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Scale
from sereniv.therapy.followup import scales
from sereniv.therapy.followup.assessments import TooSoon
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.deaths import died
from sereniv.therapy.phone import questionnaires
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Malformed, Refused

Asked = TypeVar("Asked")
PATIENT = "patient"
"""Who the ledger says has answered: the person themselves, by their link."""

TOKEN_BYTES = 32
WINDOW_S = 3600
MOST_WRONG, MOST_ANSWERS, MOST_KEPT = 20, 60, 600
"""Wrong links from one place, and answers sent and kept under one link, within the hour."""

IPV6_HOUSEHOLD = 64


class NoSuchInvitation(Exception):  # noqa: N818  a fact, not an error
    """The link was never given, has run out, or was taken back: which of them is not told."""


class TooManyTries(Exception):  # noqa: N818  a limit, not an error
    """So much came from one place or under one link within the hour that nothing more is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A link just made: shown once, to whoever made it."""

    invitation: Invitation
    token: str


def invite(person_id: Id, names: tuple[str, ...], until: datetime, act: Act) -> Invited:
    """Make a link with which a person may answer scales until a moment.

    Raises
    ------
    Malformed, Refused
        When it asks nothing, too long, or what may not be asked remotely; or this form made its link already.
    """
    act.permit(Permission.CHART)
    questionnaires.demand_invitation(names, until, act.now, clinic_details().on_call_phone, rules_in_force(act.now))
    demand_not_joined(person_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            raise Refused("remote", "This link was made already and is shown only once. Make a new one if it is lost.")
        invitation = Invitation.objects.create(
            person=Person.objects.get(pk=person_id),
            token_digest=digest_of(token),
            scales=",".join(names),
            until=until,
            made_at=act.now,
            made_by=act.by.username,
        )
        event = ev.QuestionnaireInvited(invitation=str(invitation.pk), scales=names, until=until)
        chart_store.append([_new(person_id, event, act.now)], act.writing())
    return Invited(invitation=invitation, token=token)


def withdraw(invitation_id: Id, act: Act) -> None:
    """Take a link back; taking it back again changes nothing."""
    act.permit(Permission.CHART)
    with chart_store.in_turn():
        invitation = Invitation.objects.get(pk=invitation_id)
        if invitation.withdrawn_at is not None or chart_store.written_before(act.key, act.by.username):
            return
        invitation.withdrawn_at, invitation.drafts = act.now, {}
        invitation.save()
        event = ev.InvitationWithdrawn(invitation=str(invitation.pk))
        chart_store.append([_new(invitation.person_id, event, act.now)], act.writing())


def open_of(person_id: Id, now: datetime) -> tuple[Invitation, ...]:
    """Return a person's links that work now, the newest first."""
    found = Invitation.objects.filter(person_id=person_id, withdrawn_at=None, until__gt=now)
    return tuple(found.order_by("-made_at"))


def found(token: str, now: datetime, address: str = "") -> Invitation:
    """Return the invitation of a link that works now.

    It is looked up by its digest, so that the time an answer takes tells nothing of how near a guess came. A link that
    works is never refused for what others sent from the same place: there are far too many links to guess one.

    Raises
    ------
    NoSuchInvitation, TooManyTries
    """
    invitation = Invitation.objects.select_related("person").filter(token_digest=digest_of(token)).first()
    if invitation is None or invitation.withdrawn_at is not None or now >= invitation.until or _has_died(invitation):
        if invitation is not None and invitation.drafts:
            # What nobody can send any more has no reason to lie here.
            Invitation.objects.filter(pk=invitation.pk).update(drafts={})
        tries = f"invitations:wrong:{_household(address)}"
        if cache.get(tries, 0) >= MOST_WRONG:
            raise TooManyTries
        _count(tries)
        raise NoSuchInvitation
    return invitation


def _has_died(invitation: Invitation) -> bool:
    """Say whether the person died: nothing greets them on a phone that somebody else has now."""
    person = invitation.person_id
    return died(chart_store.person_chart(person)) is not None or died_here(person)


def today_of(invitation: Invitation, now: datetime) -> tuple[tuple[Scale, TooSoon | None], ...]:
    """Return what may be answered under a link, each with why not today."""
    chart = chart_store.person_chart(invitation.person_id)
    invited = [knowledge().scales[name] for name in invitation.scale_ids if name in knowledge().scales]
    return questionnaires.today(chart, invited, clinic_details().on_call_phone, now, ZoneInfo(served_home().timezone))


def scale_of(invitation: Invitation, scale_id: str) -> Scale:
    """Return one scale of a link.

    Raises
    ------
    NoSuchInvitation
        When the link does not ask it, or it may not be asked remotely any more.
    """
    scale = knowledge().scales.get(scale_id)
    if scale is None or scale_id not in invitation.scale_ids:
        raise NoSuchInvitation
    if not questionnaires.askable(scale, clinic_details().on_call_phone):
        raise NoSuchInvitation
    return scale


def keep(invitation: Invitation, scale: Scale, answers: tuple[int | None, ...], key: str) -> None:
    """Keep answers that were not sent yet, so that nothing typed is lost.

    The suicide item is never kept: an answer that somebody must see may not lie where nobody looks. What arrives
    after its own page was sent is dropped, or the next to open the link would find what was sent.
    """
    scales.score(scale, answers)
    kept = [None if number == scale.safety_item else answer for number, answer in enumerate(answers, start=1)]
    demand_few(invitation, "kept", MOST_KEPT)
    _demand_ours(key)
    with chart_store.in_turn():
        if was_sent(f"{_of_this_link(invitation)}{key_of_page(key)}"):
            return
        standing = _as_it_stands(invitation)
        standing.drafts = {**standing.drafts, scale.id: kept}
        standing.save(update_fields=["drafts"])


def forget(invitation: Invitation, scale: Scale) -> None:
    """Forget what was filled in and not sent: on a phone that is not one's own, or to begin again."""
    with chart_store.in_turn():
        standing = _as_it_stands(invitation)
        if standing.drafts.pop(scale.id, None) is not None:
            standing.save(update_fields=["drafts"])


def answer(
    invitation: Invitation, scale: Scale, answers: tuple[int | None, ...], key: str, now: datetime
) -> scales.Score:
    """Record what a person answered on their phone; asked too soon or not, a fact is taken.

    Raises
    ------
    Malformed
        When the answers or the key are none of ours.
    NoSuchInvitation
        When the link was taken back meanwhile.
    TooManyTries
        When so many came under this link within the hour that nothing more is taken.
    """
    scored = scales.score(scale, answers)
    event = _answered(scale, answers)
    with chart_store.in_turn():
        writing = writing_of(invitation, key, now, event)
        if chart_store.written_before(writing.key, PATIENT):
            return scored
        standing = _as_it_stands(invitation)
        if not scored.opens_safety_flow:
            demand_few(invitation, "answers", MOST_ANSWERS)
        chart_store.append([_new(invitation.person_id, event, now)], writing)
        standing.drafts = {name: kept for name, kept in standing.drafts.items() if name != scale.id}
        standing.save(update_fields=["drafts"])
    return scored


def ask_or_answer(
    ask: Callable[[], Asked | None],
    invitation: Invitation,
    scale: Scale,
    answers: tuple[int | None, ...],
    key: str,
    now: datetime,
) -> Asked | scales.Score:
    """Return what is to be asked first, else record, in one turn: of two phones the second finds what the first sent.

    Raises as `answer` does.
    """
    with chart_store.in_turn():
        asked = ask()
        return asked if asked is not None else answer(invitation, scale, answers, key, now)


def _answered(scale: Scale, answers: tuple[int | None, ...]) -> ev.ScaleAnswered:
    total = scales.score(scale, answers).total
    return ev.ScaleAnswered(scale=scale.id, answers=answers, total=total, answered_by=questionnaires.ANSWERED_BY)


def entry_of(invitation: Invitation, key: str, scale: Scale, answers: tuple[int | None, ...]) -> int | None:
    """Return the number of the entry that these answers made when the page with this key was sent, None for none."""
    if not KEY_SHAPE.fullmatch(key):
        return None
    return chart_store.place_of(in_order(_key(invitation, key, _answered(scale, answers))), PATIENT)


def sent_under(invitation: Invitation, entry: int) -> Recorded[ev.ScaleAnswered] | None:
    """Return what a person sent on a phone in an entry of their record, None where that is no such entry."""
    return next((each for each in sent_among(invitation, [entry])), None)


def sent_among(invitation: Invitation, entries: Collection[int]) -> tuple[Recorded[ev.ScaleAnswered], ...]:
    """Return what a person sent on a phone in these entries of their record, oldest first."""
    if not entries:
        return ()
    chart = chart_store.own_chart(invitation.person_id)
    scales_known = knowledge().scales
    return tuple(
        each
        for each in chart.all(ev.ScaleAnswered)
        if each.stream_seq in entries and each.recorded_by == PATIENT and each.event.scale in scales_known
    )


def _as_it_stands(invitation: Invitation) -> Invitation:
    """Read an invitation anew, in turn: it may have been taken back, or another answer kept, since it was opened."""
    standing = Invitation.objects.get(pk=invitation.pk)
    if standing.withdrawn_at is not None:
        raise NoSuchInvitation
    return standing


def forget_person(person_id: Id, now: datetime) -> None:
    """Shut every link of a person and let go of what was filled in under them; their record is being erased."""
    Invitation.objects.filter(person_id=person_id, withdrawn_at=None).update(withdrawn_at=now)
    Invitation.objects.filter(person_id=person_id).update(drafts={})


def writing_of(invitation: Invitation, key: str, now: datetime, event: ev.PersonEvent) -> Writing:
    """Return what the ledger needs to know of something a patient sends.

    The key is of its own kind, so that nobody outside can use up the key of an act of the staff. A page gone back to
    and sent with something else, or with the same after that, is kept too: what somebody says of themselves is never
    turned away for what they said a minute ago.

    Raises
    ------
    Malformed
        When the key is none of ours.
    """
    _demand_ours(key)
    return Writing(by=PATIENT, now=now, key=in_order(_key(invitation, key, event)))


def _demand_ours(key: str) -> None:
    if not KEY_SHAPE.fullmatch(key):
        raise Malformed("This page is damaged. Open the link again.")


def _key(invitation: Invitation, key: str, event: ev.PersonEvent) -> str:
    return f"{_of_this_link(invitation)}{key_of_sent(key, event)}"


def _of_this_link(invitation: Invitation) -> str:
    return f"{PATIENT}-{invitation.pk.hex[:12]}-"


def digest_of(token: str) -> str:
    """Return what the home keeps of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def _new(person_id: Id, event: ev.PersonEvent, at: datetime) -> New:
    return New(stream=chart_store.person_stream(person_id), event=event, at=at)


def demand_few(invitation: Invitation, what: str, most: int) -> None:
    """Raise TooManyTries when so much of a kind came under this link within the hour."""
    name = f"invitations:{what}:{invitation.pk}"
    if cache.get(name, 0) >= most:
        raise TooManyTries
    _count(name)


def _count(name: str) -> None:
    cache.add(name, 0, WINDOW_S)
    cache.incr(name)


def _household(address: str) -> str:
    """Return what one household has: an IPv4 address, or a whole IPv6 network."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(read) if read.version == 4 else str(ipaddress.ip_network(f"{read}/{IPV6_HOUSEHOLD}", strict=False))
