"""The clinic as it stands at one moment: read once, for Today and for whoever asks who would notice."""

import uuid
from datetime import datetime
from functools import cached_property

from sereniv.clinic.accounts import staff
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store, over_streams, queries
from sereniv.clinic.records.models import CLOSED_PHASES, Person, SessionRow
from sereniv.clinic.records.their_sessions import Theirs, sessions_of_people
from sereniv.clinic.web.today.topics import named
from sereniv.clinic.workflows.calendar import calendar
from sereniv.clinic.workflows.chair.sessions import chairs_elsewhere
from sereniv.clinic.workflows.course.treatment import Treatment, infusions_among
from sereniv.clinic.workflows.followup import aftercare
from sereniv.clinic.workflows.orders.order_state import ran_before, sign_anew_before
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.safety.safety import Listed
from sereniv.clinic.workflows.shell import this_clinic
from sereniv.clinic.workflows.shell.acting import names_of_staff
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.unread_entries import others_unread
from sereniv.knowledge import Phase
from sereniv.therapy.candidacy import criteria
from sereniv.therapy.candidacy.criteria import Finding
from sereniv.therapy.chair.gate import gate
from sereniv.therapy.chair.gate_facts import GateFacts, LineFinding
from sereniv.therapy.followup.aftercare import CheckIn
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.deaths import died
from sereniv.therapy.session.chart import Phase as SessionPhase
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.treatment import order_life
from sereniv.therapy.treatment.order_life import OrderNow

LATELY = 20_000
"""How many of the newest entries of the ledger say who is in care: some weeks of a busy clinic."""

MOST_NEW_PEOPLE = 50


class _Marked(dict[str, str]):
    """Names of the staff as lines that are kept hold them: a mark that is read when they are shown."""

    def get(self, username: str, default: object = None) -> str:
        """Return the mark, whoever it is."""
        del default
        return named(username)


class Clinic:
    """The clinic as it stands at one moment, read when first asked for and only once."""

    def __init__(self, me: Staff, now: datetime) -> None:
        self.me = me
        self.now = now

    @cached_property
    def names(self) -> dict[str, str]:
        """Full names of the staff by their user names."""
        return staff.full_names()

    @cached_property
    def open_sessions(self) -> tuple[tuple[SessionRow, SessionChart], ...]:
        """Every open session with its chart, by chair; one whose opening cannot be read is named by `today_unread`."""
        here = queries.open_sessions()
        charts = chart_store.session_charts(row.pk for row in here)
        return tuple((row, charts[str(row.pk)]) for row in here if charts[str(row.pk)].opened is not None)

    @cached_property
    def people(self) -> tuple[tuple[Person, PersonChart], ...]:
        """Everybody new or lately written about, with their chart, the longest waiting first."""
        lately = {name.partition("/")[2] for name in over_streams.lately_changed("person/", LATELY)}
        new = queries.never_treated().values_list("pk", flat=True)
        ids = lately | {str(each) for each in new[:MOST_NEW_PEOPLE]}
        written_about = queries.people_of([uuid.UUID(each) for each in ids])
        kept = {each.joined_into_id or each.pk for each in written_about}
        charts = chart_store.person_charts(sorted(map(str, kept)))
        found = queries.people_of(kept)
        return tuple((person, charts[str(person.pk)]) for person in found)

    @cached_property
    def treatments(self) -> dict[uuid.UUID, Treatment]:
        """How the treatment of everybody in `people` stands."""
        found = {
            whose: {str(row.pk): chart for row, chart in theirs} for whose, theirs in self._sessions_of_people.items()
        }
        return {
            person.pk: Treatment(chart=chart, infusions=infusions_among(found[str(person.pk)]), now=self.now)
            for person, chart in self.people
        }

    @cached_property
    def against(self) -> dict[str, calendar.Against]:
        """What speaks against an infusion of each of `people`, by their id."""
        return calendar.doubts_about({str(person.pk): chart for person, chart in self.people}, self.now)

    @cached_property
    def findings(self) -> dict[uuid.UUID, tuple[Finding, ...]]:
        """What candidacy finds of everybody in `people`, worked out once for every topic that asks."""
        return {
            person.pk: criteria.findings(chart, person.registered, Phase.SCREEN, self.now, rules_in_force(self.now))
            for person, chart in self.people
        }

    @cached_property
    def _sessions_of_people(self) -> dict[str, Theirs]:
        return sessions_of_people(person.pk for person, _ in self.people)

    def sessions_of(self, person: Person) -> Theirs:
        """Return every session of one of `people`, with its chart."""
        return self._sessions_of_people[str(person.pk)]

    @property
    def _sessions(self) -> Theirs:
        return tuple(each for theirs in self._sessions_of_people.values() for each in theirs)

    @cached_property
    def used_orders(self) -> set[tuple[str, int]]:
        """Orders that a session was opened for, as person and entry; one closed unused gives its order back."""
        opened = [chart.opened for row, chart in self._sessions if row.phase != SessionPhase.CLOSED_UNUSED]
        return {(each.event.person, each.event.order) for each in opened if each is not None}

    def live_order(self, person: Person, chart: PersonChart) -> OrderNow | None:
        """Return the one order of somebody that may be carried out, or waits for its co-signature."""
        used = {entry for who, entry in self.used_orders if who == str(person.pk)}
        return order_life.live_order(chart, used, self.now, rules_in_force(self.now))

    def chart_of(self, person_id: object) -> PersonChart:
        """Return somebody's chart."""
        return chart_store.person_chart(str(person_id))

    def gate_facts(self, chart: SessionChart, person: Person) -> GateFacts:
        """Collect what the gate of a session reads."""
        return GateFacts(
            session=chart,
            person=self.chart_of(person.pk),
            registered=person.registered,
            now=self.now,
            knowledge=rules_in_force(self.now),
            runs=ran_before(str(person.pk), chart),
            sign_anew=sign_anew_before(chart, self.now),
            zone=this_clinic.home_zone(),
            name_of=names_of_staff(),
            elsewhere=chairs_elsewhere(person.pk),
            unread_before=others_unread(chart),
        )

    def gate_of(self, chart: SessionChart) -> tuple[LineFinding, ...]:
        """Judge the gate of a session that is being prepared."""
        if chart.opened is None:
            return ()
        person = queries.person_of(chart.opened.event.person)
        return gate(self.gate_facts(chart, person)) if person is not None else ()


