"""What the codes of standing diagnoses say of a pregnancy and of substance use, beside what was asked and tested."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Criterion, Knowledge, Phase
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.concern import Known
from sereniv.therapy.person.diagnoses import begins_with, codes_of, standing
from sereniv.therapy.person.events import DiagnosisRecorded, Pregnancy, PregnancyRecorded, SubstanceUse
from sereniv.therapy.recording.entry import Recorded


def with_codes(
    row: Criterion, chart: PersonChart, now: datetime, max_age: timedelta, asked: Known | None
) -> Known | None:
    """Return the first input of a row as the codes of diagnoses say it, or as it was asked where they say nothing."""
    found = tuple(_said(row, chart))
    if "pregnancy" in row.inputs:
        return _pregnancy(chart, now, max_age, found) or asked
    return _substance_use(found, asked)


def pregnancy_words(chart: PersonChart, now: datetime, knowledge: Knowledge) -> str:
    """Say that somebody is pregnant or breastfeeds, by asking, a test or a diagnosis; empty where nothing says so."""
    row, last = knowledge.criteria["pregnancy"], chart.last(PregnancyRecorded)
    coded = with_codes(row, chart, now, row.inputs["pregnancy"].max_age(Phase.BEFORE_START), None)
    found = [coded.words] if coded is not None else []
    if last is not None and last.event.status is Pregnancy.PREGNANT and not found:
        found.append(Pregnancy.PREGNANT.value)
    if last is not None and last.event.breastfeeds:
        found.append(Pregnancy.BREASTFEEDING.value)
    return "; ".join(found)


Said = tuple[str, str, Recorded[DiagnosisRecorded]]
"""A value, the code that says it, and the diagnosis."""


def _said(row: Criterion, chart: PersonChart) -> Iterator[Said]:
    for each in standing(chart):
        for code in codes_of(each.event):
            value = next((value for value, codes in row.coded.items() if begins_with(code, codes)), None)
            if value is not None:
                yield value, code, each


def _pregnancy(chart: PersonChart, now: datetime, max_age: timedelta, found: tuple[Said, ...]) -> Known | None:
    """Return a pregnancy that a fresh diagnosis tells of, where nobody asked or tested since."""
    last = chart.last(PregnancyRecorded)
    newer = [each for each in found if now - each[2].at <= max_age and (last is None or last.seq < each[2].seq)]
    return Known(value=newer[-1][0], words=_words(newer[-1])) if newer else None


def _substance_use(found: tuple[Said, ...], asked: Known | None) -> Known | None:
    """Add what diagnoses tell of to what was asked: that it was denied since takes back no diagnosis."""
    if not found:
        return asked
    uses = {value for value, _, _ in found}
    words = [_words(each) for each in found]
    if asked is not None:
        uses |= {str(each) for each in (asked.value if isinstance(asked.value, tuple) else ())}
        words = [asked.words, *words]
    return Known(value=tuple(use for use in SubstanceUse if use in uses), words="; ".join(words))


def _words(said: Said) -> str:
    value, code, diagnosis = said
    return f"{value.replace('_', ' ')} by diagnosis {code}, recorded {diagnosis.at:%d %b %Y}"
