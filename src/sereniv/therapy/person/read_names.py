"""The names of what a concern reads and lacks, as a clinician says them."""

from collections.abc import Mapping

from sereniv.knowledge.rows import Row

READ_WORDS = {
    "weight_kg": "weight",
    "body_mass_index": "body mass index",
    "medicines_reviewed": "medicines",
    "pressure_pairs": "pressures",
    "age_years": "age",
    "age_days": "validity",
    "asa_class": "ASA class",
    "infusions_since": "infusions",
    "evaluated_against": "evaluations against",
    "only_how_often": "points from how often only",
    "budapest_criteria_met": "Budapest criteria met",
}


def read_name(name: str, *titled: Mapping[str, Row]) -> str:
    """Write the name of something that is read: by its title where one of the tables has it, else in words."""
    row = next((table[name] for table in titled if name in table), None)
    return row.title if row else READ_WORDS.get(name, name.replace("_", " "))
