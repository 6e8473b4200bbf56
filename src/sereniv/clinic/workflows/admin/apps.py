"""Other programs that read the records: let in by two, limited or shut out by one, each by its own key.

How an app stands is the newest entry of its stream (`app/ID`); nobody is let in by anything else.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store, reading
from sereniv.clinic.records.chart_store import New, Writing
from sereniv.clinic.records.house_events import AppEntered, AppTokenGiven, CardAnswered, RefusalAudited
from sereniv.clinic.records.models import Entry
from sereniv.clinic.workflows.admin.app_keys import read_keys
from sereniv.clinic.workflows.admin.setting_up import demand_still_permitted
from sereniv.clinic.workflows.shell.acting import Act, new_key
from sereniv.exchange.cds_hooks.feedback import Feedback
from sereniv.exchange.fhir.scopes import CDS_HOOKS, is_within, read_scope
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

TOKEN_LASTS = timedelta(minutes=5)
"""SMART's recommendation for backend services (read: SMART App Launch 2.2, Backend Services, 4.3)."""

MOST_APPS = 200
LONGEST_NAME = 60
WHY_IN = "Write whose app it is and what it needs the records for."
WHY = "Write why."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of an app that is to be let in: `keys` as pasted."""

    name: str
    keys: str
    scopes: tuple[str, ...]
    reason: str
    issuer: str = ""


def recorder_of(app: str) -> str:
    """Return the name by which the ledger knows an app; nobody on the staff can be called so, for it holds a space."""
    return f"app {app}"


def stream_of(app: str) -> str:
    """Name the stream of one app."""
    return f"app/{app}"


def app(app_id: str) -> AppEntered | None:
    """Return how an app stands, None where there is none, or its newest entry does not read."""
    newest = Entry.objects.filter(stream=stream_of(app_id), payload__isnull=False).order_by("-stream_seq").first()
    event = reading.as_it_reads(newest).event if newest is not None else None
    return event if isinstance(event, AppEntered) else None


def apps() -> list[AppEntered]:
    """Return every app that was ever let in, as it stands, by name."""
    streams = Entry.objects.filter(kind=AppEntered.__name__).values_list("stream", flat=True).distinct()
    found = (app(each.partition("/")[2]) for each in streams)
    return sorted((each for each in found if each is not None), key=lambda each: (not each.is_active, each.name))


def issued_by(issuer: str) -> AppEntered | None:
    """Return the active app that signs by an id or an issuer's name, None where none or more than one does."""
    found = [each for each in apps() if each.is_active and issuer in {each.app, each.issuer} - {""}]
    return found[0] if len(found) == 1 else None


def register(wanted: Wanted, act: Act) -> str:
    """Let an app in, by two; returns its id. A repeated key lets nothing in.

    Raises
    ------
    Malformed
        When the name, the reason, a key or a scope is none.
    Refused
        When nobody who may vouch signs, too, or an app of that name or issuer is let in already.
    """
    act.permit(Permission.MANAGE_HOME)
    name = _named(wanted.name)
    event = AppEntered(
        app="", name=name, issuer=wanted.issuer.strip(), keys=read_keys(wanted.keys), scopes=_known(wanted.scopes),
        is_active=True, reason=demand_reason(wanted.reason, WHY_IN),
    )  # fmt: skip
    act.second_person(TwoPersonAct.APP_LET_IN, "app")
    with chart_store.in_turn():
        before = chart_store.stream_of(act.key, act.by.username)
        if before is not None:
            return before.partition("/")[2]
        demand_still_permitted(act)
        _demand_own_name(event)
        app_id = _id_of(name, act.key)
        _keep(replace(event, app=app_id), act)
    return app_id


