"""How a person's treatment stands: their courses, what ran, the change on the scale, what the next one waits for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.clinic.workflows.course import weighing
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge.rows import Protocol
from sereniv.therapy.followup.response import Change
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.elsewhere import infusions_elsewhere, latest_start, most_mg, undated
from sereniv.therapy.person.events import CourseReviewed
from sereniv.therapy.person.told_twice import PerhapsTwice, perhaps_twice
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import given_mg
from sereniv.therapy.session.ran import ran_of
from sereniv.therapy.treatment import course_rules, ending, maintenance, next_infusion, signals
from sereniv.therapy.treatment.course import Course, Standing, courses
from sereniv.therapy.treatment.last_time import LastTime, last_time
from sereniv.therapy.treatment.spacing import Spacing, spacing
from sereniv.therapy.treatment.struck_ground import struck_grounds
from sereniv.therapy.treatment.tolerance import Infusion, tolerance

INTERVALS = frozenset({"taper", "shortening_interval", "cannot_be_spaced"})
"""The rows of `course.toml` that speak of how far apart infusions of maintenance are."""


@dataclass(frozen=True)
class Treatment:
    """One person's courses at one moment, with what they are judged on; each worked out when first asked for."""

    chart: PersonChart
    infusions: tuple[Infusion, ...]
    now: datetime

    @cached_property
    def ran(self) -> tuple[SessionChart, ...]:
        """The sessions in which the pump ran, the first one first."""
        return tuple(each.chart for each in self.infusions)

    @cached_property
    def runs(self) -> tuple[datetime, ...]:
        """When each infusion began, the first one first."""
        return tuple(each.started_at for each in self.ran if each.started_at is not None)

    @property
    def used_orders(self) -> frozenset[int]:
        """The orders by which a pump ran."""
        return frozenset(each.opened.event.order for each in self.ran if each.opened is not None)

    @property
    def today(self) -> date:
        """The day in the clinic's zone."""
        return self.now.astimezone(home_zone()).date()

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """Every course, oldest first."""
        found = tuple(each for each in map(ran_of, self.ran) if each is not None)
        return courses(self.chart, found, rules_in_force(self.now), self.today, home_zone())

    @property
    def course(self) -> Course | None:
        """The present or last course."""
        return self.courses[-1] if self.courses else None

    @property
    def indication(self) -> str:
        """What the present or last course treats, "" before the first."""
        return self.course.indication if self.course else ""

    @property
    def is_over(self) -> bool:
        """True when no course is under way."""
        return self.course is None or self.course.standing is Standing.ENDED

    @cached_property
    def change(self) -> Change | None:
        """The change on the course's primary scale."""
        return self.changes[-1] if self.changes else None

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The change at every score since the course began, the oldest first."""
        if self.course is None:
            return ()
        return course_rules.changes_of(self.course, self.chart, rules_in_force(self.now), self.now)

    @property
    def old_baseline(self) -> str:
        """How old the baseline is where it is too old to judge a response by, "" where it is not."""
        change = self.change
        if change is None or course_rules.baseline_counts(change, rules_in_force(self.now)):
            return ""
        return course_rules.old_baseline_words(change)

    @property
    def checks_due(self) -> tuple[str, ...]:
        """What a review looks at now, each named: those of maintenance where its review is due, else none."""
        due = next((each for each in self.warnings if each.is_met and each.row.id == "maintenance_review"), None)
        return due.row.checks if due else ()

    @property
    def advice(self) -> tuple[course_rules.Advice, ...]:
        """What the evidence says of the course."""
        if self.course is None:
            return ()
        before = any(each.responded for each in self.changes[:-1])
        rules = rules_in_force(self.now)
        return course_rules.advice(self.course, self.change, rules, responded_before=before)

    @property
    def ending_proposed(self) -> ending.Proposed:
        """How the course ended, as far as its scores can say."""
        found = self.course.ran if self.course else ()
        return ending.proposed(self.changes, found, self.now, rules_in_force(self.now))

    @property
    def waits(self) -> tuple[next_infusion.Wait, ...]:
        """What the next infusion waits for."""
        rules = rules_in_force(self.now)
        return next_infusion.waits(self.course, self.change, self.chart, rules, self.now, home_zone())

    @property
    def reviewed(self) -> tuple[tuple[Recorded[CourseReviewed], str], ...]:
        """Each review of the course, and what to say where it read a score that was struck since."""
        reviews = self.course.reviews if self.course else ()
        return tuple((each, self._struck.get(each.seq, "")) for each in reviews)

    @property
    def ended_on_nothing(self) -> str:
        """What to say where the course was ended on a score that was struck since, "" where it was not."""
        ended = self.course.ended if self.course else None
        return self._struck.get(ended.seq, "") if ended is not None else ""

    @cached_property
    def _struck(self) -> dict[int, str]:
        if self.course is None:
            return {}
        found = struck_grounds(self.course, self.chart, rules_in_force(self.now))
        return {seq: each.words for seq, each in found.items()}

    @property
    def waits_unsaid(self) -> tuple[next_infusion.Wait, ...]:
        """What the next infusion waits for beside thoughts of suicide, which a page of a decision says apart."""
        return tuple(each for each in self.waits if each.rule != rules_in_force(self.now).open_items.id)

    @property
    def waits_beside_a_review(self) -> tuple[next_infusion.Wait, ...]:
        """What the next infusion waits for and no review ends now; what one ends stands on its page as what it read."""
        due = self.course.due if self.course else None
        can_be_recorded = due is not None and due.can_be_recorded(self.today)
        ended_by_it = {*next_infusion.ENDED_BY_A_REVIEW, *(["milestone"] if can_be_recorded else [])}
        return tuple(each for each in self.waits_unsaid if each.rule not in ended_by_it)

    @property
    def before_another(self) -> next_infusion.Wait | None:
        """What a new course waits for after one that has ended."""
        decided = self.chart.decisions[-1].at if self.chart.decisions else None
        return next_infusion.before_another(self.course, decided)

    @property
    def asked_anew(self) -> tuple[next_infusion.Wait, ...]:
        """What is asked for again before an order: consent that was taken back, and what a new course asks."""
        return next_infusion.asked_anew(self.course, self.chart)

    @property
    def exposure(self) -> maintenance.Exposure:
        """How much was given in all, here and elsewhere."""
        return maintenance.exposure((*given(self.ran, self.now), *given_elsewhere(self.chart, self.runs)), self.now)

    @property
    def told_twice(self) -> tuple[PerhapsTwice, ...]:
        """What is told of infusions elsewhere that may be one infusion, told twice: it waits for somebody's word."""
        return perhaps_twice(self.chart, self.runs)

    @property
    def warnings(self) -> tuple[course_rules.Advice, ...]:
        """What the time after the series is warned of."""
        if self.course is None:
            return ()
        return maintenance.warnings(self.course, self.chart, rules_in_force(self.now), self.now, home_zone())

    @property
    def warned_beside_an_order(self) -> tuple[course_rules.Advice, ...]:
        """What holds no order, and is yet to be read where the next one is written: intervals that do not grow."""
        return tuple(each for each in self.warnings if each.is_met and each.row.id in INTERVALS)

    @property
    def going(self) -> course_rules.Advice | None:
        """A response that is going while the series still runs: nothing is held by it, its choices stand in sight."""
        if self.course is None or not self.course.left or self.is_over:
            return None
        found = maintenance.response_going(self.course, self.chart, rules_in_force(self.now), self.now)
        return found if found is not None and found.is_met else None

    @property
    def signalled(self) -> tuple[course_rules.Advice, ...]:
        """What is warned of wherever a course stands in one line: `warnings`, and a response that is `going` before."""
        return self.warnings if self.going is None else (self.going, *self.warnings)

    @property
    def next_due(self) -> date | None:
        """The day the next infusion is meant for."""
        return maintenance.next_due(self.course, home_zone()) if self.course else None

    @property
    def meant_for(self) -> date | None:
        """The day the next infusion was meant for, past where it is late."""
        return maintenance.meant_for(self.course, home_zone()) if self.course else None

    @property
    def planned_interval_days(self) -> int | None:
        """The interval of maintenance that is planned, None outside it."""
        plan = None if self.course is None or self.is_over else self.course.plan
        return plan.interval_days if plan else None

    @property
    def days_to_the_plan(self) -> int:
        """How many days the next infusion of maintenance lies ahead, below zero when overdue; 0 before the first."""
        due = self.next_due if self.planned_interval_days is not None and self.course and self.course.runs else None
        return (due - self.today).days if due else 0

    def too_soon(self, protocol: Protocol | None) -> Spacing | None:
        """Return by what a start under a protocol would be too soon now, None where it is not; the gate holds it."""
        found = spacing(protocol, self.chart, self.runs, home_zone()) if protocol is not None else None
        return found if found is not None and found.earliest > self.now else None

    @cached_property
    def last_time(self) -> LastTime | None:
        """The last infusion as the next order reads it."""
        return last_time(self.infusions, self.chart, rules_in_force(self.now), self.now)

    @property
    def read(self) -> weighing.Read:
        """What a decision about the person reads."""
        return weighing.Read(chart=self.chart, course=self.course, change=self.change, now=self.now)

    @property
    def grounds_to_raise(self) -> bool:
        """True when a non-response to a dose that was tolerated is on record, by a score young enough to say so.

        A score counts that was taken since the last infusion ended, against a baseline young enough to be one; and
        where a response was ever reached in this course, a worse score later is no non-response: the response is going.
        A course that has ended gives none: a score taken before the next one says how somebody is without treatment.
        """
        last, rules = self.infusions[-1] if self.infusions else None, rules_in_force(self.now)
        run = ran_of(last.chart) if last is not None else None
        if last is None or run is None or self.change is None or self.is_over:
            return False
        latest = self.change.latest_at
        counts = run.is_over_before(latest) and signals.counts_still(latest, self.now, rules)
        never_responded = all(each.responded is False for each in self.changes) and not self.old_baseline
        return never_responded and counts and tolerance(last, self.chart, rules, self.now).is_borne


