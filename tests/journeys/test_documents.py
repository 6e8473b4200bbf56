"""Documents printed from a browser: black on white, without the screen's furniture, the patient on every sheet."""

import io
import re
from pathlib import Path

import pypdf
import pytest

from sereniv.clinic.demo.people import demo_id
from tests.journeys.conftest import DESK, SHOTS, VisitorMaker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAPERS = {
    "plan": (f"/people/{demo_id('finished')}/documents/plan/", "Rosa Amsel, born 14 May 1979"),
    "consent": (f"/people/{demo_id('candidate')}/documents/consent/", "Leila Corvin, born 23 Aug 1991"),
    "hand-over": (f"/sessions/{demo_id('infusing-session')}/documents/hand-over/", "Tomas Brandt, born 2 Nov 1968"),
    "vial": (f"/stock/{demo_id('K10-0001')}/ledger/", "Vial K10-0001"),
}


def test_every_printed_sheet_carries_the_patient_and_its_number(visitor: VisitorMaker) -> None:
    nurse = visitor(DESK, "dark")
    nurse.sign_in("nurse")
    for name, (path, subject) in PAPERS.items():
        nurse.page.goto(nurse.address + path)
        nurse.page.emulate_media(media="print")
        assert not nurse.page.locator("header.top, .document-acts, .state-bar").filter(visible=True).count()
        for selector in ("h1", "h2", "dd, td p, li", ".paper-head b"):
            colour = nurse.page.locator(selector).last.evaluate("each => getComputedStyle(each).color")
            assert colour == "rgb(0, 0, 0)", f"{selector} of {name} prints {colour}"
        printed = nurse.page.pdf(format="A4")
        if SHOTS:
            (Path(SHOTS) / f"{name}.pdf").write_bytes(printed)
        sheets = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(printed)).pages]
        assert [subject in sheet for sheet in sheets] == [True] * len(sheets), name
        assert ["DEMO" in sheet for sheet in sheets] == [True] * len(sheets), name
        numbers = [re.search(r"(\d+) / (\d+)", sheet) for sheet in sheets]
        assert [found and found.groups() for found in numbers] == [
            (str(number), str(len(sheets))) for number in range(1, len(sheets) + 1)
        ]
        nurse.page.emulate_media(media="screen")


def test_the_print_button_prints_and_the_pdf_opens(visitor: VisitorMaker) -> None:
    nurse = visitor()
    nurse.sign_in("nurse", f"/people/{demo_id('finished')}/")
    nurse.follow("Treatment plan")
    nurse.page.evaluate("() => { window.print = () => { document.title = 'printed'; }; }")
    nurse.press("Print")
    assert nurse.page.title() == "printed"
    address = nurse.page.get_by_role("link", name="PDF, A4").get_attribute("href")
    answer = nurse.page.request.get(f"{nurse.address}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
