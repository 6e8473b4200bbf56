"""The demo's made-up staff, chairs, vials and people. Any likeness is chance; nobody here exists."""

import uuid
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from sereniv.clinic.accounts.permissions import Role
from sereniv.therapy.hours import DAYS

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

CHAIRS = ("Chair 1", "Chair 2", "Chair 3", "Chair 4")

CLINIC = {
    "name": "Lantern Street Clinic (demo)",
    "phone": "555-0142",
    "address": "12 Lantern Street, Exampleton",
    "crisis_number": "988",
    "crisis_words": (
        "If you might hurt yourself or somebody else, call 911 now. You can also call or text 988, the Suicide & "
        "Crisis Lifeline, day and night. Both numbers are for the United States."
    ),
    "on_call_phone": "555-0143",
    "help_number": "555-0144",
    "help_words": "Shout. Press the red button by the door. The emergency trolley stands in the corridor.",
}
"""What the demo's clinic calls itself; its own numbers are among those kept for fiction."""

WEEK = {day: (time(8), time(18)) for day in DAYS[:5]}

ROOMS = {"Garden room": ("Chair 1", "Chair 2"), "Quiet room": ("Chair 3", "Chair 4")}

ON_CALL = (("clinician on call", "Dr Imre Sandor", "555-0143"), ("prescriber", "Dr Clara Voss", "555-0145"))
"""Who is called while the clinic is closed, and whenever nobody else is on the roster."""

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
    DemoVial(label="K10-0001", lot="D24A", strength_mg_per_ml=Decimal(10), volume_ml=Decimal(20)),
    DemoVial(label="K10-0002", lot="D24A", strength_mg_per_ml=Decimal(10), volume_ml=Decimal(20)),
    DemoVial(label="K10-0003", lot="D24B", strength_mg_per_ml=Decimal(10), volume_ml=Decimal(20)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """A made-up patient and what is measured of them."""

    name: str
    given_names: str
    family_name: str
    born: date
    sex_at_birth: str
    weight_kg: str
    height_cm: str
    pressure: tuple[str, str]
    phq9: tuple[int, ...]


FINISHED = DemoPerson(
    name="finished", given_names="Rosa", family_name="Amsel", born=date(1979, 5, 14), sex_at_birth="female",
    weight_kg="64.0", height_cm="165", pressure=("118", "74"), phq9=(3, 3, 2, 2, 2, 2, 2, 1, 1),
)  # fmt: skip
INFUSING = DemoPerson(
    name="infusing", given_names="Tomas", family_name="Brandt", born=date(1968, 11, 2), sex_at_birth="male",
    weight_kg="82.5", height_cm="180", pressure=("128", "80"), phq9=(3, 3, 3, 2, 2, 2, 2, 1, 0),
)  # fmt: skip
REPLAYED = DemoPerson(
    name="replayed", given_names="Replay", family_name="Recorded", born=date(1950, 1, 1), sex_at_birth="male",
    weight_kg="75.0", height_cm="175", pressure=("122", "76"), phq9=(2, 2, 2, 2, 2, 2, 2, 2, 0),
)  # fmt: skip
CANDIDATE = DemoPerson(
    name="candidate", given_names="Leila", family_name="Corvin", born=date(1991, 8, 23), sex_at_birth="female",
    weight_kg="58.2", height_cm="171", pressure=("124", "78"), phq9=(3, 3, 3, 3, 2, 2, 2, 1, 1),
)  # fmt: skip
