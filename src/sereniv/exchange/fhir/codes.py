"""Which codes say what is measured here, and in which unit. LOINC and UCUM where they were looked up; else our own.

LOINC's were read in the examples and the vital signs profiles of FHIR R4. End-tidal carbon dioxide and the flow of
oxygen have codes of our own until somebody reads theirs.
"""

from dataclasses import dataclass

from sereniv.exchange.fhir.written import OWN, Element

LOINC = "http://loinc.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measured value: its code and name, and its unit in words and in UCUM."""

    code: str
    name: str
    unit: str
    ucum: str
    system: str = LOINC
    also: tuple[str, ...] = ()
    """Further LOINC codes that the vital signs profile of FHIR asks for beside it."""

    @property
    def coded(self) -> Element:
        """The concept."""
        codings = [{"system": self.system, "code": each, "display": self.name} for each in (self.code, *self.also)]
        return {"coding": codings, "text": self.name}


PRESSURE = "85354-9"
SYSTOLIC = Measure(code="8480-6", name="Systolic blood pressure", unit="mmHg", ucum="mm[Hg]")
DIASTOLIC = Measure(code="8462-4", name="Diastolic blood pressure", unit="mmHg", ucum="mm[Hg]")
MEAN = Measure(code="8478-0", name="Mean blood pressure", unit="mmHg", ucum="mm[Hg]")

MEASURES: dict[str, Measure] = {
    "heart_rate": Measure(code="8867-4", name="Heart rate", unit="/min", ucum="/min"),
    "respiratory_rate": Measure(code="9279-1", name="Respiratory rate", unit="/min", ucum="/min"),
    "spo2": Measure(code="2708-6", also=("59408-5",), name="Oxygen saturation", unit="%", ucum="%"),
    "temperature": Measure(code="8310-5", name="Body temperature", unit="°C", ucum="Cel"),
    "weight_kg": Measure(code="29463-7", name="Body weight", unit="kg", ucum="kg"),
    "height_cm": Measure(code="8302-2", name="Body height", unit="cm", ucum="cm"),
    "etco2": Measure(
        system=f"{OWN}measure", code="end-tidal-co2", name="End-tidal carbon dioxide", unit="mmHg", ucum="mm[Hg]"
    ),
    "oxygen_flow": Measure(
        system=f"{OWN}measure", code="oxygen-flow", name="Flow of oxygen, 0 for room air", unit="L/min", ucum="L/min"
    ),
}
"""By the field of the events in which it is charted; blood pressure is a panel of its own."""

PAIN = Measure(code="72514-3", name="Pain severity, 0 to 10", unit="{score}", ucum="{score}")


def category(code: str, name: str) -> list[Element]:
    """Return an Observation's category."""
    return [{"coding": [{"system": CATEGORY, "code": code, "display": name}], "text": name}]


VITAL_SIGNS = category("vital-signs", "Vital signs")
SURVEY = category("survey", "Survey")
EXAM = category("exam", "Exam")
