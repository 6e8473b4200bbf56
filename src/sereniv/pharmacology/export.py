"""What every result offers: citations, JSON, a pandas or Arrow table, a figure; each carries what it rests on."""

import importlib
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import Reference, references

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from matplotlib.figure import Figure

NOT_MEASURED = "Population model, not a measurement"
FIGURES = "sereniv.pharmacology.plot"
"""What draws results knows each kind of them and so lies above them: a result calls it by its name alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What must travel with a result's numbers.

    Attributes
    ----------
    title
        What the numbers are, such as "Population model, not a measurement".
    model
        Id of the model behind them; several are joined by commas.
    unit
        The unit of the columns, UCUM ("1" for a share).
    warnings
        Limits crossed and assumptions made.
    references
        Ids of the sources used.
    own_references
        Sources that a model's own table brought along, for `cite`.
    """

    title: str
    model: str
    unit: str
    warnings: tuple[str, ...]
    references: tuple[str, ...]
    own_references: tuple[Reference, ...] = ()


class Result(ABC):
    """A result with the same five ways out: `cite`, `as_json`, `to_pandas`, `to_arrow` and `plot`."""

    __slots__ = ()

    @abstractmethod
    def about(self) -> About:
        """Return model, unit, warnings and references."""

    @abstractmethod
    def as_json(self) -> dict[str, Any]:
        """Return plain lists, numbers and strings that any JSON reader takes: null, never NaN or Infinity."""

    @abstractmethod
    def as_columns(self) -> dict[str, NDArray[Any]]:
        """Return the table as columns of one length."""

    def plot(self, path: str | None = None) -> "Figure":
        """Draw with matplotlib (extra `plot`); return the figure, saved at `path` when given."""
        figure: Figure = importlib.import_module(FIGURES).plot(self, path)
        return figure

    def __repr__(self) -> str:
        """Return kind, model, columns, unit and how many warnings there are: arrays are not printed."""
        about, columns = self.about(), self.as_columns()
        rows = len(next(iter(columns.values()), ()))
        said = f"{len(about.warnings)} warning{'' if len(about.warnings) == 1 else 's'}"
        return f"<{type(self).__name__} {about.model}: {', '.join(columns)}; {rows} rows, {about.unit}; {said}>"

    def _repr_html_(self) -> str:
        """Return the figure (where matplotlib is installed) and every warning beside it, for a notebook."""
        about = self.about()
        try:
            text = io.StringIO()
            self.plot().savefig(text, format="svg", bbox_inches="tight", metadata={"Date": None})
            drawn = text.getvalue()
            shown = drawn[drawn.index("<svg") :]
        except ModuleNotFoundError:
            shown = f"<p>{escape(repr(self))}</p>"
        warnings = "".join(f"<li>{escape(item)}</li>" for item in dict.fromkeys(about.warnings))
        return f"<div><p><b>{escape(about.title)}</b></p>{shown}<ul>{warnings}</ul></div>"

    def cite(self) -> str:
        """Return the references behind this result, one a line."""
        about = self.about()
        return cited(about.references, about.own_references)

    def to_pandas(self) -> "pd.DataFrame":
        """Return `as_columns` as a pandas DataFrame.

        Its `attrs` hold title, model, unit, warnings and references.

        Raises
        ------
        ModuleNotFoundError
            Where pandas is not installed.
        """
        frame: pd.DataFrame = _table_library("pandas").DataFrame(self.as_columns())
        frame.attrs.update({name: _listed(value) for name, value in _described(self.about()).items()})
        return frame

    def to_arrow(self) -> "pa.Table":
        """Return `as_columns` as an Arrow table.

        Its schema's metadata hold title, model and unit as text, and warnings and references as JSON lists.

        Raises
        ------
        ModuleNotFoundError
            Where pyarrow is not installed.
        """
        metadata = {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in _described(self.about()).items()
        }
        return _table_library("pyarrow").table(self.as_columns(), metadata=metadata)


def cited(ids: Iterable[str], own: Iterable[Reference] = ()) -> str:
    """Return citations, one a line and each once; the bare id of a source that stands nowhere.

    Parameters
    ----------
    ids
        Ids of sources.
    own
        A model's `own_references`.
    """
    known = {**references(), **{row.id: row for row in own}}
    return "\n".join(known[item].text() if item in known else item for item in dict.fromkeys(ids))


def plain(values: NDArray[np.float64]) -> list[Any]:
    """Return an array as nested lists for JSON, None where a number is not finite."""
    shown = values.astype(object)
    shown[~np.isfinite(values)] = None
    nested: list[Any] = shown.tolist()
    return nested


def plain_by_name(values: Mapping[str, float]) -> dict[str, float | None]:
    """Return named numbers for JSON, None where one is not finite."""
    return dict(zip(values, plain(np.array(list(values.values()), dtype=np.float64)), strict=True))


def _described(about: About) -> dict[str, str | tuple[str, ...]]:
    return {name: getattr(about, name) for name in ("title", "model", "unit", "warnings", "references")}


def _listed(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _table_library(name: str) -> Any:  # noqa: ANN401  a module that need not be installed
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ModuleNotFoundError(f"This table needs {name}, which is not installed: pip install {name}.") from error
