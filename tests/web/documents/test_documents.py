"""Each document as a page and as PDF: the same words, the patient on every sheet, and typed text only ever text."""

import html
import io
import re
import uuid
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import ViewsAudited
from sereniv.clinic.records.models import ClinicDetails, Person, SessionRow
from sereniv.clinic.web.documents.drawing import svg
from sereniv.clinic.web.documents.pdf import FONTS, LONGEST_WHOLE_CELL, Paper, pdf, printable
from sereniv.clinic.web.documents.pdf.font import covered
from sereniv.clinic.workflows.documents import documents
from sereniv.clinic.workflows.looks.record_views import keep_views
from sereniv.clinic.workflows.stock import stock
from sereniv.knowledge import knowledge
from sereniv.therapy.documents.consent import consent_form
from sereniv.therapy.documents.model import (
    Block,
    Bullets,
    Document,
    Facts,
    Notice,
    Paragraph,
    Section,
    SignatureLines,
    Table,
    words,
)
from sereniv.therapy.documents.picture import Curve, Drawn, Panel, Picture
from sereniv.therapy.documents.setting import Patient
from tests.conftest import NOON, FixedClock
from tests.shared_state import SharedStage
from tests.therapy.documents.test_documents import IDA, SETTING
from tests.workflows.test_path import SHE, VIAL, at

HOSTILE = (
    "#set page(width: 1mm) #panic()", "<script>alert(1)</script>", "$x^2$ *b* _i_ `r` @ref <label> \\ // /* [",
    '"); #read("/etc/passwd")', "{{ 7|add:7 }}", "=1+1", "- item", "x" * 300,
)  # fmt: skip
LABELS = re.compile(r"<text[^>]*>([^<]*)</text>")
EVERY_KIND = Document(
    title="Every kind of block",
    subject="Ida Lind, born 2 Feb 1980",
    clinic="Lantern Street Clinic",
    made="Made 2 Mar 2026 12:00",
    made_at=NOON,
    label="demo: not a real patient",
    stamp="Rules 0123",
    lead=(Notice(text="In a frame."),),
    letterhead=("Lantern Street Clinic", "12 Lantern Street, Denver", "Phone 555-0142"),
    to=("Dr Jane Holloway", "Riverside Family Practice"),
    sections=(
        Section(heading="Words", blocks=(Paragraph(text="Twice as long"), Paragraph(text="Small print", small=True))),
        Section(
            heading="Lists",
            blocks=(
                Bullets(items=("one", "two")),
                Bullets(items=("tick me",), boxes=True),
                Facts(pairs=(("Dose", "35.7 mg"), ("SpO₂", "≥ 92 %"))),
            ),
        ),
        Section(
            heading="Tables",
            blocks=(
                Table(columns=("When", "What"), rows=tuple((f"12:{n:02d}", f"row {n}") for n in range(60))),
                Table(columns=("By", "hand"), blank_rows=3),
                Table(columns=("", "12:00", "12:05"), rows=(("Pressure mmHg", "–", "126/80"),), heads_rows=True),
                SignatureLines(who=("Patient", "Witness")),
            ),
            on_new_page=True,
        ),
        Section(
            heading="Pictures",
            blocks=(
                Picture(
                    title="Scores",
                    summary="Two scores.",
                    key="● a score",
                    first=0,
                    last=10,
                    ticks=((0, "2 Mar"), (5, "7 Mar")),
                    panels=(
                        Panel(
                            title="PHQ-9",
                            low=0,
                            high=27,
                            curves=tuple(
                                Curve(name=drawn, points=((1, 20), (2, None), (9, 8)), drawn=drawn) for drawn in Drawn
                            ),
                            bars=((1, 4, 20),),
                            limits=((5, "remission"),),
                        ),
                    ),
                    marks=((1, "1"), (1, "2"), (9, "3")),
                ),
            ),
        ),
    ),
)


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def bare(text: str) -> str:
    """Leave out what a renderer may set otherwise: spaces, breaks, marks of lists."""
    return re.sub(r"[\s\u200b•☐]", "", text)


def repeated(document: Document, number: int, of: int) -> tuple[str, ...]:
    """Return what stands on every sheet, in its order: above the text, then below it."""
    head = (document.subject, document.title, document.label.upper())
    foot = " · ".join(part for part in (document.clinic, document.made, document.stamp) if part)
    return (*head, foot, f"Page {number} of {of}")


