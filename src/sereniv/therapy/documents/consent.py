"""The consent form: what a patient reads and signs by hand; its version is what the chart keeps."""

from dataclasses import replace

from sereniv.knowledge.rows import GuideSection
from sereniv.therapy.documents.model import Block, Bullets, Document, Paragraph, Section, SignatureLines
from sereniv.therapy.documents.setting import Patient, Setting, Sources

SIGNERS = ("Patient, or who decides for them", "Staff member who explained this", "Witness, where one is asked for")


def consent_form(setting: Setting, patient: Patient) -> Document:
    """Write the consent form of today's version for one patient, with room to sign."""
    leaflet = setting.knowledge.leaflets["consent_form"]
    sources = Sources(setting.knowledge)
    *told, agreed = (claims(section, sources) for section in leaflet.sections)
    signing = Section(heading="Signatures", blocks=(SignatureLines(who=SIGNERS),))
    cited = Section(heading="Sources", blocks=tuple(Paragraph(text=line, small=True) for line in sources.lines()))
    return setting.document(
        leaflet.title,
        setting.about(patient),
        (*told, replace(agreed, on_new_page=True), signing, cited),
        stamp=f"Consent version {leaflet.version}",
    )


def claims(section: GuideSection, sources: Sources | None = None) -> Section:
    """Write one section of a leaflet: sentences as one paragraph, or one below the other."""
    written = tuple(
        f"{row.about + ': ' if row.about else ''}{sources.cited(row) if sources else row.text}" for row in section.rows
    )
    block: Block
    if section.layout == "prose":
        block = Paragraph(text=" ".join(written))
    else:
        block = Bullets(items=written, boxes=section.layout == "boxes")
    return Section(heading=section.title, blocks=(block,))
