"""What the commands of the engine take: quantities with units, files, a model by its id or its table."""

import tomllib
from pathlib import Path

import click

from sereniv.knowledge.models import KineticModel, ModelTableError, parse_kinetic_model
from sereniv.pharmacology import DEFAULT_MODEL, model
from sereniv.units import read_quantity


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


def in_a_folder(_ctx: click.Context, _param: click.Parameter, file: Path | None) -> Path | None:
    """Refuse a file whose folder is not there: before the work, not after it."""
    if file is not None and not file.parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(file.parent)!r}; make it, or name another.")
    return file


model_option = click.option(
    "--model", "model_id", show_default=DEFAULT_MODEL, help="A model's id; see `sereniv models`."
)
model_file_option = click.option(
    "--model-file",
    "model_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A model of your own: a TOML table like those in knowledge/models.",
)


def asked_model(model_id: str | None, model_file: Path | None) -> KineticModel:
    """Return the packaged model of that id, the model of that file, or the default when neither is named.

    Raises
    ------
    click.UsageError
        When both are named.
    ValueError
        When there is no such model, or the file's table does not do; the message says what would.
    """
    if model_file is None:
        return model(model_id or DEFAULT_MODEL)
    if model_id is not None:
        raise click.UsageError("--model-file is a model of its own; leave out --model.")
    try:
        return parse_kinetic_model(tomllib.loads(model_file.read_text(encoding="utf-8")))
    except ModelTableError as error:
        raise ValueError(f"{model_file}: {error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{model_file} is not a TOML table: {error}") from error


class clear_errors:  # noqa: N801  reads as the statement it makes
    """Turn input errors of the engine into a message without a traceback."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        """Say what to mend."""
        if isinstance(error, (ValueError, ModuleNotFoundError, OSError)) and not isinstance(
            error, click.ClickException
        ):
            raise click.ClickException(str(error)) from error