def body_of(content: bytes, document: Document) -> str:
    """Return the text between head and foot of all sheets; fails where a sheet lacks one of them."""
    found, pages = [], pages_of(content)
    for number, page in enumerate(pages, start=1):
        *head, foot, place = (bare(printable(each)) for each in repeated(document, number, len(pages)))
        start, end, text = "".join(head), foot + place, bare(page)
        assert text.startswith(start), f"sheet {number} does not begin with {start!r} but {text[:200]!r}"
        assert text.endswith(end), f"sheet {number} does not end with {end!r} but {text[-200:]!r}"
        found.append(text[len(start) : len(text) - len(end)])
    return "".join(found)


def demand_same_words(document: Document, paper: Paper = Paper.A4) -> bytes:
    """Demand that the PDF says what the document says: no more, no less, in its order."""
    drawn = pdf(document, paper)
    body = body_of(drawn, document)
    for table in tables_of(document):
        # A table that goes on overleaf repeats its heads there.
        heads = bare("".join(map(printable, table.columns)))
        first = body.find(heads)
        body = body[: first + len(heads)] + body[first + len(heads) :].replace(heads, "")
    for picture in (each for each in blocks_of(document) if isinstance(each, Picture)):
        # What is written in a picture stands in the PDF before its title, as text that can be found.
        labels = bare("".join(html.unescape(each) for each in LABELS.findall(svg(picture))))
        assert labels + bare(picture.title) in body
        body = body.replace(labels + bare(picture.title), bare(picture.title))
    assert body == bare("".join(printable(each) for each in words(document)))
    return drawn


def blocks_of(document: Document) -> list[Block]:
    return [block for section in document.sections for block in section.blocks]


def tables_of(document: Document) -> list[Table]:
    return [block for block in blocks_of(document) if isinstance(block, Table)]


