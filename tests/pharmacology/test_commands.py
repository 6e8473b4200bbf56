"""The commands print the published numbers and mend bad input with words."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import sereniv
from sereniv.cli.models import models
from sereniv.cli.simulate import simulate
from sereniv.cli.trial import trial

OWN_MODEL = """
id = "own-2024"
title = "Own"
role = "second opinion"
site = "venous"
sources = ["own-2024"]
describes = "racemate"
racemate = "as one"
population = "made up"
caveats = []
dose_into = "central"
defaults = { provenance = "R", source = "own-2024", where = "Table 1" }
[references.own-2024]
citation = "Own A. A paper. 2024"
read = "table"
[analytes]
ketamine = { compartment = "central", volume = "V" }
[[links]]
from = "central"
clearance = "CL"
volume = "V"
[parameters]
V = { value = 30, unit = "L" }
CL = { value = 80, unit = "L/h" }
"""


def run(command: click.Command, *words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def test_simulate_as_json() -> None:
    shown = run(
        simulate, "--dose", "0.5mg/kg", "--over", "40min", "--at", "40min,60min,110min,230min", "--format", "json"
    )
    found = json.loads(shown.output)
    assert list(found) == ["model", "unit", "time_min", "ketamine", "norketamine", "warnings", "references"]
    assert found["ketamine"] == pytest.approx([160.2, 106.7, 62.7, 29.4], rel=0.01)
    assert found["unit"] == "ng/mL"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--drug S --weight 68kg --dose 10mg --over 30min --at 30min,1h,2h", [50.9, 27.3, 15.4]),
        ("--model clements-1981 --dose 0.5mg/kg --over 40min --at 40min,110min,230min", [177.3, 63.1, 35.9]),
        ("--model simons-2022 --drug S --weight 73kg --dose 20mg --over 20min --at 20min", [258.9]),
        ("--model domino-1982 --dose 35mg --over 40min --at 40min", [240.3]),
    ],
)
def test_simulate_prints_checks_1_6_7_10(words: str, expected: list[float]) -> None:
    assert json.loads(run(simulate, *words.split(), "--format", "json").output)["ketamine"] == pytest.approx(
        expected, rel=0.01
    )


def test_alone_and_side_by_side_a_model_says_the_same_of_the_same_person() -> None:
    words = ("--dose", "0.5mg/kg", "--over", "40min", "--at", "40min", "--age", "75", "--format", "json")
    alone = json.loads(run(simulate, *words, "--model", "otto-2021").stdout)
    beside = {item["model"]: item for item in json.loads(run(simulate, *words, "--compare").stdout)["models"]}
    assert alone["model"] == "otto-2021+age", "not the published model, and it says so"
    assert alone["ketamine"] == beside["otto-2021+age"]["ketamine"]
    assert "clements-1981+age" in beside


def test_simulate_as_csv_and_table() -> None:
    words = ("--dose", "35mg", "--over", "40min", "--at", "10min,40min", "--effect-site")
    written = run(simulate, *words, "--format", "csv", "--model", "domino-1982")
    assert "Legacy model" in written.stderr, "what a model warns of is never lost, and never among the numbers"
    lines = run(simulate, *words, "--format", "csv").stdout.splitlines()
    assert lines[0] == "time_min,ketamine_ng_per_ml,norketamine_ng_per_ml,effect_site_ng_per_ml"
    assert len(lines) == 3
    assert "Population model, not a measurement" in run(simulate, *words).output


def test_compare() -> None:
    words = ("--dose", "35mg", "--over", "40min", "--at", "40min", "--compare")
    found = json.loads(run(simulate, *words, "--format", "json").output)
    assert found["low"][0] == pytest.approx(125, abs=0.5)
    assert found["high"][0] == pytest.approx(289, abs=0.5)
    assert "perez-ruixo-2021" in run(simulate, *words).output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--dose 0.5 --over 40min --at 10min", "has no unit"),
        ("--dose 35mg --over 40 --at 10min", "has no unit"),
        ("--dose 35mg --over 40min --at 20min,10min", "out of order"),
        ("--dose -35mg --over 40min --at 20min", "not negative"),
        ("--dose 35mg --weight -70kg --over 40min --at 20min", "above 0"),
        ("--dose 35mg --over 40min --at 20min --model nobody", "choose one of otto-2021"),
        ("--dose 35mg --at ,", "no time is given"),
        ("--dose 35mg --at 10min --plot nowhere/curve.svg", "there is no folder 'nowhere'"),
        ("--dose 35mg --at 10min --compare --model otto-2021", "leave out --model"),
    ],
)
def test_bad_input_is_explained(words: str, message: str) -> None:
    shown = run(simulate, *words.split())
    assert shown.exit_code != 0
    assert message in shown.output
    assert "Traceback" not in shown.output


def test_simulate_a_model_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN_MODEL, encoding="utf-8")
    words = ("--model-file", str(file), "--dose", "35mg", "--over", "40min", "--at", "40min")
    found = json.loads(run(simulate, *words, "--format", "json").output)
    rate = 80 / 30
    assert found["ketamine"] == pytest.approx([1000 * 52.5 / 80 * (1 - math.exp(-rate * 40 / 60))])
    assert found["model"] == "own-2024"
    assert "Own A. A paper. 2024. [read: table]" in run(simulate, *words).output


@pytest.mark.parametrize(
    ("text", "more", "message"),
    [
        (OWN_MODEL.replace("volume", "volum"), (), "own.toml: own-2024: [analytes.ketamine]: unknown key 'volum'"),
        (OWN_MODEL.replace("value = 80", 'value = "80 L/h"'), (), "value is '80 L/h'; give a finite number above 0"),
        ("id = ", (), "own.toml is not a TOML table: Invalid value"),
        ("id = 'Größe'".encode("latin-1"), (), "own.toml is not a TOML table"),
        (OWN_MODEL, ("--model", "otto-2021"), "a model of its own; leave out --model"),
        (OWN_MODEL, ("--compare",), "leave out --model, --model-file"),
        (None, (), "does not exist"),
    ],
)
def test_a_model_file_that_does_not_do_is_explained(
    tmp_path: Path, text: str | bytes | None, more: tuple[str, ...], message: str
) -> None:
    file = tmp_path / "own.toml"
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    words = ("--model-file", str(file), "--dose", "35mg", "--over", "40min", "--at", "40min")
    shown = run(simulate, *words, *more)
    assert shown.exit_code != 0
    assert message in shown.output
    assert isinstance(shown.exception, SystemExit)


def test_models_are_listed_with_tags_and_sources() -> None:
    shown = run(models).output
    assert "[RN] otto-2021" in shown
    assert "10.3389/fpain.2022.946486" in shown
    assert json.loads(run(models, "--format", "json").output)[0]["id"] == "otto-2021"


@pytest.mark.parametrize(
    ("model_id", "line"),
    [
        ("otto-2021", "Our range of use (our choice, no paper's)"),
        ("otto-2021", "age            23 years (mean)              [RN] otto-2021"),
        ("otto-2021", "dose           0.1 to 1 mg/kg"),
        ("otto-2021", "infusion time  30 to 100 min"),
        ("simons-2022", "weight         53 to 93 kg"),
        ("perez-ruixo-2021", "dose           not in the sources read"),
        ("domino-1982", "weight         not in the sources read"),
        ("domino-1982", "Variability between people: not in the sources read"),
        ("domino-1982", "Residual error: not in the sources read"),
        ("otto-2021", "× (weight_kg / 70) ^ 0.75"),
        ("perez-ruixo-2021", "-2.19 L/h for each unit of age_years above 60"),
        ("perez-ruixo-2021", "× 0.36 where asian is yes"),
        ("perez-ruixo-2021", "kel            CV 120 %, log variance 0.892"),
        ("otto-2021", "V1 with CL     log covariance 0.02261"),
        ("simons-2022", "Variability between occasions, not sampled\n    MTTnk          CV 106 %, log variance 0.751"),
        ("otto-2021", "ketamine           proportional SD 0.236"),
        ("simons-2022", "norketamine        additive SD 12.97 ng/mL"),
        ("simons-2022", "Fnk      0.8            [RN]"),
    ],
)
def test_models_show_what_they_rest_on(model_id: str, line: str) -> None:
    parts = {part.split()[0]: part for part in run(models).output.split("\n\n") if part.strip()}
    assert line in parts[model_id]


def test_a_volume_in_l_per_kg_does_not_say_its_weight_twice() -> None:
    assert "(weight_kg / 1)" not in run(models).output


def test_models_as_json_carry_their_parameters() -> None:
    found = {item["id"]: item for item in json.loads(run(models, "--format", "json").output)}
    clearance = next(row for row in found["simons-2022"]["parameters"] if row["name"] == "CL")
    assert (clearance["value"], clearance["unit"]) == (pytest.approx(88.8), "L/h")
    assert clearance["provenance"] == {"tag": "RN", "source": "simons-2022", "where": "Table 4, Figure 2"}
    assert found["otto-2021"]["variability"][2] | {"provenance": None} == {
        "on": ["V1", "CL"], "log_covariance": 0.02261, "provenance": None,
    }  # fmt: skip
    assert found["domino-1982"]["studied"] == {}
    assert found["otto-2021"]["studied"]["age_years"] == {
        "low": 23.0, "high": 23.0, "of": "mean",
        "provenance": {"tag": "RN", "source": "otto-2021", "where": "mean; the range was not read"},
    }  # fmt: skip
    assert found["otto-2021"]["our_use"]["age_years"] == [18.0, 60.0]
    assert found["otto-2021"]["residual"][0]["sd"] == 0.236


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--out nowhere/trial.json", "there is no folder 'nowhere'"),
        ("--quantiles ,", "give percentiles"),
        ("--weight 20kg --weight-sd 1kg", "Hardly anybody"),
        ("--protocol P-X", "no protocol 'P-X'"),
    ],
)
def test_a_trial_that_cannot_be_is_refused_before_its_work(words: str, message: str) -> None:
    shown = run(trial, "--n", "10", "--seed", "1", *words.split())
    assert shown.exit_code != 0
    assert message in shown.output
    assert "Traceback" not in shown.output


def test_trial_writes_percentiles(tmp_path: Path) -> None:
    out = tmp_path / "trial.json"
    shown = run(trial, "--n", "50", "--seed", "1", "--engine", "numpy", "--quantiles", "5,50,95", "--out", str(out))
    assert shown.exit_code == 0, shown.output
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["n"] == 50
    assert len(found["time_min"]) == 1440
    assert len(found["quantiles"]["ketamine"]) == 3
    assert run(trial, "--n", "5", "--seed", "1", "--protocol", "P-X").exit_code != 0


def test_trial_of_a_model_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN_MODEL + '[[variability]]\non = "CL"\ncv_percent = 30\n', encoding="utf-8")
    words = ("--n", "50", "--seed", "1", "--engine", "numpy", "--model-file", str(file))
    found = json.loads(run(trial, *words).stdout)
    low, _, high = (row[39] for row in found["quantiles"]["ketamine"])
    assert (found["model"], found["references"]) == ("own-2024", ["own-2024"])
    assert low < 1000 * 52.5 / 80 * (1 - math.exp(-80 / 30 * 40 / 60)) < high
    assert "leave out --model" in run(trial, *words, "--model", "otto-2021").output


@pytest.mark.slow
def test_trial_on_a_cluster_writes_the_same_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("PYTHONPATH", str(Path(sereniv.__file__).parents[1]))  # for the workers and the command
    words = ["trial", "--n", "9000", "--seed", "1", "--protocol", "P-DEP", "--engine", "numpy", "--out"]
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0")
    with cluster:
        for name, more in (("alone.json", []), ("spread.json", ["--dask", cluster.scheduler_address])):
            done = subprocess.run(
                [sys.executable, "-m", "sereniv", *words, str(tmp_path / name), *more],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            assert "9,000 virtual people" in done.stderr
    assert (tmp_path / "spread.json").read_bytes() == (tmp_path / "alone.json").read_bytes()


@pytest.mark.slow
def test_plot_files(tmp_path: Path) -> None:
    words = ("--dose", "35mg", "--over", "40min", "--at", "40min,240min")
    for name, more in (("one.svg", ()), ("many.svg", ("--compare",))):
        shown = run(simulate, *words, *more, "--plot", str(tmp_path / name))
        assert shown.exit_code == 0, shown.output
        assert (tmp_path / name).stat().st_size > 5000


@pytest.mark.slow
def test_commands_need_neither_django_nor_the_extras() -> None:
    code = (
        "import sys\n"
        "for name in ('django', 'numba', 'matplotlib', 'distributed', 'pandas', 'pyarrow'): sys.modules[name] = None\n"
        "from sereniv.cli import main\n"
        "main(['simulate', '--dose', '35mg', '--over', '40min', '--at', '40min', '--format', 'csv'],"
        "standalone_mode=False)\n"
        "main(['models'], standalone_mode=False)\n"
        "main(['trial', '--n', '5', '--seed', '1', '--engine', 'numpy'], standalone_mode=False)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(sereniv.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "40,160.168" in done.stdout
