"""What columns mean: the kinds of tables that are taken, the columns of each, and what a heading most likely is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class TableKind(StrEnum):
    """What a table holds, a row for each."""

    PEOPLE = "people"
    SCORES = "scores"
    INFUSIONS = "infusions"
    MEDICINES = "medicines"
    ALLERGIES = "allergies"


KIND_TITLES: Mapping[TableKind, str] = {
    TableKind.PEOPLE: "People",
    TableKind.SCORES: "Scores of rating scales",
    TableKind.INFUSIONS: "Infusions given elsewhere",
    TableKind.MEDICINES: "Medicines",
    TableKind.ALLERGIES: "Allergies",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One thing that a column can be: its name here, what it is called, and headings that mean it."""

    id: str
    title: str
    headings: tuple[str, ...] = ()


NUMBER = Column(
    id="number", title="Number of the person there",
    headings=("id", "patient id", "person id", "mrn", "patient number", "record number", "chart number", "patnr"),
)  # fmt: skip
FAMILY_NAME = Column(
    id="family_name", title="Family name", headings=("last name", "surname", "nachname", "familienname", "apellido"),
)  # fmt: skip
GIVEN_NAMES = Column(
    id="given_names", title="Given names", headings=("first name", "given name", "forename", "vorname", "nombre"),
)  # fmt: skip
BORN = Column(
    id="born", title="Date of birth",
    headings=("dob", "birth date", "birthdate", "born", "geburtsdatum", "geboren", "fecha de nacimiento"),
)  # fmt: skip
ON = Column(id="on", title="Day", headings=("date", "on", "given on", "taken on", "infusion date", "datum", "fecha"))

WHO = (NUMBER, FAMILY_NAME, GIVEN_NAMES, BORN)

COLUMNS: Mapping[TableKind, tuple[Column, ...]] = {
    TableKind.PEOPLE: (
        *WHO,
        Column(id="sex_at_birth", title="Sex at birth", headings=("sex", "gender", "geschlecht", "sexo")),
        Column(id="phone", title="Telephone", headings=("phone", "mobile", "cell", "telefon", "phone number")),
        Column(id="address", title="Address", headings=("adresse", "street", "home address")),
        Column(id="indication", title="Considered for", headings=("indication", "treated for", "indikation")),
    ),
    TableKind.SCORES: (
        *WHO,
        Column(id="scale", title="Rating scale", headings=("scale", "questionnaire", "instrument", "skala", "test")),
        ON,
        Column(id="total", title="Total", headings=("score", "total score", "result", "summe", "punkte")),
        Column(id="scored_by", title="Scored by", headings=("rater", "by", "clinician")),
        *(Column(id=f"item_{n}", title=f"Answer to item {n}", headings=(f"item {n}", f"q{n}")) for n in range(1, 21)),
    ),
    TableKind.INFUSIONS: (
        *WHO,
        ON,
        Column(id="mg", title="Ketamine given, mg", headings=("mg", "dose mg", "ketamine mg", "dosis mg")),
        Column(id="weight_kg", title="Weight, kg", headings=("weight", "weight kg", "kg", "gewicht")),
        Column(id="minutes", title="How long it ran, min", headings=("minutes", "duration", "duration min", "dauer")),
        Column(id="treats", title="Treated for", headings=("indication", "for", "indikation")),
        Column(id="tolerated", title="Tolerated (yes or no)", headings=("tolerated", "well tolerated", "vertragen")),
        Column(id="words", title="What was seen", headings=("remark", "remarks", "notes", "comment", "bemerkung")),
    ),
    TableKind.MEDICINES: (
        *WHO,
        Column(id="written", title="Medicine", headings=("medication", "drug", "drug name", "medikament", "name")),
        Column(id="daily_mg", title="mg a day", headings=("daily mg", "daily dose mg", "mg per day", "tagesdosis mg")),
        Column(id="as_needed", title="As needed (yes or no)", headings=("prn", "as needed", "bei bedarf")),
    ),
    TableKind.ALLERGIES: (
        *WHO,
        Column(id="written", title="Allergy", headings=("allergen", "allergic to", "allergie", "substance", "name")),
    ),
}
"""By kind of table what its columns can be; `none` in a cell of medicines or allergies says that there are none."""

