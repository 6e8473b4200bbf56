"""Where somebody's record is read: nothing new is intended in one that is joined into another."""

from sereniv.clinic.records.models import Id, Person
from sereniv.therapy.person.names import birth_words
from sereniv.therapy.recording.refusal import Refused


def demand_not_joined(person_id: Id) -> None:
    """Refuse an intention in a record that is joined into another one: there it would be seen by nobody who decides.

    Raises
    ------
    Refused
        With whose record it is to be done in. Facts are taken wherever they are charted.
    """
    into = Person.objects.filter(pk=person_id).order_by().values_list("joined_into", flat=True)
    if (found := next(iter(into), None)) is not None:
        kept = Person.everybody.get(pk=found)
        raise Refused(
            "register",
            f"This record is joined into that of {kept}, born {birth_words(kept.born)}. Open that one and do it there.",
        )
