"""A clinic that does whatever comes to somebody's mind, and forgets the rest: what duties are held against.

Each act is one that a page offers, of somebody who may do it, about anybody; what is refused is left. What no act of
anybody does to a house (a disk that fails, a release that moves a number) happens beside them.
"""

from collections.abc import Callable

from sereniv.clinic.demo.stage import Stage
from tests.conftest import FixedClock
from tests.web.today.careless.afterwards import Afterwards
from tests.web.today.careless.at_the_chairs import AtTheChairs
from tests.web.today.careless.at_the_desk import AtTheDesk
from tests.web.today.careless.before_treatment import BeforeTreatment
from tests.web.today.careless.in_the_house import InTheHouse


class Careless(BeforeTreatment, AtTheChairs, Afterwards, AtTheDesk, InTheHouse):
    """A clinic whose people do things at random."""

    def __init__(self, stage: Stage, clock: FixedClock, seed: int) -> None:
        super().__init__(stage, clock, seed)
        self.acts: tuple[Callable[[], object], ...] = (
            self.registers, self.takes_in, self.takes_in_part, self.finds_eligible, self.finds_eligible,
            self.writes_of_danger, self.writes_of_danger, self.hears_of_danger, self.closes_a_day, self.closes_a_day,
            self.notes_a_past, self.notes_a_past, self.answers_a_scale, self.answers_a_scale, self.takes_up,
            self.takes_up,
            self.calls, self.calls, self.gives_up, self.takes_up_red, self.notes_a_side_effect, self.follows_one,
            self.measures, self.measures, self.confirms, self.signs_consent, self.takes_consent_back, self.decides,
            self.decides, self.asks_for_an_evaluation, self.evaluates, self.orders, self.orders, self.co_signs,
            self.withdraws, self.seats, self.answers_the_gate, self.passes_over, self.starts, self.charts,
            self.notices, self.stops, self.accounts, self.lets_go, self.lets_go, self.signs, self.signs, self.closes,
            self.sends_on, self.books, self.books, self.books, self.cancels, self.moves, self.misses, self.misses,
            self.reaches, self.arranges, self.tells, self.reviews, self.reviews, self.interrupts, self.resumes,
            self.ends, self.changes_hours, self.is_asked, self.answers_an_enquiry, self.receives, self.counts,
            self.explains, self.sets_apart, self.wastes, self.leaves_the_roster, self.enters_the_roster,
            self.announces, self.stops_an_erasure, self.signs_numbers, self.opens_a_restricted_one,
            self.opens_a_restricted_one, self.reviews_an_opening,
        )  # fmt: skip

    def in_any_order(self) -> list[Callable[[], object]]:
        """Return every act, in another order each time."""
        return [self.acts[int(number)] for number in self.dice.permutation(len(self.acts))]
