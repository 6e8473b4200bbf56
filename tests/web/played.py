"""A course played at the pages: one person, who orders, who runs infusions, and a clock."""

import uuid
from collections.abc import Sequence

from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from tests.conftest import ActMaker, FixedClock
from tests.therapy.making import GONE_THROUGH
from tests.web.desk import Answer, Desk, session_at
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import eligible, infuse

WHY = "seen today, weighed with her and her sister"


class Played:
    """One person, the prescriber and the nurses at their pages, and a clock."""

    def __init__(
        self, act: ActMaker, staff: dict[str, Staff], clock: FixedClock, indication: str = "depression"
    ) -> None:
        self.act, self.clock, self.indication = act, clock, indication
        self.who = eligible(act, day(-1), indication)
        for each in GONE_THROUGH:
            people.record(self.who, each, act("nurse", now=day(-1)))
        self.prescriber, self.nurse, self.second = (Desk(staff, who) for who in ("prescriber", "nurse", "nurse2"))

    def at(self, number: float, weight_kg: str = "70") -> None:
        """Let it be so many days later, the patient weighed."""
        self.clock.shown = day(number)
        typed = {"weight_kg": weight_kg, "height_cm": "178"}
        intake.record_measurements(self.who, typed, self.act("nurse", now=day(number)))
        for each in chart_store.person_chart(self.who).open_questions():
            again = "weighed again in light clothes, the same"
            assert self.nurse.sends("person_confirm", self.who, each.entry, each.field, remark=again).taken

    def score(self, scale: str, given: Sequence[int], number: float) -> None:
        answers.answer(self.who, scale, tuple(given), "patient", self.act("nurse", now=day(number)))

    def order(self, second: str = "", **typed: object) -> Answer:
        """Work an order out, look at it, and sign it with what else is asked for."""
        numbers = {name: value for name, value in typed.items() if name != "reason"}
        seen = self.prescriber.sends("person_order", self.who, press="preview", **numbers)
        reason = {"reason": typed["reason"]} if "reason" in typed else {}
        address = reverse("person_order", args=[self.who])
        return self.prescriber.sends_to(address, seen.content, second=second, **reason)

    def looks_at(self, **typed: object) -> str:
        """Work an order out and return what stands under it."""
        shown = self.prescriber.sends("person_order", self.who, press="preview", **typed).words
        assert "Calculated order" in shown, shown
        return shown.partition("Calculated order")[2].partition("Population model")[0]

    def review(self, outcome: str, second: str = "", **typed: object) -> Answer:
        return self.prescriber.sends("person_review", self.who, second=second, outcome=outcome, **typed)

    def looked_at(self, found: str = "nothing new") -> dict[str, str]:
        """Answer each check that a review of maintenance names."""
        checks = treatment_of(self.who, self.clock.shown).checks_due
        return {f"check_{number}": found for number in range(len(checks))}

    def last_order(self) -> int:
        return chart_store.person_chart(self.who).orders[-1].signed.stream_seq

    def co_sign(self) -> Answer:
        terms = chart_store.person_chart(self.who).orders[-1].terms
        return self.second.sends(
            "person_cosign", self.who, self.last_order(), dose_mg=terms.dose_mg, rate_ml_per_h=terms.rate_ml_per_h
        )

    def seat(self) -> uuid.UUID:
        seated = self.nurse.sends("person_seat", self.who, self.last_order(), chair="Chair 1")
        return session_at(seated.place)

    def infused(self, number: float, asked: orders.Wanted | None = None, why: str = "") -> uuid.UUID:
        return infuse(self.act, self.who, day(number), asked, why)
