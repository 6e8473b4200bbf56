"""A vial's receipt put right: with its strength, every bag that was made up from it."""

from dataclasses import fields

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import Id
from sereniv.clinic.records.projections import project_session, project_vial
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.stock import drug, stock
from sereniv.therapy.custody import ReceiptCorrected, Vial, VialReceived
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.recording.typed_values import plain

WRITTEN = frozenset(each.name for each in fields(ReceiptCorrected)) - {"reason"}
"""What a correction says of a vial."""


def correct_receipt(vial_id: Id, corrected: ReceiptCorrected, act: Act) -> None:
    """Put right what was written down when a vial came in; what was written stays legible.

    Where the strength changes, every draw was another dose than was charted: each bag that was made up from the vial
    is corrected in its session with it, so that the milligrams there are what they really were, and an account and a
    signature made before are asked for anew.

    Raises
    ------
    Refused
        When it says what stands already.
    """
    stock.demand_two_keepers(act)
    stock.demand_a_vial(corrected.strength_mg_per_ml, corrected.volume_ml, rules_in_force(act.now).standard)
    demand_reason(corrected.reason, "Write how you know that the receipt was wrong.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        before = chart_store.vial(vial_id)
        if before.received is not None and _says(before.received) == _says(corrected):
            raise Refused("custody", drug.NOTHING_DIFFERS)
        stock.demand_new_label(corrected.label, but=vial_id)
        news = [New(stream=chart_store.vial_stream(vial_id), event=corrected, at=act.now)]
        news += _bags(vial_id, before, corrected, act)
        chart_store.append(news, act.writing())
        project_vial(vial_id)
        for session in before.draws:
            project_session(session)


def _says(label: VialReceived | ReceiptCorrected) -> dict[str, object]:
    """Return what is written about a vial, without why."""
    return {name: getattr(label, name) for name in WRITTEN}


def _bags(vial_id: Id, before: Vial, corrected: ReceiptCorrected, act: Act) -> list[New]:
    strength = corrected.strength_mg_per_ml
    found = []
    for session in before.draws:
        for bag in chart_store.session_chart_of(session).bags:
            drawn = bag.event
            if drawn.strength_mg_per_ml == strength or str(drug.vial_drawn_from(drawn.vial, session)) != str(vial_id):
                continue
            words = f"its vial holds {plain(strength)} mg/mL, not {plain(drawn.strength_mg_per_ml)} mg/mL"
            event = drug.bag_at(drawn, strength, f"{words}: {corrected.reason.strip()}", bag.stream_seq)
            found.append(New(stream=chart_store.session_stream(session), event=event, at=act.now))
    return found
