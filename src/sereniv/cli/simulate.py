"""The command `simulate`: what a model says of one person and one dose."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

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
from sereniv.pharmacology import Dosing, EffectSite, Profile, Subject, published_effect_site
from sereniv.pharmacology import simulate as run_simulation
from sereniv.pharmacology.derived import with_age
from sereniv.pharmacology.dosing import Drug
from sereniv.pharmacology.spread import Spread, spread
from sereniv.pharmacology.subject import Sex


@click.command()
@model_option
@model_file_option
@click.option("--weight", type=Quantity("weight"), default="70kg", show_default=True, help="Total body weight.")
@click.option("--age", type=float, help="Age in years; above 60 it lowers clearance.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="Read by none of the packaged models.")
@click.option("--asian", is_flag=True, help="Read by perez-ruixo-2021 alone.")
@click.option("--drug", type=click.Choice(["racemate", "S", "R"]), default="racemate", show_default=True)
@click.option("--dose", type=Quantity("dose per weight", "dose"), required=True, help="0.5mg/kg, or 35mg.")
@click.option("--over", type=Quantity("time"), help="Infusion time, such as 40min; a bolus when left out.")
@click.option("--at", "at", type=Minutes(), required=True, help="Sample times, such as 10min,20min,40min.")
@click.option("--effect-site", is_flag=True, help="Add S-ketamine at the effect site (half-time 8.3 min).")
@click.option("--compare", is_flag=True, help="Run every applicable model and show the spread.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("--plot", "plot", type=FILE, callback=in_a_folder, help="Also draw into this file.")
def simulate(
    *,
    model_id: str | None,
    model_file: Path | None,
    weight: tuple[float, str],
    age: float | None,
    sex: Sex | None,
    asian: bool,
    drug: Drug,
    dose: tuple[float, str],
    over: tuple[float, str] | None,
    at: list[float],
    effect_site: bool,
    compare: bool,
    form: str,
    plot: Path | None,
) -> None:
    """Predict plasma concentrations of a population model; not a measurement, never a basis for dosing."""
    if compare and (model_id is not None or model_file is not None or effect_site):
        raise click.UsageError(
            "--compare runs every applicable model in plasma; leave out --model, --model-file and --effect-site."
        )
    with clear_errors():
        kinetic = asked_model(model_id, model_file)
        subject = Subject(weight_kg=weight[0], age_years=age, sex=sex, asian=asian)
        amount_mg = dose[0] * weight[0] if dose[1] == "dose per weight" else dose[0]
        dosing = Dosing.bolus(amount_mg, drug=drug) if over is None else Dosing.infusion(amount_mg, over[0], drug=drug)
        if compare:
            _show_spread(spread(dosing, at, subject=subject), form)
            if plot is not None:
                spread(dosing, _fine(dosing, at), subject=subject).plot(str(plot))
            return
        site: EffectSite | None = published_effect_site()[0] if effect_site else None
        kinetic = with_age(kinetic, age)
        profile = run_simulation(kinetic, dosing, at, subject=subject, effect_site=site)
        _show_profile(profile, form)
        if plot is not None:
            run_simulation(kinetic, dosing, _fine(dosing, at), subject=subject, effect_site=site).plot(str(plot))


def _fine(dosing: Dosing, at: list[float]) -> NDArray[np.float64]:
    """Return times close enough to draw a smooth curve to the last sample, each start and stop among them."""
    turns = [minute for sitting in dosing.sittings() for minute in (sitting.start_min, sitting.stop_min)]
    last = max([*at, *turns, 1.0])
    return np.unique(np.concatenate([np.linspace(0.0, last, 481), turns]))


def _show_profile(profile: Profile, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(profile.as_json(), indent=2))
        return
    names = list(profile.values)
    rows = [[time, *(profile[name][i] for name in names)] for i, time in enumerate(profile.time_min)]
    _show_rows(["time_min", *(f"{name}_ng_per_ml" for name in names)], rows, form)
    _show_notes(f"{profile.model.title}. Population model, not a measurement.", profile.warnings, profile.cite(), form)


def _show_spread(result: Spread, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(result.as_json(), indent=2))
        return
    header = ["time_min", *(f"{profile.model.id}" for profile in result.profiles), "low", "high"]
    rows = [
        [time, *(profile.ketamine[i] for profile in result.profiles), result.low[i], result.high[i]]
        for i, time in enumerate(result.time_min)
    ]
    _show_rows(header, rows, form)
    said = dict.fromkeys([*result.warnings, *(f"{p.model.id}: {item}" for p in result.profiles for item in p.warnings)])
    _show_notes("Total ketamine, ng/mL. Population models, not a measurement.", said, result.cite(), form)


def _show_rows(header: list[str], rows: Iterable[list[float]], form: str) -> None:
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([f"{value:.10g}" for value in row] for row in rows)
        click.echo(text.getvalue(), nl=False)
        return
    click.echo("  ".join(f"{name:>22}" if i else f"{name:>10}" for i, name in enumerate(header)))
    for row in rows:
        click.echo("  ".join(f"{value:>22.2f}" if i else f"{value:>10g}" for i, value in enumerate(row)))


def _show_notes(title: str, warnings: Iterable[str], citations: str, form: str) -> None:
    """Say what the numbers are; beside a CSV file on the other channel, so that the file stays one of numbers."""
    lines = [f"\n{title}", *(f"! {warning}" for warning in warnings), citations]
    click.echo("\n".join(lines), err=form == "csv")
