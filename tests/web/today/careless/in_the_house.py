"""Enquiries, the drug in the safe, the roster, erasures and own numbers."""

import uuid
from datetime import timedelta
from decimal import Decimal

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Enquiry, OnCall, Person, VialRow
from sereniv.clinic.workflows.admin import on_call
from sereniv.clinic.workflows.guide import enquiries
from sereniv.clinic.workflows.ledger import announced_erasures
from sereniv.clinic.workflows.person import person_erasure, restricting
from sereniv.clinic.workflows.rules import own_groups
from sereniv.clinic.workflows.stock import stock
from sereniv.knowledge import knowledge
from sereniv.therapy.custody import VialReceived
from sereniv.therapy.person.access import openings
from tests.web.today.careless.hands import WHY, Hands


class InTheHouse(Hands):
    """Enquiries, the drug in the safe, the roster, erasures and own numbers."""

    def is_asked(self) -> None:
        number = next(self.numbers)
        asked = enquiries.Asked(name=f"Asker{number}", reach="555 0199", message="I want to die. Can you help?")
        place = enquiries.Place(device=f"d{number}")
        enquiries.receive(asked, uuid.uuid5(uuid.NAMESPACE_OID, str(number)).hex, self.clock.shown, place)

    def answers_an_enquiry(self) -> None:
        asked = self.pick(list(Enquiry.objects.filter(answered_at=None).order_by("received_at")))
        enquiries.answered(asked.pk, self.act("coordinator"))

    def receives(self) -> None:
        received = VialReceived(
            label=f"N-{next(self.numbers)}", ndc="00000-0000-00", lot="A", strength_mg_per_ml=Decimal(10),
            volume_ml=Decimal(20), supplier="Supply", unusual_reason="The strength we order",
            expires=self.clock.shown.date() + timedelta(days=self.pick([5, 400])),
        )  # fmt: skip
        stock.receive_vial(received, self.act("nurse", "nurse2"))

    def _a_vial(self, **which: object) -> VialRow:
        return self.pick(list(VialRow.objects.exclude(on_hand_ml=0).filter(**which).order_by("label")))

    def counts(self) -> None:
        rows, off = list(VialRow.objects.exclude(on_hand_ml=0)), self.dice.random() < 0.3
        counted = {str(row.pk): row.on_hand_ml - (Decimal(1) if off and row == rows[0] else 0) for row in rows}
        stock.count(counted, self.act("nurse", "nurse2"))

    def explains(self) -> None:
        row = self._a_vial(differs=True)
        counted = chart_store.vial(row.pk).open_differences[0].counted.stream_seq
        stock.explain(row.pk, counted, "counted again: it is all there", self.act("prescriber", "nurse2"))

    def sets_apart(self) -> None:
        stock.set_apart(self._a_vial().pk, "the supplier asks about this lot", self.act("nurse", "nurse2"))

    def wastes(self) -> None:
        row = self._a_vial(set_apart=True)
        stock.waste(row.pk, row.on_hand_ml, "denaturing container", "set apart", self.act("nurse", "nurse2"))

    def leaves_the_roster(self) -> None:
        for shift in OnCall.objects.all():
            on_call.take_off_call(shift.pk, self.act("admin"))

    def enters_the_roster(self) -> None:
        for role, name, phone in cast_list.ON_CALL:
            on_call.put_on_call(on_call.Shift(role=role, name=name, phone=phone), self.act("admin"))

    def announces(self) -> None:
        person_erasure.announce_person(self.somebody(), "request of the person", self.act("director", "admin"))

    def stops_an_erasure(self) -> None:
        announced = self.pick(announced_erasures.waiting())
        announced_erasures.stop(announced.seq, "asked for by somebody else", self.act("admin"))

    def signs_numbers(self) -> None:
        waiting = self.pick([each for each in own_groups.groups(self.clock.shown) if each.waiting])
        by = self.act("director", "prescriber")
        own_groups.sign_group(waiting.group.name, knowledge().version, WHY, by)

    def opens_a_restricted_one(self) -> None:
        """Restrict a record to some who treat, and open it all the same as somebody else."""
        who = self.somebody()
        restricting.restrict(who.pk, ("nurse", "prescriber"), "works in this house", self.act("director"))
        restricting.open_all_the_same(who.pk, "chest pain at night, on call", self.act("nurse2"))

    def reviews_an_opening(self) -> None:
        for who in Person.objects.order_by("pk"):
            for each in openings(chart_store.person_chart(who.pk)):
                if each.reviewed is None:
                    found = "asked her: it was the night of the call"
                    restricting.review(who.pk, each.opened.seq, found, self.act("admin"), in_order=True)
                    restricting.lift(who.pk, "agreed with her", self.act("director"))
                    return
