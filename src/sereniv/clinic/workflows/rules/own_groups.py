"""Packaged defaults that wait for the clinic's own signature, by group, and the signature under a whole group."""

from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import OwnRuleSigned
from sereniv.clinic.workflows.rules.own_rules import RULE, Standing, standings
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import day_of, read_anew
from sereniv.knowledge import knowledge
from sereniv.knowledge.own_groups import OWN_GROUPS, OwnGroup
from sereniv.knowledge.rows import Evidence
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStanding:
    """One group of numbers as it stands."""

    group: OwnGroup
    numbers: tuple[Standing, ...]

    @property
    def waiting(self) -> tuple[Standing, ...]:
        """Return the packaged defaults that are in force and that nobody here has signed as they are now."""
        return tuple(each for each in self.numbers if is_unsigned(each) and not each.is_own)

    @property
    def moved(self) -> tuple[Standing, ...]:
        """Return the clinic's own numbers beneath which the packaged one has moved: each is looked at by itself."""
        return tuple(each for each in self.numbers if each.packaged_has_moved)

    @property
    def asks(self) -> int:
        """Count what the medical director is asked to look at."""
        return len(self.waiting) + len(self.moved)


def is_unsigned(each: Standing) -> bool:
    """Say whether the packaged default was never signed here, or is another than the one that was."""
    if each.packaged.row.evidence is not Evidence.DEFAULT or each.coming:
        return False
    return each.signed is None or each.signed.event.packaged != each.packaged.value


def groups(now: datetime) -> tuple[GroupStanding, ...]:
    """Return every group with its numbers."""
    found = standings(now)
    return tuple(
        GroupStanding(group=group, numbers=tuple(each for name, each in found.items() if group.holds(name)))
        for group in OWN_GROUPS.values()
    )


def waiting(now: datetime) -> int:
    """Count the numbers that wait to be read and signed, in any group."""
    return sum(each.asks for each in groups(now))


def sign_group(name: str, version: str, reason: str, act: Act) -> int:
    """Sign everything of a group that waits as it is packaged, from today; return how many numbers that were.

    `version` is that of the packaged tables which were read: after an update the page is read again.

    Raises
    ------
    Malformed
        When there is no such group, or the reason is missing.
    Refused
        When the packaged tables are others than those read, nothing waits any more, or no second person who may
        countersign signs with the director.
    """
    act.permit(Permission.SIGN_RULES)
    act.second_person(TwoPersonAct.OWN_NUMBER, RULE)
    demand_reason(reason, "Write the reason; it stands beside every number that you sign.")
    if name not in OWN_GROUPS:
        raise Malformed("This is no group of numbers.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return 0
        if version != knowledge().version:
            raise Refused(RULE, "The packaged numbers were updated since this page was drawn. Read them again.")
        found = next(each for each in groups(act.now) if each.group.name == name).waiting
        if not found:
            raise Refused(RULE, "Nothing of this group waits any more: somebody has signed it meanwhile.")
        events = [_as_packaged(each, reason, act.now) for each in found]
        chart_store.append([New(stream="home", event=each, at=act.now) for each in events], act.writing())
        read_anew()
        return len(events)


def _as_packaged(each: Standing, reason: str, now: datetime) -> OwnRuleSigned:
    references = knowledge().references
    cited = " ".join(references[source].citation for source in each.packaged.row.sources)
    return OwnRuleSigned(
        threshold=each.packaged.name,
        value=None,
        packaged=each.packaged.value,
        packaged_version=knowledge().version,
        effective_from=day_of(now),
        source=f"As packaged. {cited}",
        reason=reason.strip(),
    )
