"""The infusion note as a document: picture and flowsheet from the chart, the text that was signed, and its hash."""

from collections.abc import Sequence

from sereniv.therapy.documents import note_text as session_note
from sereniv.therapy.documents.answering import on_top, order_of, prescriber_line
from sereniv.therapy.documents.flowsheet import flowsheet
from sereniv.therapy.documents.infusion_picture import Signals, infusion_picture
from sereniv.therapy.documents.model import Block, Bullets, Document, Facts, Paragraph, Section
from sereniv.therapy.documents.setting import Patient, Setting
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.departure import how_it_ended

SIGNED_TEXT = (
    "Word for word what was signed. Picture and flowsheet above are drawn from the chart as it stands when this is "
    "made; what came after the signature is listed at the end."
)
NOT_SIGNED = "Not signed. This is how it stands at the time printed below."


def infusion_note(
    setting: Setting,
    patient: Patient,
    chart: SessionChart,
    record: PersonChart,
    sections: Sequence[session_note.Section],
    addenda: Sequence[str] = (),
    monitor: Signals | None = None,
    let_go: str = "",
) -> Document:
    """Write the note of a session; nothing of a signed one is written anew.

    `let_go` says, where it was, by whom what the monitor sent was let go: it stands under the picture that lacks it.
    """
    picture = infusion_picture(setting, chart, monitor)
    lacking = (Paragraph(text=let_go),) if let_go else ()
    top: tuple[Block, ...] = (on_top(setting, chart, record), *((picture,) if picture else ()), *lacking)
    body = tuple(Section(heading=each.heading, blocks=(Bullets(items=each.lines),)) for each in sections)
    after = Section(heading="Charted after signing", blocks=(Bullets(items=tuple(addenda)),) if addenda else ())
    text = Section(heading="The note in words", blocks=(Paragraph(text=SIGNED_TEXT if chart.signed else NOT_SIGNED),))
    lines = prescriber_line(setting, order_of(chart, record))
    return setting.document(
        title_of(chart),
        setting.about(patient),
        (
            Section(heading="The infusion" if chart.started_at else "The visit", blocks=top),
            Section(heading="Flowsheet", blocks=flowsheet(setting, chart)),
            text,
            *body,
            Section(heading="Signature", blocks=(*_signature(setting, chart, sections), lines)),
            after,
        ),
        stamp=f"Note {session_note.digest(tuple(sections))[:12]}" if chart.signed else "Not signed",
    )


def title_of(chart: SessionChart) -> str:
    """Name the note by what it is about: an infusion, or a visit at which nothing was infused."""
    number = chart.plan.infusion_number
    if chart.started_at is None and how_it_ended(chart):
        return f"Note of a visit, nothing infused (infusion {number} was ordered)"
    return f"Infusion note, infusion {number}"


def _signature(setting: Setting, chart: SessionChart, sections: Sequence[session_note.Section]) -> tuple[Block, ...]:
    signed = chart.signed
    if signed is None:
        return (Paragraph(text=NOT_SIGNED),)
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
