"""Bookings, who comes and who does not, and the hours of the house."""

from datetime import timedelta

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import AppointmentRow, Person
from sereniv.clinic.workflows.admin import opening
from sereniv.clinic.workflows.calendar import booking, coming
from sereniv.clinic.workflows.followup import answers
from sereniv.therapy.person import events as pe
from sereniv.therapy.scheduling.calendar import AppointmentState, to_call_back
from tests.web.today.careless.hands import Hands


class AtTheDesk(Hands):
    """Bookings, who comes and who does not, and the hours of the house."""

    def books(self) -> None:
        who, days = self.somebody(), int(self.dice.integers(1, 6))
        day = self.clock.shown.replace(hour=self.pick([13, 15, 17, 19]), minute=0, second=0, microsecond=0)
        chair = self.pick(["Chair 1", "Chair 2", "Chair 3", "Chair 4", "Chair 5", "Chair 6"])
        wish = booking.Wish(
            starts_at=day + timedelta(days=days), chair=chair, exception="agreed with the staff",
            despite="comes from far, and it is decided by then", minutes=60,
        )  # fmt: skip
        booking.book(who.pk, wish, self.act("coordinator"))

    def cancels(self) -> None:
        who, entry = self.an_appointment(AppointmentState.BOOKED)
        told = self.pick([pe.Told.TELEPHONE, pe.Told.NOT_YET, pe.Told.NOT_YET])
        booking.cancel(who.pk, entry, "not to be given now", False, self.act("coordinator"), told)

    def moves(self) -> None:
        who, entry = self.an_appointment(AppointmentState.BOOKED)
        at = self.clock.shown.replace(hour=16, minute=0, second=0, microsecond=0) + timedelta(days=2)
        wish = booking.Move(
            starts_at=at, chair="Chair 2", reason="the chair is repaired",
            told=self.pick([pe.Told.NOT_YET, pe.Told.TELEPHONE]),
            exception="agreed with the staff", despite="a prescriber sees them before",
        )  # fmt: skip
        booking.move(who.pk, entry, wish, self.act("coordinator"))

    def misses(self) -> None:
        over = AppointmentRow.objects.filter(state="booked", starts_at__lt=self.clock.shown).order_by("pk")
        row = self.pick(list(over))
        coming.miss(row.person_id, row.entry, "no word", self.act("coordinator"))

    def reaches(self) -> None:
        who, entry = self.an_appointment(AppointmentState.MISSED)
        reached = self.dice.random() < 0.5
        coming.called_back(who.pk, entry, reached, "overslept; wants another day", self.act("coordinator"))

    def arranges(self) -> None:
        who, entry = self.an_appointment(AppointmentState.BOOKED)
        coming.arrange_escort(who.pk, entry, "Kim", "555 0100", "by car", self.act("coordinator"))

    def tells(self) -> None:
        who, entry = self.an_appointment(AppointmentState.CANCELLED, AppointmentState.BOOKED)
        event = pe.PatientTold(appointment=entry, how=pe.Told.TELEPHONE, reached=True, words="told, and understood")
        coming.tell(who.pk, event, self.act("coordinator"))

    def closes_a_day(self) -> None:
        self.tries(self.books)
        rows = AppointmentRow.objects.filter(state="booked", starts_at__gt=self.clock.shown).order_by("pk")
        day = self.pick(list(rows)).starts_at.date()
        opening.set_hours(cast_list.WEEK, {day: "holiday"}, self.act("admin"))

    def changes_hours(self) -> None:
        week = dict(cast_list.WEEK)
        for day in list(week)[: int(self.dice.integers(0, 4))]:
            del week[day]
        opening.set_hours(week, {}, self.act("admin"))

    def writes_of_danger(self) -> None:
        """Let somebody who does not come answer that they think of suicide."""
        self.tries(self.misses)
        everybody = Person.objects.order_by("pk")
        who = self.pick([each for each in everybody if to_call_back(chart_store.person_chart(each.pk), self.now)])
        answers.answer(who.pk, "phq9", (3,) * 9, "patient", self.act("nurse"))
