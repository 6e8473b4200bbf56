"""How many nurses those infusing at once ask for, held against how many somebody says there are.

Who says they are on duty may be anywhere. What is counted here is who is infusing and who has charted at the open
chairs, and it says so; how many nurses there are is said by a person, and held against the count.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sereniv.knowledge.rows import GateLine, ProtocolKind
from sereniv.therapy.session.chart import RUNNING, SessionChart
from sereniv.therapy.session.events import SessionPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ChairNow:
    """One other open chair: its name and its session."""

    name: str
    chart: SessionChart


COUNT = re.compile(r"\s*(\d{1,2})\s*(?:nurses?|rns?)?\s*(?:here|on duty)?\s*(?:now)?\s*(?:$|[.:,;](.*))", re.I | re.S)
NOT_NOW = frozenset(
    {
        "after", "afternoon", "arriving", "before", "break", "call", "coming", "due", "evening", "except", "expected",
        "friday", "later", "lunch", "midday", "minus", "monday", "noon", "saturday", "soon", "sunday", "thursday",
        "till", "tomorrow", "tonight", "tuesday", "until", "wednesday", "without",
        "ab", "abend", "bald", "bis", "mittag", "morgen", "nachher", "nachmittag", "ohne", "pause", "später",
        "vormittag", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag",
        "demain", "après", "avant", "bientôt", "sans", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi",
        "dimanche", "mañana", "después", "luego", "tarde", "sin", "lunes", "martes", "miércoles", "jueves", "viernes",
        "sábado", "domingo", "domani", "dopo", "più", "senza", "amanhã", "depois", "logo", "sem", "segunda", "terça",
        "quarta", "quinta", "sexta",
    }
)  # fmt: skip
"""Words of another time, which may begin with a capital too; what begins without one is read as no name."""
BESIDE_NAMES = frozenset(
    {
        "agency", "and", "all", "bank", "both", "charge", "duty", "float", "here", "i", "me", "myself", "now", "nurse",
        "nurses", "on", "others", "pool", "rn", "rns", "unit", "ward",
    }
)  # fmt: skip
"""Words of who is here that are no names."""
WITHIN_NAMES = frozenset(
    {"bin", "da", "de", "del", "den", "der", "di", "dos", "du", "ibn", "la", "le", "ten", "ter", "van", "von"}
)
"""Parts of names that are written without a capital, as in Ben de la Cruz."""

FROM_WHERE = re.compile(r"\b(?:from|of) the\b", re.I)


def nurses_said(words: str) -> int | None:
    """Read how many nurses somebody says are here now: a number alone, or followed by who they are.

    None where the words are of anything else: of another time (*3 tomorrow*, *2: Ada, Ben from 14:00*), of a span
    (*2-3*), of a share (*2 of 3*), or of words nobody here knows, in whatever language (*2: Ada, Ben ab Mittag*): after
    the number names alone are read, as people write them, with a capital. Such a number is none of nurses who are
    here. Names in letters that know no capitals are asked about.
    """
    found = COUNT.fullmatch(words)
    if found is None:
        return None
    return int(found[1]) if _names_alone(found[2] or "") else None


def _names_alone(who: str) -> bool:
    said = re.findall(r"[^\W_]+", FROM_WHERE.sub(" ", who))
    has_figures = any(map(str.isdecimal, who)) or any(each.isnumeric() for each in said)
    return not has_figures and "?" not in who and all(_is_of_now(each) for each in said)


def _is_of_now(word: str) -> bool:
    if word.casefold() in NOT_NOW:
        return False
    return word.casefold() in BESIDE_NAMES or word in WITHIN_NAMES or word[0].isupper()


def asks_for_one_alone(plan: SessionPlan, row: GateLine) -> bool:
    """Say whether an infusion asks for a nurse who looks after nobody else: a first one, or fast for pain."""
    per_kg_h = plan.rate_ml_per_h * plan.concentration_mg_per_ml / plan.dose_weight_kg
    fast = row.alone_over_mg_per_kg_per_h is not None and per_kg_h > row.alone_over_mg_per_kg_per_h
    return plan.infusion_number == 1 or (plan.kind is ProtocolKind.PAIN and fast)


def nurses_needed(plans: Sequence[SessionPlan], row: GateLine) -> int:
    """Return how many nurses these infusions ask for together."""
    alone = sum(asks_for_one_alone(plan, row) for plan in plans)
    return alone + -(-(len(plans) - alone) // (row.patients_per_nurse or 1))


def infusing_plans(elsewhere: Sequence[ChairNow], plan: SessionPlan) -> tuple[SessionPlan, ...]:
    """Return the plans of everybody who would be infusing with this one."""
    return (plan, *(each.chart.plan for each in elsewhere if each.chart.phase in RUNNING))


def short_of_nurses(row: GateLine, plan: SessionPlan, elsewhere: Sequence[ChairNow], said: str) -> str:
    """Say why the nurses that somebody says there are do not do; empty where they do."""
    if row.patients_per_nurse is None:
        return ""
    plans = infusing_plans(elsewhere, plan)
    needed, there = nurses_needed(plans, row), nurses_said(said)
    alone = sum(asks_for_one_alone(each, row) for each in plans)
    words = f"{len(plans)} infusing with this one, {alone} of them with a nurse alone: {needed} needed"
    if there is None:
        return f"{words}; how many there are is not said: a number, alone or followed by names."
    return "" if there >= needed else f"{words}, {there} said to be there."


def ratio_words(row: GateLine, plan: SessionPlan, elsewhere: Sequence[ChairNow], nurses: Sequence[str]) -> str:
    """Write how many would be infusing with this one, how many nurses they ask for, and who charts."""
    infusing = [each for each in elsewhere if each.chart.phase in RUNNING]
    count = len(infusing) + 1
    chairs = ", ".join(
        f"{each.name}{' (a nurse alone)' if asks_for_one_alone(each.chart.plan, row) else ''}" for each in infusing
    )
    now = f"Infusing now: {chairs}; {count} with this one." if infusing else "Nobody else is infusing; 1 with this one."
    needed = f"Nurses needed: {nurses_needed(infusing_plans(elsewhere, plan), row)}."
    who = f"{', '.join(nurses)} ({len(nurses)})" if nurses else "nobody yet"
    return f"{now} {needed} Have charted at the open chairs: {who}. Who else is on duty is not known here."
