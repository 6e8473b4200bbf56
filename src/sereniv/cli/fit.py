"""The command `fit`: one person's estimate from a file of measured concentrations."""

import csv
import json
from pathlib import Path

import click

from sereniv.cli.inputs import (
    FILE,
    Minutes,
    Quantity,
    asked_model,
    clear_errors,
    in_a_folder,
    model_file_option,
    model_option,
)
from sereniv.pharmacology import Dosing, Individual, Sample, Subject, individualise
from sereniv.pharmacology.dosing import Drug
from sereniv.pharmacology.subject import Sex

COLUMNS = ("at_min", "ng_per_ml", "analyte")
"""The columns of a file of samples; the last may be left out, and is ketamine then."""


@click.command()
@click.argument("samples", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@model_option
@model_file_option
@click.option("--weight", type=Quantity("weight"), required=True, help="Total body weight.")
@click.option("--age", type=float, help="Age in years.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="Read by none of the packaged models.")
@click.option("--asian", is_flag=True, help="Read by perez-ruixo-2021 alone.")
@click.option("--drug", type=click.Choice(["racemate", "S", "R"]), default="racemate", show_default=True)
@click.option("--dose", type=Quantity("dose per weight", "dose"), required=True, help="0.5mg/kg, or 35mg.")
@click.option("--over", type=Quantity("time"), help="Infusion time, such as 40min; a bolus when left out.")
@click.option("--at", "at", type=Minutes(), help="Also predict at these times, such as 10min,20min,40min.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--plot", "plot", type=FILE, callback=in_a_folder, help="Also draw into this file.")
def fit(
    *,
    samples: Path,
    model_id: str | None,
    model_file: Path | None,
    weight: tuple[float, str],
    age: float | None,
    sex: Sex | None,
    asian: bool,
    drug: Drug,
    dose: tuple[float, str],
    over: tuple[float, str] | None,
    at: list[float] | None,
    form: str,
    plot: Path | None,
) -> None:
    """Estimate one person's parameters from SAMPLES, a CSV file with at_min, ng_per_ml and, if need be, analyte.

    For research: never a basis for dosing.
    """
    with clear_errors():
        subject = Subject(weight_kg=weight[0], age_years=age, sex=sex, asian=asian)
        amount_mg = dose[0] * weight[0] if dose[1] == "dose per weight" else dose[0]
        dosing = Dosing.bolus(amount_mg, drug=drug) if over is None else Dosing.infusion(amount_mg, over[0], drug=drug)
        found = individualise(asked_model(model_id, model_file), dosing, read_samples(samples), subject=subject)
        if form == "json":
            predicted = {} if at is None else {"predicted": found.predict(at).as_json()}
            click.echo(json.dumps({**found.as_json(), **predicted}, indent=2))
        else:
            _show(found, at)
        if plot is not None:
            found.plot(str(plot))


def read_samples(file: Path) -> list[Sample]:
    """Return the samples of a CSV file with a header.

    Raises
    ------
    ValueError
        When a column is missing or not known, or a row holds no number; the message names the line and what would do.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} is no text in UTF-8; save it as CSV UTF-8.") from error
    rows = csv.DictReader(lines)
    header = tuple(rows.fieldnames or ())
    unknown, missing = set(header) - set(COLUMNS), set(COLUMNS[:2]) - set(header)
    if unknown or missing:
        raise ValueError(
            f"{file}: its first line is {','.join(header)!r}; give at_min,ng_per_ml and, if need be, analyte: "
            "minutes since the start, and ng/mL."
        )
    return [_sample(file, rows.line_num, row) for row in rows]


def _sample(file: Path, line: int, row: dict[str | None, str | None]) -> Sample:
    if None in row:
        raise ValueError(
            f"{file}, line {line} holds more than {','.join(str(each) for each in row if each)}; write decimals with a "
            "point: 10,1.5 and not 10,1,5."
        )
    try:
        at_min, level = (float(row[name] or "") for name in COLUMNS[:2])
    except ValueError:
        raise ValueError(
            f"{file}, line {line}: {row['at_min']!r} and {row['ng_per_ml']!r}; give minutes and ng/mL as plain "
            "numbers; leave out results below quantification."
        ) from None
    return Sample(at_min=at_min, ng_per_ml=level, analyte=(row.get("analyte") or "ketamine").strip())


def _show(found: Individual, at: list[float] | None) -> None:
    about = found.about()
    click.echo(f"{'parameter':<14}{'value':>12} {'unit':<6}{'eta':>10}{'error':>10}")
    columns = found.as_columns()
    for name, value, unit, eta, error in zip(
        *(columns[key] for key in ("parameter", "value", "unit", "eta", "standard_error")), strict=True
    ):
        click.echo(f"{name:<14}{value:>12.4g} {unit:<6}{eta:>+10.3f}{error:>10.3f}")
    click.echo(f"\n{'at_min':>10}  {'analyte':<20}{'measured':>12}{'estimated':>12}{'residual':>10}{'expected':>12}")
    for row in found.residuals():
        levels = f"{row.sample.ng_per_ml:>12.4g}{row.estimated_ng_per_ml:>12.4g}{row.standardised:>+10.2f}"
        click.echo(f"{row.sample.at_min:>10g}  {row.sample.analyte:<20}{levels}{row.expected_ng_per_ml:>12.4g}")
    if at is not None:
        predicted = found.predict(at)
        click.echo()
        for index, minute in enumerate(predicted.time_min):
            for name, values in predicted.values.items():
                low, high = predicted.low[name][index], predicted.high[name][index]
                click.echo(f"{minute:>10g}  {name:<20}{values[index]:>12.4g}  (5-95 % {low:.4g} to {high:.4g})")
    said = (f"\n{about.title}. Levels in ng/mL, residuals in standard deviations of the measurement.",)
    click.echo("\n".join([*said, *(f"! {item}" for item in dict.fromkeys(about.warnings)), found.cite()]))
