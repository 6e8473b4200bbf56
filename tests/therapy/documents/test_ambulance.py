"""The sheet for an ambulance: what whoever takes over must know, on one page, and what does not fit said."""

import io

import pypdf

from sereniv.clinic.web.documents.pdf import Paper, pdf
from sereniv.therapy.documents.ambulance import Given, for_the_ambulance
from sereniv.therapy.documents.model import words
from sereniv.therapy.session import events as ev
from tests.therapy.documents.test_documents import IDA, SETTING
from tests.therapy.making import STARTED, chart, full_set

WHO = (
    ("Allergies", "ALLERGY: Penicillin, hives; Latex, wheeze; Ondansetron, long QT on the ECG"),
    ("Age and sex", "46 years, female"),
    ("Weight", "71.4 kg, measured 09:12"),
    ("Pregnancy", "NOT ASKED"),
    ("Conditions", "high blood pressure, treated; sleep apnoea, likely; asthma; psychiatric NOT ASKED"),
    ("Takes", "sertraline 100 mg in the morning; lisinopril 10 mg; salbutamol when needed; propranolol 40 mg"),
    ("Treated for", "F33.2 Major depressive disorder, recurrent severe without psychotic features"),
    ("Goes home with", "Kim Escort, 555 0100, by car"),
)
KETAMINE = ("Ketamine", "17.1 mg IV by charted rates since 12:00, pump stopped at 12:19")
SESSION = chart((0, STARTED), *((at, full_set(150 + at, 90)) for at in range(2, 18, 3)), (18, ev.EmergencyOpened()))


def given(number: int) -> Given:
    doses = tuple((f"12:{at:02d}", f"Midazolam 1 mg IV titrated for severe distress {at}") for at in range(number))
    return Given(in_all=(KETAMINE, ("Midazolam in all", f"{number} mg in {number} doses")), one_by_one=doses)


def test_it_says_since_when_and_what_was_given_each_with_its_time() -> None:
    told = "\n".join(words(for_the_ambulance(SETTING, IDA, SESSION, WHO, given(2))))
    assert "Emergency opened at" in told
    assert "ALLERGY: Penicillin" in told
    assert "NOT ASKED" in told
    assert KETAMINE[1] in told
    assert "severe distress 1" in told
    assert "earlier" not in told


def test_it_is_one_page_on_either_paper_however_much_was_given_and_says_what_is_left_out() -> None:
    document = for_the_ambulance(SETTING, IDA, SESSION, WHO, given(40))
    for paper in Paper:
        assert len(pypdf.PdfReader(io.BytesIO(pdf(document, paper))).pages) == 1
    told = "\n".join(words(document))
    assert KETAMINE[1] in told
    assert "40 mg in 40 doses" in told
    assert "severe distress 39" in told, "the newest are kept"
    assert "34 earlier lines stand in the log alone." in told


def test_it_is_one_page_with_a_dozen_different_medicines_and_names_each() -> None:
    """From ten on it ran to a second page, which stays in the printer."""
    names = ("Midazolam", "Ondansetron", "Labetalol", "Hydralazine", "Glycopyrronium", "Lorazepam", "Adrenaline",
             "Salbutamol", "Diphenhydramine", "Hydrocortisone", "Glucose 20 %", "Naloxone")  # fmt: skip
    in_all = tuple(
        (f"{name} in all", f"40 mg in 4 doses, the last 10 mg at 12:{at:02d}") for at, name in enumerate(names)
    )
    doses = tuple((f"12:{at:02d}", f"{names[at % 12]} 10 mg IV for severe distress") for at in range(48))
    document = for_the_ambulance(SETTING, IDA, SESSION, WHO, Given(in_all=(KETAMINE, *in_all), one_by_one=doses))
    for paper in Paper:
        assert len(pypdf.PdfReader(io.BytesIO(pdf(document, paper))).pages) == 1
    told = "\n".join(words(document))
    assert all(name in told for name in names)
    assert "Naloxone 40 mg in 4 doses, last 10 mg at 12:11" in told