class OfOne(Clinic):
    """The clinic as far as it is one person: what every list reads of them, the time noticing what it is asked."""

    def __init__(self, person: Person, now: datetime) -> None:
        super().__init__(Staff(), now)
        self.person = person

    @cached_property
    def names(self) -> dict[str, str]:
        """Marks in the place of names: a line is kept for longer than a name."""
        return _Marked()

    @cached_property
    def people(self) -> tuple[tuple[Person, PersonChart], ...]:
        """The one person."""
        return ((self.person, chart_store.person_chart(self.person.pk)),)

    @cached_property
    def open_sessions(self) -> tuple[tuple[SessionRow, SessionChart], ...]:
        """Their open session, if they have one."""
        return tuple((row, chart) for row, chart in self._sessions if row.phase not in CLOSED_PHASES)

    @cached_property
    def has_died(self) -> bool:
        """Say whether they died, at a chair or as somebody recorded it: nothing is asked of them any more."""
        charts = (chart for _, chart in self._sessions)
        return died(self.people[0][1]) is not None or any(chart.died is not None for chart in charts)

    @cached_property
    def safety_items(self) -> tuple[Listed, ...]:
        """What is still to be taken up about suicide."""
        return safety.open_of_person(self.person, self.now)

    @cached_property
    def check_ins(self) -> tuple[tuple[SessionRow, CheckIn], ...]:
        """The calls that their sessions still ask for."""
        return aftercare.check_ins_of(self.person, self.people[0][1], self.now)

    @cached_property
    def unsigned(self) -> tuple[tuple[SessionRow, SessionChart], ...]:
        """Their sessions whose note waits for a signature; nothing infused, only where drug was drawn."""
        over = {str(SessionPhase.DISCHARGED), str(SessionPhase.CLOSED_UNUSED)}
        found = [(row, chart) for row, chart in self._sessions if row.phase in over]
        return tuple(
            (row, chart)
            for row, chart in found
            if row.phase != SessionPhase.CLOSED_UNUSED or (chart.signed is None and chart.bags)
        )
