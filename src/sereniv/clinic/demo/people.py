"""The demo's made-up staff, chairs, vials and people. Any likeness is chance; nobody here exists."""

import uuid
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from sereniv.clinic.accounts.permissions import Role
from sereniv.therapy.scheduling.hours import DAYS
from sereniv.therapy.session.events import Observation

NAMESPACE = uuid.UUID("5e7e41f0-0000-4000-8000-000000000000")

PASSWORD = "quiet-room-forty-minutes"  # noqa: S105  printed at every start; a demo listens on the loopback only


def demo_id(name: str) -> uuid.UUID:
    """Return the id that a staged thing always has."""
    return uuid.uuid5(NAMESPACE, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStaff:
    """Somebody on the demo's staff."""

    username: str
    full_name: str
    roles: tuple[Role, ...]
    pin: str


STAFF = (
    DemoStaff(username="nurse", full_name="Ada Nightfall, RN", roles=(Role.NURSE,), pin="2468"),
    DemoStaff(username="nurse2", full_name="Ben Okoro, RN", roles=(Role.NURSE,), pin="1357"),
    DemoStaff(username="prescriber", full_name="Dr Clara Voss", roles=(Role.PRESCRIBER,), pin="9753"),
    DemoStaff(
        username="director", full_name="Dr Imre Sandor", roles=(Role.MEDICAL_DIRECTOR, Role.PRESCRIBER), pin="8642"
    ),
    DemoStaff(username="coordinator", full_name="Dana Reyes", roles=(Role.COORDINATOR,), pin="1122"),
    DemoStaff(username="admin", full_name="Sam Admin", roles=(Role.ADMINISTRATOR,), pin="3344"),
)

CHAIRS = ("Chair 1", "Chair 2", "Chair 3", "Chair 4", "Chair 5", "Chair 6")

CLINIC = {
    "name": "Lantern Street Clinic (demo)",
    "phone": "555-0142",
    "address": "12 Lantern Street, Exampleton",
    "crisis_number": "988",
    "crisis_words": (
        "If you might hurt yourself or somebody else, call 911 now. You can also call or text 988, the Suicide & "
        "Crisis Lifeline, day and night. Both numbers are for the United States."
    ),
    "on_call_phone": "555-0145",
    "help_number": "555-0144",
    "help_words": "Shout. Press the red button by the door. The emergency trolley stands in the corridor.",
}
"""What the demo's clinic calls itself; its own numbers are among those kept for fiction."""

WEEK = {day: (time(8), time(18)) for day in DAYS[:5]}

ROOMS = {
    "Garden room": ("Chair 1", "Chair 2"),
    "Quiet room": ("Chair 3", "Chair 4"),
    "Window room": ("Chair 5", "Chair 6"),
}

ON_CALL = (("clinician on call", "Dr Imre Sandor", "555-0143"), ("prescriber", "Dr Clara Voss", "555-0145"))
"""Who is called while the clinic is closed, and whenever nobody else is on the roster."""

APP_KEY = {
    "kty": "EC",
    "crv": "P-384",
    "kid": "town-hospital-1",
    "x": "FUqULYMCbvzIQx499mFpF3xH-iADox4-AqV7LR1dkQxY2bC4vV1x27kL-XN3V_96",
    "y": "V1YY0fl9mWSwvq4FsO3hmnNImS0blz3S6gJHO4LS1K3FwTTDAcyAdtm9PcLZXbWy",
}
"""The public key of a made-up app."""

ENQUIRIES = (
    (
        "Robin Tane",
        "555-0177, afternoons",
        "My sister sees you. What would a first visit be like, and what does it cost?",
    ),
    ("H. Quist", "h.quist@example.org", "Do you treat pain after a wrist fracture?"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoVial:
    """A vial in the demo's safe."""

    label: str
    lot: str
    strength_mg_per_ml: Decimal
    volume_ml: Decimal


VIALS = (
    *(
        DemoVial(
            label=f"K10-{number:04d}", lot="D24A" if number < 3 else "D24B", strength_mg_per_ml=Decimal(10),
            volume_ml=Decimal(20),
        )
        for number in range(1, 13)
    ),
)  # fmt: skip
"""Enough for everybody staged and for a stranger's first infusions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """A made-up patient: who they are, what they are treated for, and what is measured of them.

    `first` is the answer to the scale that follows their indication, before the first infusion; `felt` holds what
    they report during an infusion, as observation, grade and minute.
    """

    name: str
    given_names: str
    family_name: str
    born: date
    sex_at_birth: str
    weight_kg: str
    height_cm: str
    pressure: tuple[str, str]
    phq9: tuple[int, ...]
    phone: str = ""
    indication: str = "depression"
    protocol: str = "P-DEP"
    scale: str = "phq9"
    first: tuple[int, ...] = ()
    medicines: tuple[tuple[str, Decimal | None], ...] = (("sertraline", Decimal(100)),)
    felt: tuple[tuple[Observation, int, int], ...] = ((Observation.DISSOCIATION, 1, 20),)


FINISHED = DemoPerson(
    name="finished", given_names="Rosa", family_name="Amsel", born=date(1979, 5, 14), sex_at_birth="female",
    weight_kg="64.0", height_cm="165", pressure=("118", "74"), phq9=(3, 3, 2, 2, 2, 2, 2, 1, 1), phone="555-0101",
    felt=((Observation.DISSOCIATION, 1, 18), (Observation.NAUSEA, 1, 22)),
)  # fmt: skip
INFUSING = DemoPerson(
    name="infusing", given_names="Tomas", family_name="Brandt", born=date(1968, 11, 2), sex_at_birth="male",
    weight_kg="82.5", height_cm="180", pressure=("128", "80"), phq9=(3, 3, 3, 2, 2, 2, 2, 1, 0), phone="555-0102",
)  # fmt: skip
REPLAYED = DemoPerson(
    name="replayed", given_names="Replay", family_name="Recorded", born=date(1950, 1, 1), sex_at_birth="male",
    weight_kg="75.0", height_cm="175", pressure=("122", "76"), phq9=(2, 2, 2, 2, 2, 2, 2, 2, 0),
)  # fmt: skip
CANDIDATE = DemoPerson(
    name="candidate", given_names="Leila", family_name="Corvin", born=date(1991, 8, 23), sex_at_birth="female",
    weight_kg="58.2", height_cm="171", pressure=("124", "78"), phq9=(3, 3, 3, 3, 2, 2, 2, 1, 1), phone="555-0104",
)  # fmt: skip
RECOVERING = DemoPerson(
    name="recovering", given_names="Ines", family_name="Varga", born=date(1986, 2, 9), sex_at_birth="female",
    weight_kg="70.3", height_cm="168", pressure=("122", "78"), phq9=(2, 2, 3, 2, 1, 2, 2, 1, 0), phone="555-0105",
    indication="ptsd", protocol="P-PTSD", scale="pcl5",
    first=(3, 3, 2, 3, 3, 3, 3, 2, 3, 3, 3, 2, 3, 2, 3, 1, 3, 3, 2, 3),
    felt=((Observation.DISSOCIATION, 2, 24), (Observation.DIZZINESS, 1, 30)),
)  # fmt: skip
WAITING = DemoPerson(
    name="waiting", given_names="Oskar", family_name="Lindgren", born=date(1997, 6, 30), sex_at_birth="male",
    weight_kg="77.1", height_cm="183", pressure=("126", "79"), phq9=(1, 2, 2, 2, 1, 1, 2, 1, 0), phone="555-0106",
    indication="anxiety", protocol="P-ANX", scale="gad7", first=(3, 3, 3, 2, 2, 2, 3),
    medicines=(("venlafaxine", Decimal(150)),),
)  # fmt: skip
NIGHT = DemoPerson(
    name="night", given_names="Mira", family_name="Osei", born=date(1974, 9, 17), sex_at_birth="female",
    weight_kg="61.8", height_cm="162", pressure=("116", "72"), phq9=(3, 3, 2, 3, 2, 2, 2, 1, 0), phone="555-0107",
    indication="bipolar_depression", medicines=(("lithium", Decimal(900)), ("lamotrigine", Decimal(200))),
)  # fmt: skip
SIX = DemoPerson(
    name="six", given_names="Jonas", family_name="Feld", born=date(1982, 12, 3), sex_at_birth="male",
    weight_kg="88.0", height_cm="178", pressure=("132", "84"), phq9=(3, 3, 3, 3, 2, 2, 2, 1, 0), phone="555-0108",
    felt=((Observation.DISSOCIATION, 1, 21), (Observation.HEADACHE, 1, 35)),
)  # fmt: skip
MAINTAINED = DemoPerson(
    name="maintained", given_names="Greta", family_name="Solano", born=date(1963, 3, 28), sex_at_birth="female",
    weight_kg="68.5", height_cm="170", pressure=("130", "82"), phq9=(3, 3, 3, 2, 2, 3, 2, 1, 0), phone="555-0109",
)  # fmt: skip
PAIN = DemoPerson(
    name="pain", given_names="Bram", family_name="Keller", born=date(1990, 1, 20), sex_at_birth="male",
    weight_kg="80.0", height_cm="181", pressure=("124", "80"), phq9=(1, 1, 2, 2, 1, 0, 1, 0, 0), phone="555-0110",
    indication="chronic_pain", protocol="P-CRPS-OP", scale="peg", first=(8, 8, 7),
    medicines=(("duloxetine", Decimal(60)),), felt=((Observation.DIZZINESS, 1, 90),),
)  # fmt: skip
CRISIS = DemoPerson(
    name="crisis", given_names="Sami", family_name="Toure", born=date(1999, 10, 11), sex_at_birth="male",
    weight_kg="69.4", height_cm="176", pressure=("120", "76"), phq9=(3, 3, 3, 3, 2, 3, 2, 2, 2), phone="555-0111",
    indication="suicidal_ideation", protocol="P-SI",
    felt=((Observation.DISSOCIATION, 2, 25), (Observation.NAUSEA, 2, 33)),
)  # fmt: skip
EVALUATED = DemoPerson(
    name="evaluated", given_names="Pavel", family_name="Novak", born=date(1977, 7, 7), sex_at_birth="male",
    weight_kg="91.2", height_cm="179", pressure=("134", "86"), phq9=(3, 2, 3, 3, 2, 2, 2, 1, 0), phone="555-0112",
)  # fmt: skip
DECLINED = DemoPerson(
    name="declined", given_names="Ida", family_name="Holm", born=date(1970, 4, 4), sex_at_birth="female",
    weight_kg="72.9", height_cm="166", pressure=("138", "88"), phq9=(3, 3, 3, 3, 3, 2, 2, 2, 0), phone="555-0113",
)  # fmt: skip
INTERRUPTED = DemoPerson(
    name="interrupted", given_names="Yuki", family_name="Arden", born=date(1994, 11, 25), sex_at_birth="female",
    weight_kg="55.6", height_cm="160", pressure=("112", "70"), phq9=(3, 3, 2, 2, 3, 2, 2, 1, 0), phone="555-0114",
)  # fmt: skip
NEW = DemoPerson(
    name="new", given_names="Chidi", family_name="Marsh", born=date(1988, 8, 8), sex_at_birth="male",
    weight_kg="84.0", height_cm="186", pressure=("128", "82"), phq9=(2, 2, 2, 2, 2, 2, 2, 1, 0), phone="555-0115",
)  # fmt: skip
