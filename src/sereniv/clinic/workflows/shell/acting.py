"""What every act has: who, when, under which key, and with which second person; and whether they may."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission, Role
from sereniv.clinic.accounts.seconds import SECOND_SIGNATURES, TwoPersonAct, are_new_to_each_other, may_be_second
from sereniv.clinic.records.chart_store import SYSTEM, Writing
from sereniv.clinic.records.sent_again import PAGE_DIGITS, TYPED_DIGITS
from sereniv.therapy.recording.refusal import Malformed, Refused

KEY_SHAPE = re.compile(r"[A-Za-z0-9_.:-]{8,64}")


class NotPermitted(Exception):  # noqa: N818  a decision, not an error
    """Somebody's roles do not allow what they asked for."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(f"Your role does not allow this: {permission}.")
        self.permission = permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who acts, when, under which idempotency key, who signs with them, and up to which entry their page was drawn."""

    by: Staff
    now: datetime
    key: str
    co_signer: Staff | None = None
    seen: int | None = None

    def __post_init__(self) -> None:
        """Refuse a key that no page of ours makes."""
        if not KEY_SHAPE.fullmatch(self.key):
            raise Malformed("This form is damaged. Open the page again; what you typed is still here to copy.")

    def writing(self) -> Writing:
        """Return what the ledger needs to know."""
        co_signed_by = self.co_signer.username if self.co_signer else ""
        return Writing(by=self.by.username, now=self.now, key=self.key, co_signed_by=co_signed_by, seen=self.seen)

    def permit(self, permission: Permission) -> None:
        """Raise NotPermitted unless the actor's roles allow it."""
        if not self.by.may(permission):
            raise NotPermitted(permission)

    def has_second(self, act: TwoPersonAct) -> bool:
        """Say whether somebody signs with the actor who may be second for this act, where not every case needs one."""
        return self.co_signer is not None and may_be_second(act, self.by, self.co_signer, self.now)

    def second_person(self, act: TwoPersonAct, rule: str) -> Staff:
        """Return the second signer, who must be another person who may be second for this act.

        Raises
        ------
        Refused
            When nobody signs with the actor, the same person does, or the table of seconds does not allow them.
        """
        if self.co_signer is None:
            raise Refused(rule, "A second person must sign this: choose them and let them enter their PIN or password.")
        if self.co_signer.pk == self.by.pk:
            raise Refused(rule, "The second signature must be another person's.")
        if are_new_to_each_other(self.by, self.co_signer, self.now):
            raise Refused(
                rule,
                f"{self.co_signer} and {self.by} do not sign together yet: one let the other in within the last days. "
                "Somebody else signs, or it waits.",
            )
        if not may_be_second(act, self.by, self.co_signer, self.now):
            takes = SECOND_SIGNATURES[act].who
            raise Refused(rule, f"{self.co_signer} may not be second for this: it takes {takes}.")
        return self.co_signer


def act_of_the_home(now: datetime, role: Role = Role.ADMINISTRATOR) -> Act:
    """Return an act of whoever holds the home's folder, who sets it up from the command line before anybody works here.

    The ledger keeps it as recorded by the program itself; nobody who works here can be called so. `role` is whose act
    it would be among staff: whoever holds the folder holds every record in it.
    """
    by = Staff(username=SYSTEM, full_name="the command line", roles=[str(role)])
    return Act(by=by, now=now, key=new_key())


LOCKED_SCREEN = "screen locked"
"""Who charts on a locked screen: nobody knows, and no user can be called so, for it holds a space."""


def act_of_a_locked_screen(now: datetime, key: str = "") -> Act:
    """Return an act of whoever stands at a locked screen: it charts a call for help or a stopped pump, nothing else."""
    by = Staff(username=LOCKED_SCREEN, full_name=LOCKED_SCREEN, roles=[str(Role.NURSE)])
    return Act(by=by, now=now, key=key or new_key())


def key_of_sent(page_key: str, typed: object) -> str:
    """Return the key of what was sent from a page: the same for the same, another for anything else.

    A key that no page of ours makes is given back as it is, to be refused.
    """
    if not KEY_SHAPE.fullmatch(page_key):
        return page_key
    return key_of_page(page_key) + sha256(repr((page_key, typed)).encode()).hexdigest()[:TYPED_DIGITS]


def key_of_page(page_key: str) -> str:
    """Return with what the key of whatever a page sends begins: nothing of the page's own key can be read from it."""
    return sha256(page_key.encode()).hexdigest()[:PAGE_DIGITS]


def new_key() -> str:
    """Return a fresh idempotency key."""
    return uuid.uuid4().hex


def happened_at(at: datetime | None, now: datetime) -> datetime:
    """Return when something happened: `at`, or now; raises Malformed for the future."""
    if at is not None and at > now:
        raise Malformed("That time has not come yet. Enter when it happened.")
    return at or now


def names_of_staff() -> Callable[[str], str]:
    """Return how staff are written: by their full name."""
    names = dict(Staff.objects.values_list("username", "full_name"))
    return lambda username: names.get(username, username)
