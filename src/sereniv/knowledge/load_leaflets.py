"""Puts together the guide and the leaflets: sections, the claims in each, and what a leaflet takes from the guide."""

from dataclasses import replace

from sereniv.knowledge import rows
from sereniv.knowledge.tables import KnowledgeError, Raw, Tables


def read_guide(tables: Tables) -> rows.Guide:
    """Put each claim of the guide into its section.

    Raises
    ------
    KnowledgeError
        When a claim has no section, or a section no claims.
    """
    claims = _claims("guide", tables)
    return rows.Guide(
        crisis=tables.made("guide", "crisis", {"title": "In a crisis", **tables.raw("guide.crisis")}, rows.CrisisRow),
        sections=tuple(
            _section("guide", name, raw, tuple(claims[name]), tables)
            for name, raw in tables.raw("guide.sections").items()
        ),
    )


def read_leaflet(name: str, tables: Tables, of: rows.Guide) -> rows.Leaflet:
    """Put together a leaflet: in each section the claims it takes from the guide, then its own.

    Raises
    ------
    KnowledgeError
        When it takes a claim that the guide does not hold.
    """
    own, of_guide = _claims(name, tables), {row.id: row for row in of.rows()}
    sections = []
    for key, raw in tables.raw(f"{name}.sections").items():
        rest = {field: value for field, value in raw.items() if field != "guide"}
        unknown = [claim for claim in raw.get("guide", ()) if claim not in of_guide]
        if unknown:
            raise KnowledgeError(f"{name}.toml, section [{key}] takes {unknown}, which guide.toml does not hold.")
        taken = tuple(of_guide[claim] for claim in raw.get("guide", ()))
        sections.append(_section(name, key, rest, (*taken, *own[key]), tables))
    written = tuple(row for found in own.values() for row in found)
    empty = tables.made(name, name, {"sections": (), "own": (), **tables.raw(f"{name}.leaflet")}, rows.Leaflet)
    return replace(empty, sections=tuple(sections), own=written)


def _claims(name: str, tables: Tables) -> dict[str, list[rows.GuideRow]]:
    sections = tables.raw(f"{name}.sections")
    found: dict[str, list[rows.GuideRow]] = {key: [] for key in sections}
    for key, raw in tables.raw(name).get("rows", {}).items():
        place = raw.get("section", "")
        if place not in found:
            raise KnowledgeError(
                f"{name}.toml, row [{key}] stands in section {place!r}, which [sections] does not hold."
            )
        titled = {"title": sections[place].get("title", ""), **raw}
        found[place].append(tables.made(name, key, titled, rows.GuideRow))
    return found


def _section(name: str, key: str, raw: Raw, claims: tuple[rows.GuideRow, ...], tables: Tables) -> rows.GuideSection:
    if not claims:
        raise KnowledgeError(f"{name}.toml: section [{key}] holds no row.")
    return replace(tables.made(name, key, {"rows": (), **raw}, rows.GuideSection), rows=claims)