NEEDED: Mapping[TableKind, frozenset[str]] = {
    TableKind.PEOPLE: frozenset({"family_name", "born", "sex_at_birth"}),
    TableKind.SCORES: frozenset({"scale", "on"}),
    TableKind.INFUSIONS: frozenset({"on", "mg"}),
    TableKind.MEDICINES: frozenset({"written"}),
    TableKind.ALLERGIES: frozenset({"written"}),
}
"""Columns without which a table of a kind says nothing."""

TELLING: Mapping[TableKind, frozenset[str]] = {
    TableKind.PEOPLE: frozenset({"sex_at_birth", "phone", "address"}),
    TableKind.SCORES: frozenset({"scale", "total", "item_1"}),
    TableKind.INFUSIONS: frozenset({"mg", "minutes", "tolerated"}),
    TableKind.MEDICINES: frozenset({"daily_mg", "as_needed"}),
    TableKind.ALLERGIES: frozenset(),
}
"""Columns by which a table of a kind is told from the others."""

LEFT_OUT = ""
"""What a column means that is not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a table is and what each of its columns means, in the order of its headings; "" is not taken."""

    kind: TableKind
    meanings: tuple[str, ...]


def folded(heading: str) -> str:
    """Return a heading as headings are compared: small letters and digits, apart by one space."""
    return " ".join(re.findall(r"[^\W_]+", heading.casefold()))


def header_set(headings: Iterable[str]) -> str:
    """Return by what tables with the same columns are known again, whatever their order."""
    return "|".join(sorted(map(folded, headings)))


def proposed(title: str, headings: Sequence[str]) -> Understood:
    """Say what a table most likely is: by its sheet's name, else by the columns that tell kinds apart."""
    guesses = {kind: _meanings(kind, headings) for kind in TableKind}
    named = next((kind for kind in TableKind if folded(title) in {kind.value, folded(KIND_TITLES[kind])}), None)
    kind = named or max(TableKind, key=lambda each: _fit(each, title, guesses[each]))
    return Understood(kind=kind, meanings=guesses[kind])


def _fit(kind: TableKind, title: str, meanings: tuple[str, ...]) -> tuple[bool, int, int, bool]:
    found = set(meanings)
    whole = not missing(Understood(kind=kind, meanings=meanings))
    return whole, len(TELLING[kind] & found), len(NEEDED[kind] & found), kind.value in folded(title)


def _meanings(kind: TableKind, headings: Sequence[str]) -> tuple[str, ...]:
    """Return what each heading means: as its column's own name or title, or as one of its other headings."""
    left = {each.id: each for each in COLUMNS[kind]}
    found: list[str] = []
    for heading in headings:
        asked = folded(heading)
        column = next((each for each in left.values() if asked in _called(each)), None)
        found.append(column.id if column else LEFT_OUT)
        if column is not None:
            del left[column.id]
    return tuple(found)


def _called(column: Column) -> set[str]:
    return {folded(column.id), folded(column.title), *map(folded, column.headings)}


def missing(mapping: Understood) -> tuple[str, ...]:
    """Return the titles of the columns that a table of this kind needs and that nobody named."""
    titles = {each.id: each.title for each in COLUMNS[mapping.kind]}
    found = set(mapping.meanings)
    lacks = [titles[each] for each in sorted(NEEDED[mapping.kind] - found)]
    if mapping.kind is not TableKind.PEOPLE and "number" not in found and not {"family_name", "born"} <= found:
        lacks.append("Number of the person there, or family name and date of birth")
    if mapping.kind is TableKind.SCORES and not {"total", "item_1"} & found:
        lacks.append("Total, or the answers to every item")
    twice = {each for each in mapping.meanings if each and mapping.meanings.count(each) > 1}
    return (*lacks, *(f"{titles.get(each, each)} only once" for each in sorted(twice)))