def _id_of(name: str, key: str) -> str:
    """Return an id that says which app it is, and is nobody else's: a sheet registers once."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:20].strip("-")
    return f"{plain or 'app'}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def limit(app_id: str, scopes: tuple[str, ...], reason: str, act: Act) -> None:
    """Say anew what an app may read; what was given before is cut down at once. More than before takes two.

    Raises
    ------
    Refused
        When there is no such active app, nothing changes, or it gains something and nobody who may vouch signs, too.
    """
    act.permit(Permission.MANAGE_HOME)
    wanted, reason = _known(scopes), demand_reason(reason, WHY)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        before = _active(app_id, act)
        if set(wanted) == set(before.scopes):
            raise Refused("app", f"{before.name} may read exactly this already.")
        if not all(is_within(each, before.scopes) for each in wanted):
            act.second_person(TwoPersonAct.APP_LET_IN, "app")
        _keep(replace(before, scopes=wanted, reason=reason), act)


def change_keys(app_id: str, keys: str, reason: str, act: Act) -> None:
    """Give an app other keys, by two; tokens that were given to a key it has no more end at once."""
    act.permit(Permission.MANAGE_HOME)
    wanted, reason = read_keys(keys), demand_reason(reason, WHY)
    act.second_person(TwoPersonAct.APP_LET_IN, "app")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        before = _active(app_id, act)
        if set(wanted) == set(before.keys):
            raise Refused("app", f"{before.name} has exactly these keys already.")
        _keep(replace(before, keys=wanted, reason=reason), act)


def revoke(app_id: str, reason: str, act: Act) -> None:
    """Let an app in no more: its tokens end at once. One is enough, for it must be quick."""
    act.permit(Permission.MANAGE_HOME)
    reason = demand_reason(reason, WHY)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        _keep(replace(_active(app_id, act), is_active=False, reason=reason), act)


def give_token(app_id: str, scopes: tuple[str, ...], proof: str, real_now: datetime, now: datetime) -> datetime:
    """Keep that an app was given a token, and return until when it holds; `proof` names what it showed, once.

    Raises
    ------
    Refused
        When the same proof was shown before.
    """
    by = recorder_of(app_id)
    until = real_now + TOKEN_LASTS
    with chart_store.in_turn():
        if chart_store.written_before(proof, by):
            raise Refused("replay", "This assertion was used before. Sign another, with a jti of its own.")
        event = AppTokenGiven(app=app_id, scopes=scopes, until=until)
        chart_store.append([New(stream="audit", event=event, at=now)], Writing(by=by, now=now, key=proof))
    return until


def keep_feedback(app_id: str, service: str, told: Sequence[Feedback], now: datetime) -> None:
    """Keep what became of cards, as the record says to which they were sent; said again, it is kept once."""
    by = recorder_of(app_id)
    events = [
        CardAnswered(app=app_id, service=service, card=each.card, outcome=each.outcome, at=each.at, reason=each.reason)
        for each in told
    ]
    key = f"card:{hashlib.sha256(repr((app_id, events)).encode()).hexdigest()[:48]}"
    with chart_store.in_turn():
        chart_store.append(
            [New(stream="audit", event=each, at=now) for each in events], Writing(by=by, now=now, key=key)
        )


def note_refused(app_id: str, why: str, now: datetime) -> None:
    """Keep that an app was refused; whoever calls this counts, so that nobody fills the ledger with it."""
    by = recorder_of(app_id)
    event = RefusalAudited(staff=by, page=why)
    with chart_store.in_turn():
        chart_store.append([New(stream="audit", event=event, at=now)], Writing(by=by, now=now, key=new_key()))


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 2 <= len(name) <= LONGEST_NAME:
        raise Malformed(f"An app's name has 2 to {LONGEST_NAME} characters.")
    return name


def _known(scopes: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(scopes))
    if not wanted:
        raise Malformed("Choose at least one thing that the app may read.")
    for each in wanted:
        if each != CDS_HOOKS:
            read_scope(each)
    return wanted


def _demand_own_name(event: AppEntered) -> None:
    others = [each for each in apps() if each.is_active]
    if len(others) >= MOST_APPS:
        raise Refused("app", f"{MOST_APPS} apps are let in already. Revoke those that nobody uses.")
    if any(each.name.casefold() == event.name.casefold() for each in others):
        raise Refused("app", f"An app called {event.name} is let in already. Limit or revoke that one, or name this.")
    if event.issuer and any(event.issuer in {each.app, each.issuer} for each in others):
        raise Refused("app", f"Another app signs as {event.issuer} already.")


def _active(app_id: str, act: Act) -> AppEntered:
    demand_still_permitted(act)
    found = app(app_id)
    if found is None or not found.is_active:
        raise Refused("app", "This app is not let in.")
    return found


def _keep(event: AppEntered, act: Act) -> None:
    chart_store.append([New(stream=stream_of(event.app), event=event, at=act.now)], act.writing())
