"""The infusion note as a document: the text that was signed, its hash, and what was charted afterwards."""

from collections.abc import Sequence

from sereniv.therapy.documents.model import Block, Bullets, Document, Facts, Paragraph, Section
from sereniv.therapy.documents.setting import Patient, Setting
from sereniv.therapy.session import note as session_note
from sereniv.therapy.session.chart import SessionChart


def infusion_note(
    setting: Setting,
    patient: Patient,
    chart: SessionChart,
    sections: Sequence[session_note.Section],
    addenda: Sequence[str] = (),
) -> Document:
    """Write the note of a session; nothing of a signed one is written anew."""
    body = tuple(Section(heading=each.heading, blocks=(Bullets(items=each.lines),)) for each in sections)
    after = Section(heading="Charted after signing", blocks=(Bullets(items=tuple(addenda)),) if addenda else ())
    number = chart.plan.infusion_number
    return setting.document(
        f"Infusion note, infusion {number}",
        setting.about(patient),
        (*body, Section(heading="Signature", blocks=_signature(setting, chart, sections)), after),
        stamp=f"Note {session_note.digest(tuple(sections))[:12]}" if chart.signed else "Not signed",
    )


def _signature(setting: Setting, chart: SessionChart, sections: Sequence[session_note.Section]) -> tuple[Block, ...]:
    signed = chart.signed
    if signed is None:
        return (Paragraph(text="Not signed. This is how it stands at the time printed below."),)
    facts = Facts(
        pairs=(
            (
                "Signed by",
                f"{setting.name_of(signed.recorded_by)}, {setting.moment(signed.at)}, as the account of this infusion",
            ),
            ("SHA-256 of the note", signed.event.note_sha256),
            ("Ledger head then", f"entry {signed.event.head_seq}, {signed.event.head_hash}"),
        )
    )
    if session_note.digest(tuple(sections)) == signed.event.note_sha256:
        return (facts,)
    return (facts, Paragraph(text="The text above does not have this hash: it is not what was signed."))
