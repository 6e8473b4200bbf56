"""Who may do what, in one table. Deny by default: what is not granted here is refused everywhere."""

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
    READ_INTAKE = "read what intake asks"
    READ_EXAMINED = "read medicines, measurements and work-up"
    READ_CANDIDACY = "read candidacy"
    READ_SCORES = "read scores"
    READ_ANSWERS = "read single answers and thoughts of suicide"
    READ_ORDERS = "read orders and courses"
    READ_SESSIONS = "read sessions"
    READ_DOCUMENTS = "read documents"
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
    KEEP_STOCK = "keep the stock"
    SETTLE_STOCK = "settle stock differences"
    WITNESS = "witness"
    READ_RULES = "read rules"
    READ_LEDGER = "read ledger"
    SIGN_LIVE = "sign going live"
    ERASE = "erase by law"
    EXPORT = "export all records"
    IMPORT = "import another practice's records"
    SIGN_RULES = "sign the clinic's own rules"
    COUNTERSIGN_RULES = "countersign the clinic's own rules"
    SWITCH_LIVE_PREDICTION = "switch the live prediction"
    MANAGE_HOME = "set the clinic up"
    VOUCH = "vouch for who is let in"
    RESTRICT_RECORDS = "restrict a record"
    REVIEW_OPENINGS = "review who opened a restricted record"
    SET_DEMO_CLOCK = "set demo clock"


_EVERYBODY = frozenset({Permission.READ_RULES, Permission.SET_DEMO_CLOCK})
_CARE = _EVERYBODY | {
    Permission.READ_PEOPLE,
    Permission.REGISTER_PEOPLE,
    Permission.READ_INTAKE,
    Permission.RECORD_CONSENT,
    Permission.BOOK,
}
_TREATING = _CARE | {
    Permission.READ_EXAMINED,
    Permission.READ_CANDIDACY,
    Permission.READ_SCORES,
    Permission.READ_ANSWERS,
    Permission.READ_ORDERS,
    Permission.READ_SESSIONS,
    Permission.READ_DOCUMENTS,
}
_CHAIRSIDE = _TREATING | {
    Permission.CHART,
    Permission.CO_SIGN,
    Permission.RUN_INFUSION,
    Permission.DISCHARGE,
    Permission.SIGN_NOTE,
    Permission.READ_STOCK,
    Permission.RECEIVE_STOCK,
    Permission.KEEP_STOCK,
    Permission.WITNESS,
}
_PRESCRIBING = _CHAIRSIDE | {
    Permission.DECIDE_CANDIDACY,
    Permission.SIGN_ORDER,
    Permission.SIGN_EXCEPTION,
    Permission.SETTLE_STOCK,
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
        Permission.EXPORT,
        Permission.IMPORT,
        Permission.SIGN_RULES,
        Permission.SWITCH_LIVE_PREDICTION,
        Permission.VOUCH,
        Permission.RESTRICT_RECORDS,
        Permission.REVIEW_OPENINGS,
    },
    Role.ADMINISTRATOR: _EVERYBODY
    | {
        Permission.READ_LEDGER,
        Permission.SIGN_LIVE,
        Permission.ERASE,
        Permission.EXPORT,
        Permission.IMPORT,
        Permission.MANAGE_HOME,
        Permission.VOUCH,
        Permission.REVIEW_OPENINGS,
    },
}
"""The whole of what each role may do; a person with several roles may do the sum.

Setting the clinic up is the administrator's alone: whoever may sign orders gains nothing by handing out roles.
"""

PARTS: dict[Permission, str] = {
    Permission.READ_PEOPLE: "who somebody is, how to reach them, their appointments and who takes them home",
    Permission.READ_INTAKE: (
        "consent, who referred them, diagnosis, earlier treatments, substances, conditions and allergies"
    ),
    Permission.READ_EXAMINED: "medicines, measurements, pregnancy, anaesthetic risk and work-up",
    Permission.READ_CANDIDACY: "what stands in the way, evaluations, and why it was decided so",
    Permission.READ_SCORES: "scores and the response to treatment",
    Permission.READ_ANSWERS: "single answers, thoughts of suicide and what was found on asking",
    Permission.READ_ORDERS: "orders, doses and the course",
    Permission.READ_SESSIONS: "the chart of a session, its note, check-ins and side effects",
    Permission.READ_DOCUMENTS: "papers about somebody but the consent form, and the whole record to take along",
    Permission.READ_STOCK: "the controlled drug, with whom it was drawn for",
    Permission.EXPORT: "exports of everything, sealed",
    Permission.READ_LEDGER: "who looked, and the ledger's entries",
}
"""The parts of a record, each with the permission that shows it; what a role lacks is said to be there and not shown.

The coordinator has what the desk's own duties ask for: who, when, how to reach them, and what intake lets the desk ask.
"""


GRANTED_BY_TWO = frozenset({Role.PRESCRIBER, Role.MEDICAL_DIRECTOR, Role.ADMINISTRATOR})
"""Roles that somebody is given by two people: each signs what else nobody may, or hands roles out."""


def permissions_of(roles: list[str]) -> frozenset[Permission]:
    """Return everything that somebody with these roles may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[Role(role)] for role in roles))
