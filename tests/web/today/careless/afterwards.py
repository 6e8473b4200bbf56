"""Calls after an infusion, side effects, reviews and what becomes of a course."""

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.followup import aftercare
from sereniv.knowledge import knowledge
from sereniv.therapy.followup import aftercare as after
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.web.today.careless.hands import WHY, Hands


class Afterwards(Hands):
    """Calls after an infusion, side effects, reviews and what becomes of a course."""

    def hears_of_danger(self) -> None:
        self.calls(1, 1)

    def calls(self, reaching: float = 0.7, bad: float = 0.5) -> None:
        owed = [
            (each, row) for each in Person.objects.order_by("pk")
            for row, _ in aftercare.check_ins_of(each, chart_store.person_chart(each.pk), self.clock.shown)
        ]  # fmt: skip
        who, row = self.pick(owed)
        reached, red = self.dice.random() < reaching, self.dice.random() < bad
        asked = tuple(knowledge().aftercare.questions) if reached else ()
        said = pe.CheckInRecorded(
            session=str(row.pk), reached=reached, by_whom="the patient" if reached else "", asked=asked,
            symptoms=self._red_ones() if reached and red else (), mood=pe.Mood.SAME if reached else pe.Mood.NOT_ASKED,
            suicidality=ev.Suicidality.NONE if reached else ev.Suicidality.NOT_ASKED,
            drove_or_worked=False if reached else None,
        )  # fmt: skip
        grades = dict.fromkeys(said.symptoms, 3)
        aftercare.record_check_in(who.pk, said, grades, self.act("nurse"))

    def _red_ones(self) -> tuple[str, ...]:
        return tuple(name for name, each in knowledge().aftercare.questions.items() if each.red_from)[:1]

    def gives_up(self) -> None:
        owed = [
            (each, row) for each in Person.objects.order_by("pk")
            for row, due in aftercare.check_ins_of(each, chart_store.person_chart(each.pk), self.clock.shown)
            if due.step
        ]  # fmt: skip
        who, row = self.pick(owed)
        aftercare.give_up_check_in(
            who.pk, str(row.pk), "number no longer in use", "wrote to them", self.act("prescriber")
        )

    def takes_up_red(self) -> None:
        for who in Person.objects.order_by("pk"):
            for each in after.red_answers_open(chart_store.person_chart(who.pk)):
                told = ("Dr Voss, by telephone", "Ambulance sent.")
                aftercare.take_up_red(who.pk, each.stream_seq, *told, self.act("nurse"))
                return

    def notes_a_side_effect(self) -> None:
        who = self.pick(list(SessionRow.objects.order_by("pk").select_related("person"))).person
        event = pe.AdverseEventRecorded(
            term="headache", words="since the morning", grade=self.pick([1, 3]), serious=False, session="",
            related=pe.Related.POSSIBLE, action="paracetamol", outcome=pe.Outcome.ONGOING,
        )  # fmt: skip
        aftercare.record_adverse_event(who.pk, event, self.act("nurse"))

    def follows_one(self) -> None:
        found = [
            (who, each) for who in Person.objects.order_by("pk")
            for each in after.adverse_events(chart_store.person_chart(who.pk)) if each.is_open
        ]  # fmt: skip
        who, each = self.pick(found)
        over = (pe.Outcome.RESOLVED, "gone since the evening")
        aftercare.follow_adverse_event(who.pk, each.recorded.stream_seq, *over, self.act("nurse"))

    def reviews(self) -> None:
        who = self.pick(list(SessionRow.objects.order_by("pk").select_related("person"))).person
        outcome = self.pick([pe.ReviewOutcome.CONTINUE, pe.ReviewOutcome.CONTINUE, *pe.ReviewOutcome])
        by = self.act("prescriber", "director")
        courses.review(who.pk, outcome, WHY, 7, self.head(who), by, ending=pe.Ending.OTHER)

    def interrupts(self) -> None:
        courses.interrupt(self.somebody().pk, "influenza, until well", self.act("nurse"))

    def resumes(self) -> None:
        who = self.somebody()
        courses.resume(who.pk, "well again", self.head(who), self.act("prescriber"))

    def ends(self) -> None:
        who = self.somebody()
        courses.end(who.pk, pe.Ending.OTHER, WHY, self.head(who), self.act("prescriber"))
