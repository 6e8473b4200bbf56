"""The published models by id."""

from sereniv.knowledge.models import KineticModel, kinetic_model_ids, load_kinetic_model

DEFAULT_MODEL = "otto-2021"


def models() -> tuple[KineticModel, ...]:
    """Return every packaged kinetic model, the default first and legacy ones last."""
    return tuple(load_kinetic_model(model_id) for model_id in kinetic_model_ids())


def model(model_id: str = DEFAULT_MODEL) -> KineticModel:
    """Return one published model by id.

    Raises
    ------
    ValueError
        When there is no such model; the message lists those there are.
    """
    if model_id not in kinetic_model_ids():
        raise ValueError(f"There is no model {model_id!r}; choose one of {', '.join(kinetic_model_ids())}.")
    return load_kinetic_model(model_id)
