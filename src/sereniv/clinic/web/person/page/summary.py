"""The top of a person's page: stage of care, next step, what is dangerous, and the few numbers everybody asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.admin.setup_steps import some
from sereniv.clinic.web.person.page.candidacy import is_eligible, open_concerns
from sereniv.clinic.web.person.page.next_step import next_infusion, next_step
from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.course import weighing
from sereniv.clinic.workflows.course.treatment import Treatment, infusions_among
from sereniv.clinic.workflows.safety import safety as safety_list
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import DecisionKind
from sereniv.therapy.candidacy.criteria import Result
from sereniv.therapy.candidacy.signed_over import SignedOver, signed_over
from sereniv.therapy.followup import aftercare, response
from sereniv.therapy.followup.response import Change, Point
from sereniv.therapy.person.conditions import CHECKLISTS, allergies_of, conditions_of
from sereniv.therapy.person.consent import ConsentState, consent
from sereniv.therapy.person.events import Pregnancy, PregnancyRecorded
from sereniv.therapy.person.received import not_taken_up, waiting
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.safety.worklist import SuicideItemState
from sereniv.therapy.treatment.signals import counts_still


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to know before anything is done; `place` is where on the page it stands in full.

    `part` is the permission to read what it tells of.
    """

    words: str
    place: str
    part: Permission
    presses: bool = True

    @property
    def shape(self) -> str:
        """The shape that goes with how it presses."""
        return "▲" if self.presses else "◆"


def summary(story: Story) -> dict[str, Any]:
    """Return what the top of the page says."""
    stands = treatment(story)
    alerts = sorted(_alerts(story, stands), key=lambda each: not each.presses)
    hidden = [each for each in alerts if not story.shows(each.part)]
    over = [each for each in _signed_over(story) if each.is_weighty]
    reads_candidacy = story.shows(Permission.READ_CANDIDACY)
    return {
        "stands": stands,
        "next_step": next_step(story, stands).for_whom(story.shows),
        "next_infusion": next_infusion(story),
        "misplaced": story.misplaced,
        "alerts": [each for each in alerts if each not in hidden],
        "something_hidden": bool(hidden) or (bool(over) and not reads_candidacy),
        "something_hidden_presses": any(each.presses for each in hidden),
        "has_conditions": _conditions(story),
        "signed_over": over if reads_candidacy else [],
        **(_score(story, stands) if story.shows(Permission.READ_SCORES) else {}),
    }


def _score(story: Story, stands: Treatment) -> dict[str, Any]:
    last = _last_score(story, stands)
    return {
        "last_score": last,
        "score_age": _age(last, story),
        "score_change": stands.change,
        "score_words": _change_words(stands.change) or _while_it_ran(last, stands),
    }


def treatment(story: Story) -> Treatment:
    """Return how the person's courses stand."""
    found = {str(row.pk): chart for row, chart in story.sessions}
    return Treatment(chart=story.chart, infusions=infusions_among(found), now=story.now)


def _signed_over(story: Story) -> tuple[SignedOver, ...]:
    return signed_over(story.chart, story.person.registered, story.now, rules_in_force(story.now))


