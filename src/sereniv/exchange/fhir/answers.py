"""Answers to rating scales as QuestionnaireResponses: item by item, a blank as an item without an answer."""

from collections.abc import Iterator

from sereniv.exchange.fhir import codes
from sereniv.exchange.fhir.record import Record, Versions, versions
from sereniv.exchange.fhir.written import OWN, Element, kept, moment
from sereniv.knowledge.rows import Scale
from sereniv.therapy.person.events import ScaleAnswered
from sereniv.therapy.recording.entry import Recorded


def responses(record: Record) -> Iterator[Versions]:
    """Give every answered scale."""
    for entry in record.chart.entries:
        if isinstance(entry.event, ScaleAnswered):
            struck = record.chart.struck.get(entry.stream_seq)
            yield versions(_response(record, entry, entry.event), entry, struck)


def _response(record: Record, entry: Recorded[object], event: ScaleAnswered) -> Element:
    scale = record.clinic.rules.scales.get(event.scale)
    return kept(
        {
            "resourceType": "QuestionnaireResponse",
            "id": f"{entry.seq}-answers",
            "questionnaire": _questionnaire(event.scale, scale),
            "status": "completed",
            "subject": record.patient,
            "authored": moment(entry.at),
            "author": record.clinic.worker(entry.recorded_by),
            "item": [_item(number, answer, scale) for number, answer in enumerate(event.answers, start=1)],
        }
    )


def _questionnaire(scale_id: str, scale: Scale | None) -> str:
    if scale is not None and scale.panel_loinc:
        return f"http://loinc.org/q/{scale.panel_loinc}"
    return f"{OWN}scale:{scale_id}"


def _item(number: int, answer: int | None, scale: Scale | None) -> Element:
    """Return one item, under LOINC's code where the row has it; its words only where its licence lets them be shown."""
    item = scale.items[number - 1] if scale is not None and number <= len(scale.items) else None
    return kept(
        {
            "linkId": f"/{item.loinc}" if item is not None and item.loinc else str(number),
            "text": item.text if item is not None else "",
            "answer": [] if answer is None else [_answer(answer, scale)],
        }
    )


def _answer(answer: int, scale: Scale | None) -> Element:
    chosen = next((each for each in scale.answers if each.value == answer), None) if scale is not None else None
    if chosen is not None and chosen.loinc:
        return {"valueCoding": {"system": codes.LOINC, "code": chosen.loinc, "display": chosen.text}}
    return {"valueInteger": answer}
