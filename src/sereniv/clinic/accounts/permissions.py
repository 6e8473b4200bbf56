"""Who may do what, in one table. Deny by default: what is not granted here is refused everywhere."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the clinic; one person may be several."""

    COORDINATOR = "coordinator"
    NURSE = "nurse"
    PRESCRIBER = "prescriber"
    MEDICAL_DIRECTOR = "medical director"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that can be allowed."""

    READ_PEOPLE = "read people"
    REGISTER_PEOPLE = "register people"
    READ_CHART = "read chart"
    CHART = "chart"
    RECORD_CONSENT = "record consent"
    BOOK = "book appointments"
    DECIDE_CANDIDACY = "decide candidacy"
    SIGN_ORDER = "sign order"
    CO_SIGN = "co-sign"
    RUN_INFUSION = "run infusion"
    SIGN_EXCEPTION = "sign exception"
    DISCHARGE = "discharge"
    SIGN_NOTE = "sign note"
    READ_STOCK = "read stock"
    RECEIVE_STOCK = "receive stock"
    WITNESS = "witness"
    READ_RULES = "read rules"
    READ_LEDGER = "read ledger"
    SIGN_LIVE = "sign going live"
    ERASE = "erase by law"
    SIGN_RULES = "sign the clinic's own rules"
    COUNTERSIGN_RULES = "countersign the clinic's own rules"
    SWITCH_LIVE_PREDICTION = "switch the live prediction"
    MANAGE_HOME = "set the clinic up"
    SET_DEMO_CLOCK = "set demo clock"


_EVERYBODY = frozenset({Permission.READ_RULES, Permission.SET_DEMO_CLOCK})
_CARE = _EVERYBODY | {
    Permission.READ_PEOPLE,
    Permission.REGISTER_PEOPLE,
    Permission.READ_CHART,
    Permission.RECORD_CONSENT,
    Permission.BOOK,
}
_CHAIRSIDE = _CARE | {
    Permission.CHART,
    Permission.CO_SIGN,
    Permission.RUN_INFUSION,
    Permission.DISCHARGE,
    Permission.SIGN_NOTE,
    Permission.READ_STOCK,
    Permission.RECEIVE_STOCK,
    Permission.WITNESS,
}
_PRESCRIBING = _CHAIRSIDE | {
    Permission.DECIDE_CANDIDACY,
    Permission.SIGN_ORDER,
    Permission.SIGN_EXCEPTION,
    Permission.COUNTERSIGN_RULES,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.COORDINATOR: _CARE,
    Role.NURSE: _CHAIRSIDE,
    Role.PRESCRIBER: _PRESCRIBING,
    Role.MEDICAL_DIRECTOR: _PRESCRIBING
    | {
        Permission.READ_LEDGER,
        Permission.SIGN_LIVE,
        Permission.ERASE,
        Permission.SIGN_RULES,
        Permission.SWITCH_LIVE_PREDICTION,
    },
    Role.ADMINISTRATOR: _EVERYBODY
    | {
        Permission.READ_LEDGER,
        Permission.SIGN_LIVE,
        Permission.ERASE,
        Permission.COUNTERSIGN_RULES,
        Permission.MANAGE_HOME,
    },
}
"""The whole of what each role may do; a person with several roles may do the sum.

Setting the clinic up is the administrator's alone: whoever may sign orders gains nothing by handing out roles.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondSignature:
    """One act that two people sign: what the first and the second need, why it takes two, and what waits without."""

    act: str
    first: Permission
    second: Permission
    why: str
    without: str


SECOND_SIGNATURES = (
    SecondSignature(
        act="An order",
        first=Permission.SIGN_ORDER,
        second=Permission.CO_SIGN,
        why="Somebody else works dose and rate out anew before anything is drawn.",
        without="No infusion can be prepared.",
    ),
    SecondSignature(
        act="An order past a hard limit",
        first=Permission.SIGN_ORDER,
        second=Permission.CO_SIGN,
        why="The reason is read by a second person while it is signed.",
        without="Doses past a hard limit cannot be ordered.",
    ),
    SecondSignature(
        act="Eligible although a concern asks for two",
        first=Permission.DECIDE_CANDIDACY,
        second=Permission.CO_SIGN,
        why="A concern such as pregnancy is not judged by one person alone.",
        without="Whoever has such a concern cannot be decided eligible.",
    ),
    SecondSignature(
        act="Drug drawn from a vial",
        first=Permission.RUN_INFUSION,
        second=Permission.WITNESS,
        why="Two people at the vial.",
        without="No drug can be drawn.",
    ),
    SecondSignature(
        act="Drug given and wasted",
        first=Permission.CHART,
        second=Permission.WITNESS,
        why="A witness sees what is wasted.",
        without="Drug that was drawn cannot be accounted for, and nobody can be discharged.",
    ),
    SecondSignature(
        act="A vial received",
        first=Permission.RECEIVE_STOCK,
        second=Permission.WITNESS,
        why="Two people at the safe.",
        without="No vial can be taken into stock.",
    ),
    SecondSignature(
        act="A number of the clinic's own instead of a packaged one",
        first=Permission.SIGN_RULES,
        second=Permission.COUNTERSIGN_RULES,
        why="Another prescriber, or the administrator, has seen who notices.",
        without="Every threshold stays as packaged.",
    ),
    SecondSignature(
        act="Something erased by law",
        first=Permission.ERASE,
        second=Permission.ERASE,
        why="The medical director and an administrator answer for it together.",
        without="A request for erasure cannot be carried out here.",
    ),
    SecondSignature(
        act="Going live",
        first=Permission.SIGN_LIVE,
        second=Permission.SIGN_LIVE,
        why="The medical director and an administrator sign the rules together.",
        without="The home stays in commissioning: no infusion can start.",
    ),
)
"""Every act that needs two people; the workflows ask for exactly these."""


def permissions_of(roles: list[str]) -> frozenset[Permission]:
    """Return everything that somebody with these roles may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[Role(role)] for role in roles))
