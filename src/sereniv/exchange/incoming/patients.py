"""What a FHIR Patient says of somebody: name, sex at birth, telephone and address."""

from sereniv.exchange.incoming.resources import Broken, Resource, legible, objects_of, text_of
from sereniv.exchange.tables.rows import LONGEST_ADDRESS, LONGEST_GIVEN, LONGEST_NAME
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed import phone_digits

BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
SEXES = {"F": "female", "M": "male", "female": "female", "male": "male"}


def name_of(patient: Resource) -> tuple[str, str]:
    """Return family and given names: the official or usual ones, else the first."""
    names = sorted(
        objects_of(patient, "name"), key=lambda name: {"official": 0, "usual": 1}.get(str(name.get("use")), 2)
    )
    if not names:
        return "", ""
    given = names[0].get("given", [])
    if not isinstance(given, list):
        raise Broken("Patient.name.given", "No list of texts.")
    family = text_of(names[0], "family") or text_of(names[0], "text")
    all_given = " ".join(legible(each, "Patient.name.given") for each in given)
    return family[:LONGEST_NAME], all_given[:LONGEST_GIVEN]


def sex_of(patient: Resource) -> str:
    """Return the sex at birth: as the extension for it says, else as the administrative gender."""
    said = [each.get("valueCode") for each in objects_of(patient, "extension") if each.get("url") == BIRTH_SEX]
    code = legible(said[0] if said else patient.get("gender", ""), "Patient.gender")
    if code not in SEXES:
        raise Broken(
            "Patient.gender", f"“{code}” does not say the sex at birth.",
            "Say it by the extension us-core-birthsex: ideal weight and pregnancy depend on it.",
        )  # fmt: skip
    return SEXES[code]


def phone_of(patient: Resource) -> str:
    """Return the first telephone number that reads as one, "" where none does."""
    for each in objects_of(patient, "telecom"):
        if each.get("system") == "phone" and (value := text_of(each, "value")):
            try:
                phone_digits(value)
            except Malformed:
                continue
            return value[:40]
    return ""


def address_of(patient: Resource) -> str:
    """Return the first address in one line, "" where there is none."""
    for each in objects_of(patient, "address"):
        lines = each.get("line", [])
        if not isinstance(lines, list):
            raise Broken("Patient.address.line", "No list of texts.")
        parts = (
            *(legible(line, "Patient.address.line") for line in lines),
            *(text_of(each, name) for name in ("postalCode", "city", "country")),
        )
        return ", ".join(filter(None, parts))[:LONGEST_ADDRESS]
    return ""
