"""The command `trial`: a course in many virtual people, streamed here or over a cluster."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sereniv.cli.inputs import FILE, Quantity, asked_model, clear_errors, in_a_folder, model_file_option, model_option
from sereniv.pharmacology.solver import Engine

LEAST_KG, MOST_KG = 30.0, 250.0
"""Between what weights the people of a trial are drawn."""

if TYPE_CHECKING:
    from sereniv.pharmacology.summary import SummaryResult
    from sereniv.study.trial import Trial


@click.command()
@click.option("--n", type=click.IntRange(min=1), required=True, help="How many virtual people.")
@click.option("--seed", type=click.IntRange(min=0), required=True, help="The same seed gives the same people.")
@click.option("--protocol", "protocol", default="P-DEP", show_default=True, help="The course that they are given.")
@model_option
@model_file_option
@click.option("--weight", type=Quantity("weight"), default="70kg", show_default=True, help="Mean total body weight.")
@click.option(
    "--weight-sd",
    type=Quantity("weight"),
    default="0kg",
    show_default=True,
    help=f"SD of weight; people from {LEAST_KG:g} to {MOST_KG:g} kg are drawn.",
)
@click.option("--quantiles", default="5,50,95", show_default=True, help="Percentiles at every minute.")
@click.option("--exceed", default="", help="Levels in ng/mL to count people at or above, such as 100,200.")
@click.option("--out", "out", type=FILE, callback=in_a_folder, help="Write JSON here; else to the screen.")
@click.option("--dask", "address", help="Address of a Dask scheduler, such as tcp://127.0.0.1:8786.")
@click.option("--engine", type=click.Choice(["auto", "numpy", "compiled"]), default="auto", show_default=True)
def trial(
    *,
    n: int,
    seed: int,
    protocol: str,
    model_id: str | None,
    model_file: Path | None,
    weight: tuple[float, str],
    weight_sd: tuple[float, str],
    quantiles: str,
    exceed: str,
    out: Path | None,
    address: str | None,
    engine: str,
) -> None:
    """Run a course in many virtual people and stream percentiles of their concentrations."""
    from sereniv.pharmacology.population import Described, Normal, population
    from sereniv.pharmacology.tally import Summary
    from sereniv.study.trial import Trial, regimen, run_trial

    with clear_errors():
        course = regimen(protocol)
        kinetic = asked_model(model_id, model_file)
        mean, sd = weight[0], weight_sd[0]
        described = Described(weight_kg=Normal(mean=mean, sd=sd, low=LEAST_KG, high=MOST_KG) if sd else mean)
        planned = Trial(
            people=population(kinetic, n, seed=seed, described=described),
            dosing=course.dosing(),
            times_min=course.times_min(),
            summary=Summary(percentiles=_percentiles(quantiles), exceed_ng_per_ml=_numbers(exceed)),
            outputs=kinetic.analyte_names(),
            engine=_engine(engine),
        )
        with click.progressbar(length=n, label=f"{n:,} people", file=sys.stderr) as bar:
            if address is None:
                result = run_trial(planned, progress=bar.update)
            else:
                result = _on_cluster(planned, address, bar.update)
    text = json.dumps({"protocol": protocol, **result.as_json()})
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
        click.echo(f"Wrote {out}: percentiles of {n:,} virtual people. Population model, not a measurement.", err=True)


def _on_cluster(planned: "Trial", address: str, progress: Callable[[int], None]) -> "SummaryResult":
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("--dask needs the optional extra: pip install 'sereniv[cluster]'.") from error
    from sereniv.study.trial import run_trial_on_cluster

    with Client(address) as client:  # type: ignore[no-untyped-call]
        return run_trial_on_cluster(planned, client, progress=progress)


def _engine(asked: str) -> Engine:
    if asked != "auto":
        return "compiled" if asked == "compiled" else "numpy"
    from importlib.util import find_spec

    return "numpy" if find_spec("numba") is None else "compiled"


def _percentiles(text: str) -> tuple[float, ...]:
    found = _numbers(text)
    if not found:
        raise ValueError("--quantiles is empty; give percentiles like 5,50,95.")
    return found


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(item) for item in text.split(",") if item.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not a list of numbers; write it like 5,50,95.") from None
