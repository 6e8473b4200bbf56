"""What a laboratory sent, as an item of the work-up: values of one report together, and never a panel out of one value.

A normal panel is one of which every value is there: what is not is named, and nothing stands for it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sereniv.exchange.received.laboratory import Reported
from sereniv.knowledge.rows import Knowledge, WorkUpItem
from sereniv.therapy.candidacy.laboratory import analyte_title, panel_in_doubt
from sereniv.therapy.candidacy.work_up import MEASURED, above_limit, newest_of_each
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.joined import BASE
from sereniv.therapy.person.received import BesideChart, ReceivedItem
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain

Sent = tuple[ReceivedItem, Reported]
"""An item of the inbox, and what it reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What taking one result over would chart: with which others of its report, or why no tap does.

    `asked` are the questions that the values leave open: charted, they are in doubt until somebody says that they are
    right at the work-up.
    """

    items: tuple[ReceivedItem, ...]
    event: ev.WorkUpRecorded | None
    why_not: str
    asked: tuple[str, ...]
    beside: BesideChart
    known: str
    title: str = ""
    """How what the result itself measured is called."""


def report_of(
    item: ReceivedItem, found: Reported, others: Sequence[Sent], chart: PersonChart, rules: Knowledge
) -> Report:
    """Return what becomes of a result; `others` are the results that wait beside it."""
    row = rules.work_up.get(found.analyte.item)
    before = newest_of_each(chart).get(found.analyte.item)
    known = _words_of(before, rules) if row is not None else ""
    if row is None or found.doubt:
        return _untapped(found.doubt or "The work-up asks for it no more.", known)
    together = [(item, found), *(each for each in others if _of_one_report(each, item, found))]
    titles = Counter(one.analyte.title for _, one in together)
    if twice := sorted(title for title, count in titles.items() if count > 1):
        words = f"Two results of {' and '.join(twice)} of this day wait. Refuse the one that does not hold."
        return _untapped(words, known)
    same_day = before if before is not None and _is_of(before, found) else None
    event = _panel(row, together, same_day) if row.gate_above else _single(row, found, same_day)
    if same_day is not None and _says_the_same(same_day.event, event):
        return Report(items=(), event=None, why_not="", asked=(), beside=BesideChart.SAME, known=known)
    lacking = [each for each in row.gate_above if each not in {one.analyte for one in event.values}]
    if lacking and event.finding is ev.WorkUpFinding.NORMAL:
        named = ", ".join(map(analyte_title, lacking))
        words = f"{row.title}: {named} of {found.on:%d %b %Y} are not here. Part of a panel is no normal panel."
        return _untapped(words, known)
    asked = panel_in_doubt(event.values, row, event.finding)
    return Report(
        items=tuple(each for each, _ in together),
        event=event,
        why_not="",
        asked=asked,
        beside=BesideChart.DIFFERS if same_day is not None else BesideChart.NEW,
        known=known,
        title=found.analyte.title,
    )


def _untapped(why_not: str, known: str) -> Report:
    return Report(items=(), event=None, why_not=why_not, asked=(), beside=BesideChart.NEW, known=known)


def _of_one_report(other: Sent, item: ReceivedItem, found: Reported) -> bool:
    """Say whether another result that waits is of the same sender, record, day and panel, and charts as it came."""
    each, said = other
    return (
        each.entry != item.entry
        and each.entry // BASE == item.entry // BASE
        and each.received.event.app == item.received.event.app
        and said.on == found.on
        and said.analyte.item == found.analyte.item
        and not said.doubt
    )


def _is_of(before: Recorded[ev.WorkUpRecorded], found: Reported) -> bool:
    return before.event.done_on == found.on and before.event.finding in MEASURED


def _panel(
    row: WorkUpItem, together: Sequence[Sent], same_day: Recorded[ev.WorkUpRecorded] | None
) -> ev.WorkUpRecorded:
    charted: Mapping[str, ev.LaboratoryValue] = (
        {each.analyte: each for each in same_day.event.values} if same_day is not None else {}
    )
    new = {
        said.analyte.id: ev.LaboratoryValue(
            analyte=said.analyte.id, value=said.value, unit=said.unit, upper_limit=said.high
        )
        for _, said in together
        if said.value is not None and said.high is not None
    }
    both = {**charted, **new}
    values = tuple(both[name] for name in row.gate_above if name in both)
    above = above_limit(values)
    was_abnormal = same_day is not None and same_day.event.finding is ev.WorkUpFinding.ABNORMAL
    words = "; ".join(filter(None, (same_day.event.words if same_day else "", *above)))
    return ev.WorkUpRecorded(
        item=row.id,
        finding=ev.WorkUpFinding.ABNORMAL if above or was_abnormal else ev.WorkUpFinding.NORMAL,
        words=words[:1000],
        done_on=together[0][1].on,
        values=values,
    )


def _single(row: WorkUpItem, found: Reported, same_day: Recorded[ev.WorkUpRecorded] | None) -> ev.WorkUpRecorded:
    """Return an item that holds no values of its own: normal within the laboratory's limits, in its words."""
    words = found.words
    if same_day is not None and same_day.event.words not in {"", words}:
        words = f"{same_day.event.words}; {words}"
    was_abnormal = same_day is not None and same_day.event.finding is ev.WorkUpFinding.ABNORMAL
    finding = ev.WorkUpFinding.ABNORMAL if was_abnormal or not found.is_within else ev.WorkUpFinding.NORMAL
    return ev.WorkUpRecorded(item=row.id, finding=finding, words=words[:1000], done_on=found.on)


def _says_the_same(one: ev.WorkUpRecorded, other: ev.WorkUpRecorded) -> bool:
    if one.values or other.values:
        return one.values == other.values and one.finding is other.finding
    return one.finding is other.finding and other.words in (one.words, f"{one.words}; {one.words}")


def _words_of(before: Recorded[ev.WorkUpRecorded] | None, rules: Knowledge) -> str:
    if before is None:
        return "not known"
    event, title = before.event, rules.work_up[before.event.item].title
    values = ", ".join(
        f"{analyte_title(each.analyte)} {plain(each.value)} {each.unit}, limit {plain(each.upper_limit)}"
        for each in event.values
    )
    said = f"{title}: {event.finding.replace('_', ' ')}, {event.done_on:%d %b %Y}"
    return "; ".join(filter(None, (said, values)))
