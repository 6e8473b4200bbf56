"""Taking somebody in: on the books, through the intake walk, asked their scales, given a link for their phone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.journeys.conftest import Visitor
from tests.journeys.steps.tablet import choose, clock, go, said, submit, walk_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Somebody who comes to the clinic, with what they answer when they are asked.

    `features` are the answers that their diagnosis needs beside its code; `scores` the items of each scale, or the
    total of one that is worked out elsewhere.
    """

    given_names: str
    family_name: str
    born: str
    sex: str
    indication: str
    code: str
    features: Mapping[str, str] = field(default_factory=dict)
    tried: tuple[str, ...] = ()
    scores: Mapping[str, tuple[int, ...] | int] = field(default_factory=dict)
    medicines: tuple[tuple[str, str], ...] = (("escitalopram", "20"),)
    weight_kg: str = "70.0"
    height_cm: str = "172"
    escort: str = "Kim Escort"

    @property
    def name(self) -> str:
        """The name as pages write it."""
        return f"{self.given_names} {self.family_name}"


NORA = Patient(
    given_names="Nora", family_name="Lindqvist", born="1984-03-02", sex="Female",
    indication="Depression, treatment-resistant", code="F33.2",
)  # fmt: skip
"""Somebody with depression, for journeys that are not about who comes."""


def register(visitor: Visitor, who: Patient) -> str:
    """Put somebody on the books and return the address of their page."""
    page = visitor.page
    go(visitor, "/people/new/")
    visitor.fill(given_names=who.given_names, family_name=who.family_name, born=who.born)
    page.get_by_label(who.sex, exact=True).check()
    page.get_by_label(who.indication).check()
    submit(visitor, "Register")
    page.get_by_role("heading", name=f"Intake of {who.name}").wait_for()
    return page.url.removesuffix("intake/")


def intake(visitor: Visitor, person: str, who: Patient) -> list[str]:
    """Follow the intake walk from step to step while it leads on, and return the steps in the order they came."""
    go(visitor, f"{person}intake/")
    asked: list[str] = []
    onward = visitor.page.locator(".walk-next a.btn-primary")
    if onward.count():
        with visitor.page.expect_navigation(wait_until="domcontentloaded"):
            onward.click()
    while not (title := visitor.page.locator("h1").inner_text()).startswith("Intake of"):
        assert asked.count(title) < 4, f"{title} comes again and again: {asked}"
        asked.append(title)
        answer = STEPS.get(title.removesuffix(f" of {who.name}"), _scored)
        answer(visitor, who, title, asked.count(title))
    return asked


def _consents(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    visitor.fill(signer_name=who.name)
    submit(visitor, "Record consent")


def _diagnosed(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    visitor.page.locator("[name=icd10]").select_option(who.code)
    choose(visitor, **who.features)
    visitor.fill(diagnosed_by="Dr Maya Quill")
    submit(visitor, "Record diagnosis")


def _tried(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    if time > len(who.tried):
        submit(visitor, "There are no others")
        return
    visitor.fill(treatment=who.tried[time - 1], weeks="10", improvement_percent="20")
    choose(visitor, reached_minimum_dose="yes", adherent="yes", in_current_episode="yes", stopped_for="no_benefit")
    submit(visitor, "Add treatment")


def _none_ever(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    submit(visitor, "None of these, ever")


def _none(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    submit(visitor, "No known allergies" if title == "Allergies" else "None of these")


def _medicines(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    for number, (name, milligrams) in enumerate(who.medicines):
        visitor.fill(**{f"name_{number}": name, f"mg_{number}": milligrams})
    submit(visitor, "Record these medicines")


def _measured(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    if time == 1:
        visitor.fill(weight_kg=who.weight_kg, height_cm=who.height_cm, systolic="126", diastolic="78")
    else:
        clock(visitor, "+10 min")
        visitor.fill(systolic="124", diastolic="80")
    submit(visitor, "Record")


def _not_pregnant(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    visitor.page.get_by_label("Not pregnant" if who.sex == "Female" else "Cannot become pregnant").first.check()
    visitor.page.locator("[name=breastfeeding][value=no]").check()
    visitor.fill(basis="Urine hCG negative today" if who.sex == "Female" else "Male")
    submit(visitor, "Record")


def _worked_up(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    for finding in visitor.page.locator("input[name$=_finding][value=normal]").all():
        finding.check()
    submit(visitor, "Record findings")


def _scored(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    answers(visitor, {"AUDIT-C": (1, 0, 0), **who.scores}[title])


STEPS: Mapping[str, Callable[[Visitor, Patient, str, int], None]] = {
    "Consent": _consents,
    "Diagnosis": _diagnosed,
    "Earlier treatments": _tried,
    "Substance use": _none_ever,
    "Medical conditions": _none,
    "Psychiatric conditions": _none,
    "Allergies": _none,
    "Medicines": _medicines,
    "Measurements": _measured,
    "Pregnancy": _not_pregnant,
    "Work-up": _worked_up,
}
"""What is done at each step of the walk that is no scale, by its heading."""


def answer_all(visitor: Visitor, given: tuple[int, ...]) -> None:
    """Fill a scale in, item by item."""
    for number, value in enumerate(given, start=1):
        choose(visitor, **{f"item_{number}": str(value)})


def answers(visitor: Visitor, given: tuple[int, ...] | int) -> None:
    """Answer the scale that is open, item by item, or enter its total."""
    if isinstance(given, int):
        visitor.page.locator("form.scale-form input[type=number]").fill(str(given))
        submit(visitor, "Record")
        return
    answer_all(visitor, given)
    submit(visitor, "Record answers")


def asked(visitor: Visitor, person: str, scale: str, given: tuple[int, ...] | int) -> None:
    """Ask a scale in the clinic."""
    go(visitor, f"{person}scale/{scale}/")
    answers(visitor, given)


def item_nine_taken_up(visitor: Visitor, person: str, finding: str) -> None:
    """Ask in person about item 9, and write down what was found."""
    go(visitor, person)
    walk_to(visitor, "Write down what you found")
    tell(visitor, finding)
    submit(visitor, "Record")


def tell(visitor: Visitor, finding: str) -> None:
    """Fill in what was found of somebody with passing thoughts: one tap a question."""
    for name in ("plan", "intent", "means", "attempt"):
        visitor.page.locator(f"[name=asked_{name}][value=no]").check()
    for name, value in (("asked_thoughts", "yes"), ("risk", "low"), ("done", "stayed"), ("safety_plan", "made")):
        visitor.page.locator(f"[name={name}][value={value}]").check()
    visitor.page.locator("[name=told][value=prescriber]").check()
    visitor.fill(next_contact="2040-01-01", finding=finding)


def weighed(visitor: Visitor, person: str, weight_kg: str, pressure: tuple[str, str] | None = None) -> None:
    """Weigh somebody today, as every order asks, and take the pressure where it is asked for."""
    go(visitor, f"{person}measure/")
    visitor.fill(weight_kg=weight_kg)
    if pressure:
        visitor.fill(systolic=pressure[0], diastolic=pressure[1])
    submit(visitor, "Record")
    said(visitor, "Measurements recorded.")


def invited(visitor: Visitor, person: str, *titles: str) -> str:
    """Make a link for a patient's phone and return it."""
    go(visitor, f"{person}invite/")
    for title in titles:
        visitor.page.get_by_label(title, exact=True).check()
    visitor.press("Make the link")
    return visitor.page.get_by_label("The same in words").input_value()