@pytest.mark.slow
@pytest.mark.parametrize("columns", [2, 8])
@pytest.mark.parametrize("long", [LONGEST_WHOLE_CELL, 3300])
def test_no_row_runs_off_its_sheet_whether_it_is_kept_whole_or_broken(columns: int, long: int) -> None:
    cell = ("word " * (long // 5 + 1))[: long - 1] + "."
    table = Table(columns=tuple(f"Head {number}" for number in range(columns)), rows=((cell,) * columns,) * 2)
    document = replace(EVERY_KIND, lead=(), sections=(Section(heading="Long", blocks=(table,)),))
    found: list[tuple[str, float]] = []
    for page in pypdf.PdfReader(io.BytesIO(pdf(document))).pages:
        page.extract_text(
            visitor_text=lambda text, page_matrix, matrix, *_: found.append(
                (text, matrix[5] * page_matrix[3] + page_matrix[5])
            )
        )
    assert "".join(text for text, _ in found).count("word") == 2 * columns * cell.count("word")
    assert min(height for text, height in found if "word" in text) > 0, "below the edge of the sheet"


@pytest.mark.parametrize("paper", list(Paper))
def test_every_kind_of_block_is_drawn_with_the_patient_on_every_sheet(paper: Paper) -> None:
    drawn = demand_same_words(EVERY_KIND, paper)
    read = pypdf.PdfReader(io.BytesIO(drawn))
    assert len(read.pages) >= 3
    size = tuple(round(float(side)) for side in read.pages[0].mediabox[2:])
    assert size == {Paper.A4: (595, 842), Paper.LETTER: (612, 792)}[paper]
    root = read.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert read.metadata is not None
    assert read.metadata.title == EVERY_KIND.title
    fonts = [font.get_object() for page in read.pages for font in page["/Resources"]["/Font"].values()]
    assert all(
        "/FontFile" in str(font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()) for font in fonts
    )


def test_a_picture_takes_its_ink_from_the_page_around_it() -> None:
    (picture,) = (each for each in blocks_of(EVERY_KIND) if isinstance(each, Picture))
    drawn = svg(picture)
    inks = set(re.findall(r'(?:fill|stroke|color)="([^"]+)"', drawn))
    assert inks == {"currentColor", "none"}, "black ink is not seen on a dark screen"
    assert "style=" not in drawn, "no inline style passes the content policy"


def test_the_same_document_is_the_same_bytes() -> None:
    assert pdf(EVERY_KIND) == pdf(EVERY_KIND)
    assert pdf(EVERY_KIND) != pdf(replace(EVERY_KIND, subject="Somebody else"))


def about(name: str) -> Document:
    return consent_form(SETTING, Patient(name=name, born=date(1980, 2, 2)))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_is_never_markup(text: str) -> None:
    blocks = (Paragraph(text=text), Bullets(items=(text,)), Facts(pairs=((text, text),)))
    table = Table(columns=(text[:20], "B"), rows=((text, text),))
    section = Section(heading=text, blocks=(*blocks, table))
    demand_same_words(replace(EVERY_KIND, title=text, subject=text[:120], clinic=text[:60], sections=(section,)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Łukasz Ærø Müller-Đặng", "Łukasz Ærø Müller-Đặng"),
        ("Ζωή Иванова", "Ζωή Иванова"),
        ("brain 🧠", "brain [U+1F9E0]"),
        ("王小明", "王小明"),
        ("สมชาย ใจดี", "สมชาย ใจดี"),
        ("An\u200bna\ufeff Li\u200dnd", "Anna Lind"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("\u202eolleh\u202c", "[U+202E]olleh[U+202C]"),
        ("a\x00b\x1b", "a[U+0000]b[U+001B]"),
        ("two\n lines\t here", "two lines here"),
    ],
)
def test_what_the_fonts_lack_or_what_turns_text_around_is_printed_as_its_code(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert bare(shown) in bare(pages_of(pdf(about(text)))[0])


@pytest.mark.parametrize("name", ["שרה כהן", "مريم حداد"])
def test_right_to_left_names_are_drawn_with_their_own_letters(name: str) -> None:
    assert printable(name) == name
    said = bare(pages_of(pdf(about(name)))[0])
    assert set(bare(name)) <= set(said)
    assert "[U+" not in said
    assert {ord(sign) for sign in bare(name)} <= covered()


@pytest.fixture
def finished(staff: dict[str, Staff], fixed_clock: FixedClock) -> uuid.UUID:
    """Stage one whole infusion, its note signed."""
    stage = SharedStage()
    stock.receive_vial(VIAL, stage.act("nurse", at(-120), "nurse2"), demo_id(VIAL.label))
    session_id = stage.finished(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(200)
    return session_id


@pytest.fixture
def reader(staff: dict[str, Staff]) -> Client:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses(session_id: uuid.UUID) -> dict[str, Document]:
    row = SessionRow.objects.get(pk=session_id)
    chart = chart_store.session_chart_of(session_id)
    person = Person.objects.get(pk=row.person_id)
    made: dict[str, Document | None] = {
        f"/people/{person.pk}/documents/{which}/": documents.of_person(person, which, at(200))
        for which in documents.PERSON_TITLES
    }
    made |= {
        f"/sessions/{session_id}/documents/{which}/": documents.of_session(row, chart, which, at(200))
        for which in documents.SESSION_TITLES
    }
    made[f"/stock/{demo_id(VIAL.label)}/ledger/"] = documents.of_vial(demo_id(VIAL.label), at(200))
    return {address: document for address, document in made.items() if document is not None}


@pytest.mark.slow
@pytest.mark.django_db
def test_page_and_pdf_of_every_document_say_the_same(finished: uuid.UUID, reader: Client) -> None:
    made = addresses(finished)
    assert len(made) == 8
    for address, document in made.items():
        page = html.unescape(reader.get(address).content.decode())
        assert [each for each in words(document) if each not in page] == [], address
        assert "TEST: NOT A REAL PATIENT" in page or "DEMO: NOT A REAL PATIENT" in page
        assert f"<bdi>{document.subject}</bdi>" in page
        demand_same_words(document)
        answer = reader.get(f"{address}pdf/?paper=us-letter")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Cache-Control"] == "no-store"
        assert answer.content == pdf(document, Paper.LETTER)
        said = answer["Content-Disposition"]
        assert re.fullmatch(r'inline; filename="[a-z-]+-20260302-1520\.pdf"', said), said
        assert reader.get(f"{address}pdf/?paper=papyrus").content == pdf(document, Paper.A4)


@pytest.mark.django_db
def test_a_document_is_addressed_on_its_page_and_in_its_pdf(finished: uuid.UUID, reader: Client) -> None:
    row = SessionRow.objects.select_related("person").get(pk=finished)
    address = f"/people/{row.person_id}/documents/summary/"
    plain = reader.get(address).content.decode()
    assert "addressee" not in plain
    shown = html.unescape(
        reader.get(address, {"to": "Dr <Jane> Holloway\n\n 5 Mill  Lane " + "x" * 300}).content.decode()
    )
    assert "Dr <Jane> Holloway<br>5 Mill Lane xxx" in shown
    (addressee,) = re.findall(r'class="addressee">\s*(.*?)\s*</p>', shown)
    assert len(addressee.split("<br>")[1]) == 120
    (link,) = re.findall(r'href="([^"]*summary/pdf/[^"]*paper=a4)"', shown)
    said = bare(pages_of(reader.get(link).content)[0])
    assert "Dr<Jane>Holloway5MillLane" in said
    made = documents.of_person(row.person, "summary", at(200), ("Dr <Jane> Holloway",))
    assert made is not None
    demand_same_words(made)


@pytest.mark.django_db
def test_documents_come_on_the_paper_the_clinic_prints_on(finished: uuid.UUID, reader: Client) -> None:
    address, document = next(iter(addresses(finished).items()))
    assert "paper-a4" in reader.get(address).content.decode()
    ClinicDetails.objects.update_or_create(id=1, defaults={"paper": "us-letter"})
    page = reader.get(address).content.decode()
    assert "paper-us-letter" in page
    assert page.index("PDF, US letter") < page.index("PDF, A4")
    assert reader.get(f"{address}pdf/").content == pdf(document, Paper.LETTER)
    assert reader.get(f"{address}pdf/?paper=a4").content == pdf(document, Paper.A4)


@pytest.mark.django_db
def test_papers_are_listed_on_the_persons_page_and_unknown_ones_are_not_found(
    finished: uuid.UUID, reader: Client
) -> None:
    person_id = SessionRow.objects.get(pk=finished).person_id
    page = reader.get(f"/people/{person_id}/").content.decode()
    running = {f"/sessions/{finished}/documents/{which}/" for which in ("hand-over", "ambulance")}
    listed = {address for address in addresses(finished) if "/stock/" not in address} - running
    assert [address for address in listed if address not in page] == []
    assert not running & set(re.findall(r'href="([^"]+)"', page)), "such a sheet is of a session that is open"
    for address in (f"/people/{person_id}/documents/will/", f"/sessions/{finished}/documents/will/pdf/",
                    f"/stock/{uuid.uuid4()}/ledger/pdf/", f"/people/{uuid.uuid4()}/documents/plan/"):  # fmt: skip
        assert reader.get(address).status_code == 404, address


@pytest.mark.django_db
def test_who_printed_what_is_audited(finished: uuid.UUID, reader: Client) -> None:
    keep_views(NOON)
    reader.get(f"/sessions/{finished}/documents/note/pdf/")
    keep_views(NOON)
    last = [each.event for each in chart_store.read("audit") if isinstance(each.event, ViewsAudited)][-1]
    assert [(look.staff, look.page, look.subject) for look in last.views] == [
        ("nurse", "session_document_pdf", f"session_id={finished},which=note")
    ]


@pytest.mark.django_db
def test_consent_is_recorded_under_the_version_whose_text_was_shown(finished: uuid.UUID, reader: Client) -> None:
    person_id = SessionRow.objects.get(pk=finished).person_id
    form = consent_form(SETTING, IDA)
    version = form.stamp.removeprefix("Consent version ")
    page = html.unescape(reader.get(f"/people/{person_id}/consent/").content.decode())
    assert f'value="{version}"' in page
    shown = knowledge().leaflets["consent_form"]
    assert all(row.text in page for row in shown.rows())
    signed = {"signer": "patient", "signer_name": str(Person.objects.get(pk=person_id)), "signed_on": "2026-03-02"}
    typed = {"version": version, **signed, "key": "consent-key-1"}
    said = reader.post(f"/people/{person_id}/consent/", typed, follow=True).content.decode()
    assert "Consent recorded." in said
    assert chart_store.person_chart(person_id).consents[-1].event.version == shown.version
    older = {**typed, "version": " Consent version 1-72E157", "key": "consent-key-2"}
    said = html.unescape(reader.post(f"/people/{person_id}/consent/", older, follow=True).content.decode())
    assert f"Consent recorded, of version 1-72e157. Today's text is {version}." in said


@pytest.mark.parametrize("name", ["王小明", "प्रिया शर्मा", "สมชาย ใจดี", "김민준", "さくら"])
def test_names_of_other_scripts_are_drawn_with_their_own_letters(name: str) -> None:
    assert printable(name) == name
    assert {ord(sign) for sign in bare(name)} <= covered()
    assert "[U+" not in bare(pages_of(pdf(about(name)))[0])


def test_the_licence_of_every_font_lies_beside_it() -> None:
    licences = " ".join(path.read_text(encoding="utf-8") for path in FONTS.glob("LICENSE-*.txt"))
    for font in FONTS.glob("*.ttf"):
        assert font.name in licences or font.name.startswith("DejaVu")
