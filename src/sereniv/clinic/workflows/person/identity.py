"""Corrections of who somebody is: the register takes the new value, the person's record keeps the old one."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store, entered
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.person.likeness import refuse_alike
from sereniv.clinic.workflows.person.people import demand_identity
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.names import Identity
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed

FIELD_WORDS = {
    "family_name": "Family name",
    "given_names": "Given names",
    "born": "Date of birth",
    "sex_at_birth": "Sex at birth",
    "phone": "Telephone",
    "address": "Address",
}
"""What may be corrected, and what each is called."""

TELL_APART = frozenset({"family_name", "given_names", "born", "phone"})
"""Fields whose correction may make two people look like one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """Who somebody is, as it should stand in the register."""

    family_name: str
    given_names: str
    born: date
    sex_at_birth: str
    phone: str
    address: str

    @property
    def identity(self) -> Identity:
        """What tells this person from another."""
        return Identity(family_name=self.family_name, given_names=self.given_names, born=self.born, phone=self.phone)


def correct(
    person_id: Id, corrected: Corrected, reason: str, act: Act, told_apart: Collection[str] = ()
) -> tuple[str, ...]:
    """Correct the register, each old value kept in the person's record; returns the names of the fields that changed.

    Raises
    ------
    Malformed
        When nothing changes, no reason is written, or the name or date of birth cannot be anybody's.
    PerhapsRegistered
        When the corrected person looks like somebody else in the register, and nobody has told the two apart.
    """
    act.permit(Permission.REGISTER_PEOPLE)
    demand_identity(corrected.identity, act.now.date())
    demand_reason(reason, "Write how you know, such as: passport seen.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return ()
        person = Person.objects.get(pk=person_id)
        wanted = {name: value for name, value in asdict(corrected).items() if value != getattr(person, name)}
        if not wanted:
            raise Malformed("Nothing differs from what is registered. Change something, or cancel.")
        if TELL_APART & set(wanted):
            refuse_alike(corrected.identity, told_apart, act.by.username, act.now, itself=str(person.pk))
        events = [
            ev.IdentityCorrected(field=name, before=str(getattr(person, name)), after=str(value), reason=reason)
            for name, value in wanted.items()
        ]
        for name, value in wanted.items():
            setattr(person, name, value)
        person.save(update_fields=list(wanted))
        stream = chart_store.person_stream(person_id)
        change = TableChanged(table="person", row=str(person.pk), change="changed", fields=tuple(wanted))
        news = [New(stream=stream, event=event, at=act.now) for event in events]
        news += [New(stream="audit", event=change, at=act.now), entered.of_person(person, act.now)]
        chart_store.append(news, act.writing())
    return tuple(wanted)
