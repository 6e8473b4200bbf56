"""Puts together what the tables say of medicines: ingredients, names, kinds, and how a name is spelled elsewhere."""

from collections.abc import Mapping

from sereniv.knowledge import rows
from sereniv.knowledge.tables import KnowledgeError, Tables


def read_medicines(tables: Tables) -> rows.Medicines:
    """Collect ingredients and every name that stands for one.

    Raises
    ------
    KnowledgeError
        When a name stands for two things, or for one that is not listed.
    """
    ingredients = tables.every("medicines.ingredients", rows.Ingredient)
    combinations = {name: tuple(parts) for name, parts in tables.raw("medicines.combinations").items()}
    named: dict[tuple[str, ...], tuple[str, ...]] = {}
    meant = [(name, (each.id,)) for each in ingredients.values() for name in (each.id, *each.also)]
    for name, parts in [*meant, *combinations.items()]:
        if not set(parts) <= set(ingredients) or named.setdefault(rows.words_of(name), parts) != parts:
            raise KnowledgeError(f"medicines.toml: {name!r} stands for two things, or for one that is not listed.")
    return rows.Medicines(
        names=tables.one("medicines", "names", rows.NamesRow),
        ingredients=ingredients,
        combinations=combinations,
        kinds=_kinds(tables, ingredients),
        equivalents=tables.every("benzodiazepines", rows.EquivalentTable),
        named=named,
        spelled=_spelled(ingredients),
        longest=max(len(words) for words in named),
    )


def _kinds(tables: Tables, ingredients: Mapping[str, rows.Ingredient]) -> dict[str, rows.AllergyKind]:
    kinds = tables.every("medicines.kinds", rows.AllergyKind)
    classes = {each for ingredient in ingredients.values() for each in ingredient.classes}
    for kind in kinds.values():
        if not set(kind.ingredients) <= set(ingredients) or not set(kind.classes) <= classes:
            raise KnowledgeError(f"medicines.toml: kind [{kind.id}] names an ingredient or class that is not listed.")
    return kinds


def _spelled(ingredients: Mapping[str, rows.Ingredient]) -> dict[str, str]:
    """Collect how each ingredient's own names are spelled; two ingredients spelled alike are an error.

    A name with a capital letter is a brand, which no language spells otherwise.
    """
    spelled: dict[str, str] = {}
    for each in ingredients.values():
        for name in (each.id, *each.also):
            words = rows.words_of(name)
            key = rows.spelling_of(words[0]) if len(words) == 1 and name == name.lower() else ""
            if key and spelled.setdefault(key, each.id) != each.id:
                raise KnowledgeError(f"medicines.toml: {name!r} is spelled like {spelled[key]!r} in another language.")
    return spelled