def ran(person_id: Id) -> tuple[SessionChart, ...]:
    """Return the sessions of a person in which the pump ran, first one first; one that still runs is among them."""
    return tuple(each.chart for each in infusions_of(person_id))


def infusions_of(person_id: Id) -> tuple[Infusion, ...]:
    """Return what ran of a person, first one first, each with the name of its session."""
    return infusions_among({str(row.pk): chart for row, chart in sessions_of(person_id)})


def infusions_among(found: Mapping[str, SessionChart]) -> tuple[Infusion, ...]:
    """Return the sessions of one person in which the pump ran, first one first.

    One whose opening cannot be read is not among them: nobody knows what was ordered, and `unread_of_sessions` says so.
    """
    began = [(chart.started_at, name, chart) for name, chart in found.items() if chart.started_at and chart.opened]
    in_order = sorted(began, key=lambda each: each[0])
    untils = [*(at for at, _, _ in in_order), None][1:]
    return tuple(
        Infusion(session=name, chart=chart, until=until)
        for (_, name, chart), until in zip(in_order, untils, strict=True)
    )


def treatment_of(person_id: Id, now: datetime, chart: PersonChart | None = None) -> Treatment:
    """Read how a person's treatment stands."""
    return Treatment(chart=chart or chart_store.person_chart(person_id), infusions=infusions_of(person_id), now=now)


def given(charts: Sequence[SessionChart], now: datetime) -> tuple[maintenance.Given, ...]:
    """Return what each infusion gave: as accounted for, or by its charted rates until it is."""
    return tuple(
        maintenance.Given(
            at=chart.started_at,
            mg=given_mg(chart, now),
        )
        for chart in charts
        if chart.started_at is not None
    )


def given_elsewhere(chart: PersonChart, here: Sequence[datetime]) -> tuple[maintenance.Given, ...]:
    """Return what others gave, as told, the most that any record has and as late as it can have been.

    What is told of by number alone counts with the infusion that it was given before.

    Parameters
    ----------
    here
        When each infusion here began.
    """
    found = infusions_elsewhere(chart, here)
    unsure = {each.telling.seq for each in perhaps_twice(chart, here)}
    return tuple(
        maintenance.Given(at=latest_start(each, home_zone()), mg=mg, elsewhere=True, perhaps_again=again)
        for each, before in zip(found, undated(found), strict=True)
        for mg, again in (*[(None, False)] * before, (most_mg(chart, each), each.seq in unsure))
    )
