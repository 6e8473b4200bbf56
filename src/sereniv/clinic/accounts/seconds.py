"""Who may be second for what, in one table: every act that two people sign, and whom each list of second people shows.

What is a check (numbers worked out anew, a witness at the vial) a trained nurse may be second for. What is a judgement
(treating against a concern, a dose past a hard limit, another number for everybody) takes a second prescriber.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission, Role


class TwoPersonAct(StrEnum):
    """An act that takes two people, by the name that a page shows."""

    ORDER = "An order"
    ORDER_PAST_HARD_LIMIT = "An order past a hard limit"
    RATE_OVER_ORDER = "A rate over the order, while it runs"
    RATE_PAST_HARD_LIMIT = "A rate past a hard limit, while it runs"
    ELIGIBLE_DESPITE_CONCERN = "Eligible although a concern asks for two"
    GOING_ON = "Going on although something known asks for two"
    DISCHARGE_EXCEPTION = "Leaving although a check is not met"
    DRUG_DRAWN = "Drug drawn from a vial"
    DRUG_ACCOUNTED = "Drug given and wasted"
    VIAL_RECEIVED = "A vial received"
    STOCK_KEPT = "Stock counted, opened, wasted, broken, returned or set apart, or an entry of it corrected"
    STOCK_SETTLED = "A stock difference settled"
    RECORDS_JOINED = "Two records read as one person's, or parted again"
    OWN_NUMBER = "A number of the clinic's own instead of a packaged one"
    ERASURE = "Something erased by law"
    SAMPLES_LET_GO = "What monitors sent let go, or for how long it is kept"
    EXPORT = "Everything exported"
    IMPORT = "Another practice's records taken in, or that undone"
    GOING_LIVE = "Going live"
    FACTOR_CLEARED = "A lost second factor taken away"
    APP_LET_IN = "An app let in to read the records, or given more of them"
    SERVICE_TAKEN = "Another house's service by which staff sign in"
    LET_IN = "Somebody made prescriber, medical director or administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondSignature:
    """One act that two people sign: what the first and the second need, why it takes two, and what waits without.

    `second_beside_prescriber` is what the second needs where the first prescribes; `alone` says that whoever may give
    the second signature needs nobody beside them. Where `roles` are named, the two hold one each, whoever comes first.
    """

    act: TwoPersonAct
    first: Permission
    second: Permission
    who: str
    why: str
    without: str
    second_beside_prescriber: Permission | None = None
    alone: bool = False
    roles: tuple[Role, ...] = ()


_CHECKER = "a prescriber, or a nurse trained to co-sign"
_PRESCRIBER = "another prescriber"
_WITNESS = "a nurse or a prescriber"
_BOTH = (Role.MEDICAL_DIRECTOR, Role.ADMINISTRATOR)

SECOND_SIGNATURES: dict[TwoPersonAct, SecondSignature] = {
    row.act: row
    for row in (
        SecondSignature(
            act=TwoPersonAct.ORDER,
            first=Permission.SIGN_ORDER,
            second=Permission.CO_SIGN,
            who=_CHECKER,
            why="Somebody else works dose and rate out anew before anything is drawn.",
            without="No infusion can be prepared.",
        ),
        SecondSignature(
            act=TwoPersonAct.ORDER_PAST_HARD_LIMIT,
            first=Permission.SIGN_ORDER,
            second=Permission.SIGN_ORDER,
            who=_PRESCRIBER,
            why="A dose past a hard limit is judged by two who prescribe.",
            without="Doses past a hard limit cannot be ordered.",
        ),
        SecondSignature(
            act=TwoPersonAct.RATE_OVER_ORDER,
            first=Permission.RUN_INFUSION,
            second=Permission.CO_SIGN,
            who=_CHECKER,
            why="A rate mistyped, doubled or in another unit is seen by whoever reads the screen anew.",
            without="No rate above the order can be set.",
        ),
        SecondSignature(
            act=TwoPersonAct.RATE_PAST_HARD_LIMIT,
            first=Permission.RUN_INFUSION,
            second=Permission.SIGN_ORDER,
            second_beside_prescriber=Permission.CO_SIGN,
            who="a prescriber, or beside a prescriber a nurse trained to co-sign",
            why="One of the two prescribes, and the other reads the pump.",
            without="The rate cannot be set past a hard limit.",
        ),
        SecondSignature(
            act=TwoPersonAct.ELIGIBLE_DESPITE_CONCERN,
            first=Permission.DECIDE_CANDIDACY,
            second=Permission.DECIDE_CANDIDACY,
            who=_PRESCRIBER,
            why="A concern such as pregnancy, or an age under 18, is judged by two who prescribe.",
            without="Whoever has such a concern cannot be decided eligible.",
        ),
        SecondSignature(
            act=TwoPersonAct.GOING_ON,
            first=Permission.SIGN_ORDER,
            second=Permission.SIGN_ORDER,
            who=_PRESCRIBER,
            why="Going on in mania, psychosis or pregnancy, or closer than weekly, is judged by two who prescribe.",
            without="A course does not go on while one of these is new, and maintenance is weekly at the closest.",
        ),
        SecondSignature(
            act=TwoPersonAct.DISCHARGE_EXCEPTION,
            first=Permission.DISCHARGE,
            second=Permission.SIGN_EXCEPTION,
            who="a prescriber",
            why="A prescriber answers for somebody who leaves although a check is not met.",
            without="Nobody leaves before every check is met.",
            alone=True,
        ),
        SecondSignature(
            act=TwoPersonAct.DRUG_DRAWN,
            first=Permission.RUN_INFUSION,
            second=Permission.WITNESS,
            who=_WITNESS,
            why="Two people at the vial.",
            without="No drug can be drawn.",
        ),
        SecondSignature(
            act=TwoPersonAct.DRUG_ACCOUNTED,
            first=Permission.CHART,
            second=Permission.WITNESS,
            who=_WITNESS,
            why="A witness sees what is wasted.",
            without="Drug that was drawn cannot be accounted for, and nobody can be discharged.",
        ),
        SecondSignature(
            act=TwoPersonAct.VIAL_RECEIVED,
            first=Permission.RECEIVE_STOCK,
            second=Permission.WITNESS,
            who=_WITNESS,
            why="Two people at the safe.",
            without="No vial can be taken into stock.",
        ),
        SecondSignature(
            act=TwoPersonAct.STOCK_KEPT,
            first=Permission.KEEP_STOCK,
            second=Permission.WITNESS,
            who=_WITNESS,
            why="Nobody is alone with the drug, nor with what is written about it.",
            without="The stock cannot be counted, and nothing can leave the safe but what is drawn.",
        ),
        SecondSignature(
            act=TwoPersonAct.STOCK_SETTLED,
            first=Permission.SETTLE_STOCK,
            second=Permission.WITNESS,
            who=_WITNESS,
            why="Whoever counted does not close the question alone.",
            without="A count that differs stays open.",
        ),
        SecondSignature(
            act=TwoPersonAct.RECORDS_JOINED,
            first=Permission.REGISTER_PEOPLE,
            second=Permission.CHART,
            who=_WITNESS,
            why="Two people have compared both records: a wrong joining mixes two people's allergies and doses.",
            without="Records of somebody who was registered twice stay apart.",
        ),
        SecondSignature(
            act=TwoPersonAct.OWN_NUMBER,
            first=Permission.SIGN_RULES,
            second=Permission.COUNTERSIGN_RULES,
            who=_PRESCRIBER,
            why="Another prescriber has seen who notices: every one of these numbers is about treatment.",
            without="Every threshold stays as packaged.",
        ),
        SecondSignature(
            act=TwoPersonAct.ERASURE,
            first=Permission.ERASE,
            second=Permission.ERASE,
            who="the medical director beside an administrator",
            why="The medical director and an administrator answer for it together.",
            without="A request for erasure cannot be carried out here.",
            roles=_BOTH,
        ),
        SecondSignature(
            act=TwoPersonAct.SAMPLES_LET_GO,
            first=Permission.ERASE,
            second=Permission.ERASE,
            who="the medical director beside an administrator",
            why="It cannot be brought back: one knows what care may ask of it, the other what the law does.",
            without="What monitors sent is kept for ever.",
            roles=_BOTH,
        ),
        SecondSignature(
            act=TwoPersonAct.EXPORT,
            first=Permission.EXPORT,
            second=Permission.EXPORT,
            who="the medical director beside an administrator",
            why="It is every patient's record in one file: two know that it left, and why.",
            without="Exports are made from the command line alone, while the server is stopped.",
            roles=_BOTH,
        ),
        SecondSignature(
            act=TwoPersonAct.IMPORT,
            first=Permission.IMPORT,
            second=Permission.IMPORT,
            who="the medical director beside an administrator",
            why="Doses, allergies and scores of many come in at once: one knows the file, the other what they bear on.",
            without="Records are taken in from the command line alone, while the server is stopped.",
            roles=_BOTH,
        ),
        SecondSignature(
            act=TwoPersonAct.GOING_LIVE,
            first=Permission.SIGN_LIVE,
            second=Permission.SIGN_LIVE,
            who="the medical director beside an administrator",
            why="The medical director and an administrator sign the rules together.",
            without="The home stays in commissioning: no infusion can start.",
            roles=_BOTH,
        ),
        SecondSignature(
            act=TwoPersonAct.FACTOR_CLEARED,
            first=Permission.MANAGE_HOME,
            second=Permission.VOUCH,
            who="the medical director, or another administrator",
            why="Without it, a password alone is somebody: two have made sure who asks.",
            without="Whoever lost their second factor comes in by a recovery code alone.",
        ),
        SecondSignature(
            act=TwoPersonAct.APP_LET_IN,
            first=Permission.MANAGE_HOME,
            second=Permission.VOUCH,
            who="the medical director, or another administrator",
            why="An app reads every patient's record day and night: two have made sure whose it is and what it needs.",
            without="No other program reads the records.",
        ),
        SecondSignature(
            act=TwoPersonAct.SERVICE_TAKEN,
            first=Permission.MANAGE_HOME,
            second=Permission.VOUCH,
            who="the medical director, or another administrator",
            why="Whoever runs that service can be anybody here who linked themselves to it: two have made sure of it.",
            without="Everybody signs in here alone.",
        ),
        SecondSignature(
            act=TwoPersonAct.LET_IN,
            first=Permission.MANAGE_HOME,
            second=Permission.VOUCH,
            who="the medical director, or another administrator",
            why="Whoever can make up a colleague alone is two people on every paper that asks for two.",
            without="Prescribers, medical directors and administrators are added from the command line alone.",
        ),
    )
}
"""Every act that needs two people; workflows, forms and the page of who may sign what all ask here."""


def are_new_to_each_other(first: Staff, other: Staff, now: datetime) -> bool:
    """Say whether one of two let the other in so lately that they do not sign together yet."""
    return first.is_new_for(other, now) or other.is_new_for(first, now)


def may_be_second(act: TwoPersonAct, first: Staff, other: Staff, now: datetime) -> bool:
    """Say whether `other` may sign beside `first` at `now`: another person, still working here, whose roles allow it.

    Neither may have let the other in lately: one person could else make up the second.
    """
    row = SECOND_SIGNATURES[act]
    if other.pk == first.pk or not other.is_active or are_new_to_each_other(first, other, now):
        return False
    if row.roles:
        one, two = row.roles
        return any(one in a.roles and two in b.roles for a, b in ((first, other), (other, first)))
    lighter = row.second_beside_prescriber
    return other.may(row.second) or (lighter is not None and first.may(Permission.SIGN_ORDER) and other.may(lighter))


def may_sign_alone(act: TwoPersonAct, first: Staff) -> bool:
    """Say whether `first` needs nobody beside them for this act."""
    row = SECOND_SIGNATURES[act]
    return row.alone and first.may(row.second)


def seconds_for(act: TwoPersonAct, first: Staff, now: datetime) -> list[Staff]:
    """Return whom a list of second people shows: those who may sign beside `first`, by name."""
    working = Staff.objects.filter(is_active=True).order_by("full_name")
    return [each for each in working if may_be_second(act, first, each, now)]
