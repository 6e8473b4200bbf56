"""The intake walk: each step with the page where it is done, and which one comes next for whoever is signed in."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.candidacy.intake import Step, StepState, key_of, next_open, steps

PAGES: dict[str, tuple[str, Permission]] = {
    "consent": ("person_consent", Permission.RECORD_CONSENT),
    "diagnosis": ("person_diagnosis", Permission.REGISTER_PEOPLE),
    "level_of_care": ("person_level_of_care", Permission.DECIDE_CANDIDACY),
    "trials": ("person_trials", Permission.REGISTER_PEOPLE),
    "score": ("person_score", Permission.CHART),
    "substances": ("person_substances", Permission.REGISTER_PEOPLE),
    "medicines": ("person_medicines", Permission.CHART),
    "measure": ("person_measure", Permission.CHART),
    "pregnancy": ("person_pregnancy", Permission.CHART),
    "work_up": ("person_work_up", Permission.CHART),
    "conditions": ("person_conditions", Permission.REGISTER_PEOPLE),
    "psychiatric": ("person_conditions", Permission.REGISTER_PEOPLE),
    "allergies": ("person_history", Permission.REGISTER_PEOPLE),
    "anaesthetic_risk": ("person_anaesthetic_risk", Permission.DECIDE_CANDIDACY),
}
"""The page of each step, and what it needs."""

READS: dict[str, Permission] = {
    "score": Permission.READ_SCORES,
    "level_of_care": Permission.READ_CANDIDACY,
    **dict.fromkeys(("medicines", "measure", "pregnancy", "work_up", "anaesthetic_risk"), Permission.READ_EXAMINED),
}
"""The part of a record that the words of a step tell of, where it is another than what intake itself asks."""

NOT_SHOWN = "Not shown to you."

WALK = "walk"
"""The query word that keeps a form within the walk; its value names the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One step with where it is done; no address where the reader may not do it."""

    step: Step
    address: str
    key: str

    @property
    def is_done(self) -> bool:
        """True when nothing is left to do."""
        return self.step.state is StepState.DONE


def step_for(step: Step, shows: Callable[[Permission], bool]) -> Step:
    """Return a step as somebody is told it: where it stands, and what it read only where they read that part."""
    reads = READS.get(step.id)
    return step if reads is None or shows(reads) else replace(step, words=NOT_SHOWN)


def places(person: Person, me: Staff, now: datetime) -> tuple[Place, ...]:
    """Return every step of a person's intake for one reader."""
    chart = chart_store.person_chart(person.pk)
    found = steps(chart, person.registered, now, rules_in_force(now))
    return tuple(
        Place(step=step_for(each, me.may), address=_address(each, person.pk, me), key=key_of(each)) for each in found
    )


def _address(step: Step, person_id: uuid.UUID, me: Staff) -> str:
    name, need = PAGES[step.id]
    if not me.may(need):
        return ""
    return f"{_page(name, step, person_id)}?{WALK}={key_of(step)}"


def _page(name: str, step: Step, person_id: uuid.UUID) -> str:
    if name == "person_score":
        return scale_page(person_id, step.subject)
    if name in {"person_history", "person_conditions"}:
        return reverse(name, args=[person_id, step.id])
    return reverse(name, args=[person_id])


def scale_page(person_id: uuid.UUID, scale: str) -> str:
    """Return where a scale is answered; where its items are not here, where its total is entered."""
    if scale in knowledge().scales:
        try:
            return reverse(f"person_{scale}", args=[person_id])
        except NoReverseMatch:
            return reverse("person_scale", args=[person_id, scale])
    return reverse("person_score", args=[person_id, scale])


def next_address(person: Person, me: Staff, now: datetime, after: str = "") -> str:
    """Return the next step that is open and that the reader may do; the walk's own page when none is left."""
    found = places(person, me, now)
    mine = {place.key: place.address for place in found if place.address}
    step = next_open(tuple(place.step for place in found if place.key in mine or place.key == after), after)
    walk = reverse("person_intake", args=[person.pk])
    return walk if step is None else mine.get(key_of(step), walk)


def walking(request: HttpRequest) -> str:
    """Return the step that a page is opened for within the walk, "" outside it."""
    return request.GET.get(WALK, "")[:80]


def onward(request: HttpRequest, person: Person) -> str:
    """Return where a tap leads: on to the next open step within the walk, else back to the person."""
    step = walking(request)
    if not step:
        return reverse("person", args=[person.pk])
    return next_address(person, staff_of(request), clock.now(), step)


def query(request: HttpRequest) -> str:
    """Return what keeps the next page within the walk, "" outside it."""
    return f"?{urlencode({WALK: walking(request)})}" if walking(request) else ""
