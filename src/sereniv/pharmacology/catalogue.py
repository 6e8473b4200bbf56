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


def found(model_or_id: KineticModel | str) -> KineticModel:
    """Return a model that may be named by its id.

    Raises
    ------
    ValueError
        When there is no such model.
    TypeError
        When it is neither a model nor an id.
    """
    if isinstance(model_or_id, KineticModel):
        return model_or_id
    if not isinstance(model_or_id, str):
        raise TypeError(f"model is {model_or_id!r}; give a KineticModel, or an id such as {DEFAULT_MODEL!r}.")
    return model(model_or_id)
