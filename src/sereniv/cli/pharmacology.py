"""Commands that run the pharmacology engine: `simulate`, `trial`."""

import csv
import io
import json
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import KineticModel, ModelTableError, parse_kinetic_model
from sereniv.pharmacology import DEFAULT_MODEL, Dosing, EffectSite, Profile, Subject, published_effect_site
from sereniv.pharmacology import model as find_model
from sereniv.pharmacology import simulate as run_simulation
from sereniv.pharmacology.derived import with_age
from sereniv.pharmacology.dosing import Drug
from sereniv.pharmacology.simulate import Engine
from sereniv.pharmacology.spread import Spread, spread
from sereniv.pharmacology.subject import Sex
from sereniv.units import read_quantity

LEAST_KG, MOST_KG = 30.0, 250.0
"""Between what weights the people of a trial are drawn."""

if TYPE_CHECKING:
    from sereniv.pharmacology.summary import SummaryResult
    from sereniv.study.trial import Trial


class Quantity(click.ParamType[tuple[float, str]]):
    """A number with a unit of one of some kinds."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds
        self.name = " or ".join(kinds)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, str]:
        """Return the number in its canonical unit, and its kind."""
        if isinstance(value, tuple):
            return value
        try:
            return read_quantity(str(value), *self.kinds)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Minutes(click.ParamType[list[float]]):
    """Comma-separated times with units, in order."""

    name = "times"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> list[float]:
        """Return minutes."""
        if isinstance(value, list):
            return value
        try:
            found = [read_quantity(item, "time")[0] for item in str(value).split(",") if item.strip()]
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return found or self.fail("no time is given; write them like 10min,40min.", param, ctx)


FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


def _in_a_folder(_ctx: click.Context, _param: click.Parameter, file: Path | None) -> Path | None:
    """Refuse a file whose folder is not there: before the work, not after it."""
    if file is not None and not file.parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(file.parent)!r}; make it, or name another.")
    return file


@click.command()
@click.option("--model", "model_id", show_default=DEFAULT_MODEL, help="A model's id; see `sereniv models`.")
@click.option(
    "--model-file",
    "model_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A model of your own: a TOML table like those in knowledge/models.",
)
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
@click.option("--plot", "plot", type=FILE, callback=_in_a_folder, help="Also draw into this file.")
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
    if model_file is not None and (model_id is not None or compare):
        raise click.UsageError("--model-file is a model of its own; leave out --model and --compare.")
    if compare and (model_id is not None or effect_site):
        raise click.UsageError("--compare runs every applicable model in plasma; leave out --model and --effect-site.")
    with _clear_errors():
        kinetic = find_model(model_id or DEFAULT_MODEL) if model_file is None else _read_model(model_file)
        subject = Subject(weight_kg=weight[0], age_years=age, sex=sex, asian=asian)
        amount_mg = dose[0] * weight[0] if dose[1] == "dose per weight" else dose[0]
        dosing = Dosing.bolus(amount_mg, drug=drug) if over is None else Dosing.infusion(amount_mg, over[0], drug=drug)
        if compare:
            _show_spread(spread(dosing, at, subject=subject), form)
            if plot is not None:
                from sereniv.pharmacology.plot import plot_spread

                plot_spread(spread(dosing, _fine(dosing, at), subject=subject), str(plot))
            return
        site: EffectSite | None = published_effect_site()[0] if effect_site else None
        kinetic = with_age(kinetic, age)
        profile = run_simulation(kinetic, dosing, at, subject=subject, effect_site=site)
        _show_profile(profile, form)
        if plot is not None:
            run_simulation(kinetic, dosing, _fine(dosing, at), subject=subject, effect_site=site).plot(str(plot))


def _read_model(file: Path) -> KineticModel:
    try:
        return parse_kinetic_model(tomllib.loads(file.read_text(encoding="utf-8")))
    except ModelTableError as error:
        raise ValueError(f"{file}: {error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} is not a TOML table: {error}") from error


def _fine(dosing: Dosing, at: list[float]) -> NDArray[np.float64]:
    """Return times close enough to draw a smooth curve to the last sample, each start and stop among them."""
    turns = [minute for sitting in dosing.sittings() for minute in (sitting.start_min, sitting.stop_min)]
    last = max([*at, *turns, 1.0])
    return np.unique(np.concatenate([np.linspace(0.0, last, 481), turns]))


class _clear_errors:  # noqa: N801  reads as the statement it makes
    """Turn input errors of the engine into a message without a traceback."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        """Say what to mend."""
        if isinstance(error, (ValueError, ModuleNotFoundError, OSError)) and not isinstance(
            error, click.ClickException
        ):
            raise click.ClickException(str(error)) from error


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


@click.command()
@click.option("--n", type=click.IntRange(min=1), required=True, help="How many virtual people.")
@click.option("--seed", type=click.IntRange(min=0), required=True, help="The same seed gives the same people.")
@click.option("--protocol", "protocol", default="P-DEP", show_default=True, help="The course that they are given.")
@click.option("--model", "model_id", default="otto-2021", show_default=True)
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
@click.option("--out", "out", type=FILE, callback=_in_a_folder, help="Write JSON here; else to the screen.")
@click.option("--dask", "address", help="Address of a Dask scheduler, such as tcp://127.0.0.1:8786.")
@click.option("--engine", type=click.Choice(["auto", "numpy", "compiled"]), default="auto", show_default=True)
def trial(
    *,
    n: int,
    seed: int,
    protocol: str,
    model_id: str,
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

    with _clear_errors():
        course = regimen(protocol)
        kinetic = find_model(model_id)
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
