"""Who may sign a consent: the patient under their own name, a guardian for somebody too young; and on which day."""

from dataclasses import replace
from datetime import date

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import chart_of
from sereniv.therapy.person.consent import ConsentState, consent, is_like, needs_guardian
from tests.conftest import NOON
from tests.therapy.making import REGISTERED, recorded

RULE = knowledge().consent
SIGNED = pe.ConsentRecorded(version="2026-11", signer_name="Ida Lind")


@pytest.mark.parametrize(
    ("signature", "name", "like"),
    [
        ("Mickey Mouse", "Lind, Ida", False), ("Ida Lind", "Lind, Ida", True), ("LIND", "Lind, Ida", True),
        ("José Núñez", "Nunez, Jose", True), ("", "Lind, Ida", False), ("Ida L.", "Lind, Ida", True),
        ("王小明", "王小明", True),
    ],
)  # fmt: skip
def test_a_signature_is_like_the_name_it_is_of(signature: str, name: str, like: bool) -> None:
    assert is_like(signature, name) is like


@pytest.mark.parametrize(
    ("born", "signer", "needs"),
    [
        (date(2008, 3, 3), pe.Signer.PATIENT, True),  # eighteen tomorrow
        (date(2008, 3, 2), pe.Signer.PATIENT, False), (date(2008, 3, 3), pe.Signer.GUARDIAN, False),
    ],
)  # fmt: skip
def test_under_eighteen_a_guardian_consents(born: date, signer: pe.Signer, needs: bool) -> None:
    who = replace(REGISTERED, born=born)
    assert needs_guardian(replace(SIGNED, signer=signer), who, NOON.date(), RULE) is needs


def test_it_holds_from_the_day_beside_the_signature_and_says_who_signed() -> None:
    signed = replace(
        SIGNED, signer=pe.Signer.GUARDIAN, relation="mother", signed_on=date(2025, 12, 2), interpreter_name="Ana Cruz"
    )
    chart = chart_of([recorded(signed, 1, NOON)])
    found = consent(chart, NOON, RULE)
    assert found.state is ConsentState.HOLDS
    assert found.holds_through == date(2026, 3, 2), "ninety days from the signature, not from when it was typed"
    assert "Ida Lind (mother of the patient), dated 02 Dec 2025, interpreted by Ana Cruz" in found.words()
    older = chart_of([recorded(SIGNED, 1, NOON)])
    assert consent(older, NOON, RULE).holds_through == date(2026, 5, 31)