def _alerts(story: Story, stands: Treatment) -> Iterator[Alert]:
    chart = story.chart
    suicide_items = [
        each
        for each in safety_list.of_person(story.person, story.now)
        if each.item.state is not SuicideItemState.CLOSED
    ]
    if suicide_items:
        left = [each.item.left for each in suicide_items if each.item.asked]
        words = (
            f"Thoughts of suicide: {left[0]}" if len(left) == len(suicide_items) else "Thoughts of suicide to take up"
        )
        yield Alert(words=words, place="open-items", part=Permission.READ_ANSWERS)
    if chart.decisions and chart.decisions[-1].event.decision == "declined":
        place = "candidacy" if story.shows(Permission.READ_CANDIDACY) else "not-shown"
        yield Alert(words="Declined: no infusion here", place=place, part=Permission.READ_INTAKE)
    consented = consent(chart, story.now, rules_in_force(story.now).consent)
    if consented.state in {ConsentState.EXPIRED, ConsentState.WITHDRAWN}:
        yield Alert(words=f"Consent {consented.state}", place="steps", part=Permission.READ_INTAKE)
    for warning in stands.signalled:
        if warning.is_met:
            presses = warning.row.id == "relapse"
            yield Alert(words=warning.row.title, place="course", presses=presses, part=Permission.READ_ORDERS)
    for went in weighing.in_sight(DecisionKind.REVIEW, story.person_id, stands.read).gone_on:
        titles = some([rules_in_force(story.now).signals[each.signal].title for each in went.event.signals])
        words = f"Gone on in spite of: {titles}. {went.event.reason}"
        yield Alert(words=words, place="course", presses=False, part=Permission.READ_ORDERS)
    for effect in aftercare.adverse_events(chart):
        if effect.is_open:
            event = effect.recorded.event
            title = knowledge().aftercare.terms[event.term].title
            words = f"{title}, grade {event.grade}, not over"
            yield Alert(words=words, place="aftercare", presses=effect.presses, part=Permission.READ_SESSIONS)
    if received := len(waiting(chart)):
        words = f"{received} {'entry' if received == 1 else 'entries'} of other records to read"
        presses = bool(not_taken_up(chart, rules_in_force(story.now)))
        yield Alert(words=words, place="inbox", presses=presses, part=Permission.READ_EXAMINED)
    if chart.open_questions():
        words = "A stored value waits to be confirmed"
        yield Alert(words=words, place="questions", presses=False, part=Permission.READ_EXAMINED)
    eligible = is_eligible(chart, story.person)
    found = open_concerns(chart, story.person, story.now)
    met = [each.row.title for each in found if each.verdict.result is Result.MET]
    unknown = [each.due(rules_in_force(story.now)) for each in found if each.verdict.result is Result.UNKNOWN]
    if met:
        words = f"{'New since the decision' if eligible else 'Concern'}: {some(met)}"
        yield Alert(words=words, place="candidacy", part=Permission.READ_CANDIDACY)
    if unknown:
        what = "Needed anew before a start" if eligible else "Not known now"
        words = f"{what}: {some(unknown)}"
        yield Alert(words=words, place="candidacy", presses=False, part=Permission.READ_CANDIDACY)


def _conditions(story: Story) -> dict[str, Any]:
    """Return what holds of the checklists and allergies; a list nobody went through is unknown, and named."""
    rows = knowledge().conditions
    holds: list[str] = []
    unasked: list[str] = []
    for which in CHECKLISTS:
        said = conditions_of(story.chart, which)
        if said is None:
            unasked.append(knowledge().lists[which].title.lower())
            continue
        holds += [rows[name].title for name in said.event.conditions if name in rows]
        holds += said.event.other
    known = story.chart.last(PregnancyRecorded)
    if known is not None:
        holds += ["Pregnant"] if known.event.status is Pregnancy.PREGNANT else []
        holds += ["Breastfeeding"] if known.event.breastfeeds else []
    allergies = allergies_of(story.chart)
    return {
        "holds": holds,
        "unasked": unasked,
        "allergies": None if allergies is None else allergies.event.entries,
    }


def _last_score(story: Story, stands: Treatment) -> tuple[str, Point] | None:
    known = rules_in_force(story.now)
    indication = known.indications.get(stands.indication or story.person.indication)
    scale = known.scales.get(indication.primary_scale) if indication else None
    found = response.points(story.chart, scale) if scale else ()
    return (scale.title, found[-1]) if scale and found else None


def _age(last: tuple[str, Point] | None, story: Story) -> str:
    """Say how old the last score is where it is too old to decide by, "" where it is not."""
    if last is None or counts_still(last[1].at, story.now, rules_in_force(story.now)):
        return ""
    return f"? {(story.now - last[1].at).days} days old"


def _while_it_ran(last: tuple[str, Point] | None, stands: Treatment) -> str:
    """Say that the last score is of the first infusion itself, "" where not: as a bare number it reads as more."""
    first = stands.course.first if stands.course else None
    if last is None or first is None or last[1].at <= first.began or first.is_over_before(last[1].at):
        return ""
    return "given while the first infusion ran: no change is read from it"


def _change_words(change: Change | None) -> str:
    if change is None:
        return ""
    if change.fall == 0:
        return f"unchanged from {plain(change.baseline)}"
    moved = "better" if change.fall > 0 else "worse"
    return f"{plain(abs(change.fall))} {moved} than {plain(change.baseline)}: {change.reached}"
