"""Whoever does things at random: how an act is tried, and whom and what it is about."""

import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

import numpy as np
from django.core.exceptions import ObjectDoesNotExist

from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.conflict import Conflict
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.recording.refusal import Malformed, Refused, Unsure
from sereniv.therapy.scheduling.calendar import AppointmentState, appointments
from sereniv.therapy.session.chart import Phase, SessionChart
from tests.conftest import FixedClock

Chosen = TypeVar("Chosen")
WHY = "Talked through with both of them, and agreed."
NOT_DONE = (Refused, Malformed, Unsure, Conflict, ObjectDoesNotExist, StopIteration, IndexError, ValueError)


class Hands:
    """Somebody who tries things at random, and what they may try them on."""

    def __init__(self, stage: Stage, clock: FixedClock, seed: int) -> None:
        self.stage, self.clock, self.dice = stage, clock, np.random.default_rng(seed)
        self.numbers = itertools.count(1)

    def tries(self, what: Callable[[], object]) -> None:
        """Try an act; what is refused, or is about nothing that there is, is not done."""
        with suppress(*NOT_DONE):
            what()

    def pick(self, choices: Sequence[Chosen]) -> Chosen:
        return choices[int(self.dice.integers(len(choices)))]

    @property
    def now(self) -> datetime:
        return self.clock.shown

    def act(self, role: str, second: str = "") -> Act:
        return self.stage.act(role, self.clock.shown, second)

    def somebody(self) -> Person:
        return self.pick(list(Person.objects.order_by("pk")))

    def head(self, who: Person) -> int:
        return chart_store.person_chart(who.pk).head

    def a_session(self, *phases: Phase) -> tuple[SessionRow, SessionChart]:
        rows = SessionRow.objects.filter(phase__in=[str(each) for each in phases]).order_by("pk")
        row = self.pick(list(rows.select_related("person")))
        return row, chart_store.session_chart_of(row.pk)

    def an_appointment(self, *states: AppointmentState) -> tuple[Person, int]:
        who = self.pick([each for each in Person.objects.order_by("pk") if self._theirs(each, states)])
        return who, self.pick(self._theirs(who, states))

    def _theirs(self, who: Person, states: Sequence[AppointmentState]) -> list[int]:
        return [each.entry for each in appointments(chart_store.person_chart(who.pk)) if each.state in states]
