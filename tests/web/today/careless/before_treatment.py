"""Who comes to the clinic, what is learned of them, and what is decided."""

from dataclasses import replace
from datetime import date, timedelta

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo import screened
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import passing_thoughts
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.followup.scales import allowed_answers, expected_answers
from sereniv.therapy.person import events as pe
from sereniv.therapy.safety import suicide
from tests.web.today.careless.hands import WHY, Hands
from tests.workflows.coursing import consent_version


class BeforeTreatment(Hands):
    """Who comes to the clinic, what is learned of them, and what is decided."""

    def new(self, **other: object) -> cast_list.DemoPerson:
        number = next(self.numbers)
        return replace(
            cast_list.CANDIDATE, name=f"new-{number}", given_names=f"Nova{number}", family_name=f"Newcomer{number}",
            born=date(1980, 1, 1) + timedelta(days=number), phone=f"555-02{number:02d}", **other,
        )  # fmt: skip

    def registers(self) -> None:
        self.stage.registered(self.new(), self.clock.shown)

    def takes_in(self) -> None:
        self.stage.candidate(self.new(), self.clock.shown)

    def takes_in_part(self) -> None:
        """Leave to a prescriber what is a prescriber's."""
        who = self.new()
        at = self.clock.shown - timedelta(minutes=30)
        self.stage.registered(who, at)
        intake.record_consent(
            demo_id(who.name), consent_version(), who.given_names, "Dana Reyes", self.act("coordinator")
        )
        screened.screen(self.stage, who, at)
        self.stage.arrives(who, at)

    def finds_eligible(self) -> None:
        who = self.new()
        self.stage.candidate(who, self.clock.shown)
        self.stage.decided(who, self.clock.shown)

    def answers_a_scale(self) -> None:
        who = self.somebody()
        scale = knowledge().scales[self.pick(["phq9", knowledge().indications[who.indication].primary_scale])]
        heavy = self.dice.random() < 0.5
        given = []
        for number in range(1, expected_answers(scale) + 1):
            allowed = sorted(allowed_answers(scale, number))
            given.append(allowed[-1] if heavy else allowed[0])
        if heavy and scale.safety_place is not None and self.dice.random() < 0.5:
            given[scale.safety_place] = 0
        answers.answer(who.pk, scale.id, tuple(given), "patient", self.act("nurse"))

    def takes_up(self) -> None:
        for who in Person.objects.order_by("pk"):
            for item in suicide.waiting(chart_store.person_chart(who.pk), rules_in_force(self.clock.shown)):
                found = passing_thoughts(item.entry, self.clock.shown)
                safety.take_up(who.pk, found, self.act(self.pick(["nurse", "prescriber"])))
                return

    def measures(self) -> None:
        who, wrong = self.somebody(), self.dice.random() < 0.5
        weight = "181.5" if wrong else "70"
        typed = {"weight_kg": weight, "height_cm": "171", "systolic": "122", "diastolic": "76"}
        intake.record_measurements(who.pk, typed, self.act("nurse"))

    def confirms(self) -> None:
        who = self.pick([each for each in Person.objects.all() if chart_store.person_chart(each.pk).open_questions()])
        asked = self.pick(list(chart_store.person_chart(who.pk).open_questions()))
        intake.confirm_value(who.pk, asked.entry, asked.field, "measured again, the same", self.act("nurse2"))

    def signs_consent(self) -> None:
        who, version = self.somebody(), knowledge().leaflets["consent_form"].version
        intake.record_consent(who.pk, version, str(who), "Dana Reyes", self.act("coordinator"))

    def takes_consent_back(self) -> None:
        who = self.pick([each for each in Person.objects.all() if chart_store.person_chart(each.pk).consents])
        intake.withdraw_consent(who.pk, "has thought it over", self.act("nurse"))

    def decides(self) -> None:
        who, decision = self.somebody(), self.pick([*pe.Decision, pe.Decision.ELIGIBLE, pe.Decision.ELIGIBLE])
        candidacy.decide_candidacy(who.pk, decision, WHY, self.head(who), self.act("prescriber", "director"))

    def notes_a_past(self) -> None:
        use = (pe.SubstanceUse.PAST_DISORDER,)
        lines, which = ("alcohol, years ago",), pe.HistoryList.SUBSTANCE_USE
        intake.record_history(self.an_undecided_one().pk, which, lines, use, self.act("nurse"))

    def an_undecided_one(self) -> Person:
        everybody = Person.objects.order_by("pk")
        return self.pick([each for each in everybody if not chart_store.person_chart(each.pk).decisions])

    def asks_for_an_evaluation(self) -> None:
        who = self.an_undecided_one()
        asked = pe.EvaluationOpened(
            criterion="substance_use_needs_evaluation", question="Is it stable?", asked_of="Dr Ada Brook",
            due_on=(self.clock.shown + timedelta(days=3)).date(),
        )  # fmt: skip
        candidacy.open_evaluation(who.pk, asked, self.act("prescriber"))

    def evaluates(self) -> None:
        opened = [each for each in Person.objects.all() if chart_store.person_chart(each.pk).all(pe.EvaluationOpened)]
        who, criterion = self.pick(opened), "substance_use_needs_evaluation"
        candidacy.record_evaluation(who.pk, criterion, "Stable for years.", 90, self.act("prescriber"))
