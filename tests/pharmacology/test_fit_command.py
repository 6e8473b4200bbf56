"""`sereniv fit`: a file of samples in, one person's estimate out, what is wrong with the file in words."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sereniv.cli.fit import fit, read_samples
from sereniv.pharmacology import Dosing, Sample, Subject, individualise

SOUND = "at_min,ng_per_ml,analyte\n40,190,ketamine\n110,70,\n110,60,norketamine\n"
WORDS = ("--dose", "35mg", "--over", "40min", "--weight", "70kg")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "samples.csv"


def run(file: Path, text: str, *words: str) -> Result:
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(fit, [str(file), *WORDS, *words])


def test_it_gives_what_the_engine_gives(file: Path) -> None:
    found = json.loads(run(file, SOUND, "--format", "json", "--at", "40min").output)
    taken = [Sample(at_min=40, ng_per_ml=190), Sample(at_min=110, ng_per_ml=70)]
    taken.append(Sample(at_min=110, ng_per_ml=60, analyte="norketamine"))
    same = individualise("otto-2021", Dosing.infusion(35, 40), taken, subject=Subject(weight_kg=70))
    assert found["etas"] == pytest.approx(same.etas)
    assert found["converged"]
    assert found["predicted"]["time_min"] == [40.0]


def test_as_a_table_it_says_what_it_is_and_rests_on(file: Path) -> None:
    shown = run(file, SOUND, "--at", "230min")
    assert shown.exit_code == 0
    for words in ("One person's estimate", "CL ", "norketamine", "5-95 %", "10.1007/s00228-021-03104-1"):
        assert words in shown.output


def test_a_slip_of_a_unit_is_named(file: Path) -> None:
    shown = run(file, "at_min,ng_per_ml\n40,0.19\n")
    assert "written in \u00b5g/mL (mg/L) and not in ng/mL" in shown.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time,level\n40,190\n", "give at_min,ng_per_ml"),
        ("at_min,ng_per_ml\n40,<5\n", "line 2: '40' and '<5'; give minutes and ng/mL as plain numbers"),
        ("at_min,ng_per_ml\n40\n", "line 2"),
        ("at_min,ng_per_ml\n", "There are no samples"),
        ("at_min,ng_per_ml\n40,0\n", "above 0"),
        ("at_min,ng_per_ml\n40,1e300\n", "more than 1 g in each mL"),
        (
            "at_min,ng_per_ml,analyte\n40,190,Norketamin\n",
            "'Norketamin' in the sources read; it has for: ketamine, norket",
        ),
        ("", "give at_min,ng_per_ml"),
        ("at_min,ng_per_ml\n10,1,5\n", "line 2 holds more than at_min,ng_per_ml; write decimals with a point"),
    ],
)
def test_a_file_that_does_not_do_is_mended_with_words(file: Path, text: str, message: str) -> None:
    shown = run(file, text)
    assert shown.exit_code == 1
    assert message in shown.output
    assert "Traceback" not in shown.output


def test_a_file_in_another_writing_is_said_by_its_name(file: Path) -> None:
    file.write_bytes("at_min,ng_per_ml\n10,100\n".encode("utf-16"))
    with pytest.raises(ValueError, match=r"samples.csv is no text in UTF-8; save it as CSV UTF-8\."):
        read_samples(file)


def test_a_weight_that_is_none_is_said_as_the_weight(file: Path) -> None:
    """*dose_mg is -35.0* was said of it."""
    shown = run(file, SOUND, "--dose", "0.5mg/kg", "--weight=-70kg")
    assert "weight_kg is -70.0" in shown.output
