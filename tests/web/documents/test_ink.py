"""No ink outside its cell or its margin: every document, on both papers, with the longest values that people have."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.web.documents.pdf import Paper, pdf
from sereniv.clinic.workflows.documents import documents
from sereniv.therapy.documents.model import Block, Bullets, Document, Facts, Paragraph, Table
from sereniv.therapy.documents.note_text import note
from sereniv.therapy.documents.readers import LookLine, looked_at, readers
from sereniv.therapy.documents.session_note import infusion_note
from sereniv.therapy.session import events as ev
from tests.conftest import FixedClock
from tests.therapy.chair.test_gate import PREPARED
from tests.therapy.documents.test_documents import IDA, NOBODY, SETTING
from tests.therapy.documents.test_note_text import SUBJECT
from tests.therapy.making import STARTED, Happening, chart, full_set
from tests.web.documents import test_documents
from tests.workflows.test_path import at

finished = test_documents.finished
LONGEST = (
    "Maximiliane-Charlotte von Hohenstaufen-Württemberg",
    "Rindfleischetikettierungsüberwachung",
    "歐陽慕容司馬諸葛上官尉遲公孫令狐宇文",
    "2026-03-02T12:00:00+00:00",
    "levomepromazine 12.5 mg, hydroxychloroquine 200 mg, dextroamphetamine/amphetamine 30 mg, desvenlafaxine 50 mg",
    "SpO₂ 98 %",
    "https://clinic.example/orders/0123456789",
    "นางสาวประภาพรรณ สุวรรณภูมิ",
    "hydroxychloroquine",
    "eligible_with_precautions",
    "WWWWWWWWWWWWWWWWW",
)
MARGIN_X_PT, TOP_PT, BOTTOM_PT = 18 / 25.4 * 72, 10, 10
LEEWAY_PT = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A vertical line of a table."""

    x: float
    low: float
    high: float


def swollen(document: Document, shift: int) -> Document:
    """Return the document with the longest values in each cell, fact and sentence, beside what stands there."""
    sections = tuple(
        replace(each, blocks=tuple(_swollen(block, shift) for block in each.blocks)) for each in document.sections
    )
    return replace(document, subject=f"{LONGEST[shift]}, born 29 Feb 1980", sections=sections)


def _swollen(block: Block, shift: int) -> Block:
    def long(value: str, place: int) -> str:
        return f"{value} {LONGEST[(place + shift) % len(LONGEST)]}"

    match block:
        case Table(heads_rows=True):
            return block
        case Table(columns=columns, rows=rows):
            return replace(
                block, rows=tuple(tuple(long(cell, place) for place, cell in enumerate(row)) for row in rows),
                columns=columns,
            )  # fmt: skip
        case Facts(pairs=pairs):
            return replace(block, pairs=tuple((term, long(value, place)) for place, (term, value) in enumerate(pairs)))
        case Bullets(items=items):
            return replace(block, items=tuple(long(each, place) for place, each in enumerate(items)))
        case Paragraph(text=text):
            return replace(block, text=long(text, 0))
        case _:
            return block


def letters(page: pdfium.PdfPage) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Yield each sign that leaves ink, with its box: left, bottom, right, top."""
    text = page.get_textpage()
    for place in range(text.count_chars()):
        sign = chr(pdfium_c.FPDFText_GetUnicode(text, place))
        if not sign.isspace() and sign.isprintable():
            yield sign, text.get_charbox(place)


def rules(page: pdfium.PdfPage) -> list[Rule]:
    """Return the vertical lines of the tables of a page; those of pictures are drawn within one image."""
    found = []
    for each in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=1):
        left, low, right, high = each.get_bounds()
        if right - left < 2 and high - low > 4:
            found.append(Rule(x=(left + right) / 2, low=low, high=high))
    return found


def spilt(document: Document, paper: Paper) -> list[str]:
    """Name every sign that stands outside the margins or on the line of a cell."""
    said = []
    for number, page in enumerate(pdfium.PdfDocument(pdf(document, paper)), start=1):
        width, height = page.get_size()
        lines = rules(page)
        for sign, (left, low, right, high) in letters(page):
            inside = left >= MARGIN_X_PT - LEEWAY_PT and right <= width - MARGIN_X_PT + LEEWAY_PT
            if not inside or low < BOTTOM_PT or high > height - TOP_PT:
                said.append(f"{document.title}, page {number}: {sign} at {left:.0f} to {right:.0f}, {low:.0f}")
            middle = (low + high) / 2
            crossed = [line for line in lines if line.low < middle < line.high and left + 0.3 < line.x < right - 0.3]
            said += [f"{document.title}, page {number}: {sign} across {line.x:.0f}, {low:.0f}" for line in crossed]
    return said


def all_of(session_id: uuid.UUID) -> list[Document]:
    """Return every kind of document: of the session and its person, the drug's record, and who looked."""
    now, day = at(200), at(200).date()
    look = LookLine(day=day, staff="nurse", what="Record", listed=False, first=now, last=now, times=3)
    papers = [documents.of_drug(day, day, now), readers(SETTING, IDA, day, day, [look, replace(look, listed=True)])]
    whose = replace(look, whose="Ida Prim")
    papers.append(looked_at(SETTING, "Ada Nightfall, RN", day, day, [whose, replace(whose, listed=True)]))
    return [*test_documents.addresses(session_id).values(), *papers]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("paper", list(Paper))
def test_no_document_spills_out_of_its_cells_or_margins_however_long_what_stands_in_it(
    paper: Paper, finished: uuid.UUID, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    for place, document in enumerate(all_of(finished)):
        assert spilt(document, paper) == []
        for shift in (place, place + 4):
            assert spilt(swollen(document, shift % len(LONGEST)), paper) == []


def four_hours() -> tuple[Happening, ...]:
    told: list[Happening] = [(-6, PREPARED), (0, STARTED)]
    for minute in range(5, 245, 5):
        told.append((minute, full_set(200 + minute % 40, 100 + minute % 30)))
        told.append((minute, ev.ObservationCharted(observation=ev.Observation.DISSOCIATION, grade=minute % 4)))
        if minute % 20 == 0:
            told.append((minute, ev.InterventionCharted(what=LONGEST[minute % len(LONGEST)])))
    return (*told, (250, ev.InfusionStopped(reason=LONGEST[4])))


@pytest.mark.parametrize("paper", list(Paper))
def test_the_flowsheet_of_four_hours_stays_on_its_sheets(paper: Paper) -> None:
    long = chart(*four_hours())
    document = infusion_note(SETTING, IDA, long, NOBODY, note(long, SUBJECT))
    assert spilt(document, paper) == []
    sheets = [block for each in document.sections for block in each.blocks if isinstance(block, Table)]
    assert len(sheets) == 5, "fifty times, ten on each"
    assert {len(row) for sheet in sheets for row in sheet.rows} == {11}


def test_ink_across_a_line_is_found() -> None:
    """The measure itself: a word wider than its cell, which cannot break, is seen."""
    page = pdfium.PdfDocument(pdf(test_documents.EVERY_KIND))[0]
    assert any(sign == "I" for sign, _ in letters(page))
    assert rules(pdfium.PdfDocument(pdf(test_documents.EVERY_KIND))[1])
