"""docs/set-up.md, steps 1 to 8, played from nothing: its commands as printed, its pages by the names it gives them."""

import re
from pathlib import Path

import pytest

from tests.durability.guide import GUIDE, added, commands_in, made, run, started, stopped
from tests.durability.tablet import Tablet

pytestmark = pytest.mark.slow
ADA, MARA = "Ada Nightfall", "Mara Quill, MD"
PASSWORD = "quiet lanterns over snow"
OWN = "chosen by its owner alone"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def says(section: int, *names: str) -> None:
    """Hold that the guide names these pages and buttons in a section, as they are pressed here."""
    text = re.split(r"^## ", GUIDE, flags=re.MULTILINE)[section].replace("\n", " ")
    missing = [name for name in names if f"*{name}*" not in text]
    assert not missing, f"Section {section} of docs/set-up.md does not name {missing}."


def test_a_clinic_goes_from_nothing_to_a_first_patient(place: Path) -> None:
    home = place / "clinic"
    (serve,), (ada, mara, chair) = commands_in(1, home=home), commands_in(2, home=home)
    made(serve)
    codes = {command[1]: added(command) for command in (ada, mara)}
    lost = codes["mara"]
    codes["mara"] = added(["first-code", "mara", "--home", str(home)])
    assert codes["mara"] != lost
    run(chair)
    process, port, _ = started(serve)
    try:
        tablet = Tablet(port)
        second_factors_and_pins(tablet, codes)
        the_clinic(tablet)
        stock(tablet)
        going_live(tablet)
        first_patient(tablet)
    finally:
        stopped(process)


def second_factors_and_pins(tablet: Tablet, codes: dict[str, str]) -> None:
    for username, pin in (("mara", "11223"), ("ada", "58203")):
        tablet.comes_in(username, codes[username], PASSWORD)
        tablet.chooses_a_pin(PASSWORD, pin)


def the_clinic(tablet: Tablet) -> None:
    says(5, "Set-up", "Drug stock", "Change stock, bag and pump", "Rules", "Our own numbers", "Who may sign what")
    tablet.open("/today/")
    tablet.follow("Set-up")
    numbers = {"phone": "555 0100", "crisis_number": "988", "on_call_phone": "555 0199", "help_number": "911"}
    tablet.follow("Change")
    assert "Saved." in tablet.press("Save", name="Quiet Room", address="1 Long Street", help_words="Shout.", **numbers)
    tablet.follow("Enter the hours")
    hours = {f"{day}_{which}": at for day in WEEKDAYS for which, at in (("opens", "08:00"), ("closes", "18:00"))}
    assert "The hours are saved" in tablet.press("Save the hours", **hours)
    tablet.follow("Put somebody on call")
    tablet.press("Put on the roster", role="clinician on call", name=MARA, phone="555 0199")
    codes: dict[str, str] = {}
    for name, username, role, trained in (
        ("Ida Holm, RN", "ida", "nurse", ["on"]),
        ("Jon Berg, RN", "jon", "nurse", []),
        ("Dana Desk", "dana", "coordinator", []),
    ):
        tablet.open("/set-up/")
        tablet.follow("Add somebody")
        tablet.press("Add to the staff", full_name=name, username=username, roles=[role], co_signs_orders=trained)
        codes[username] = tablet.first_code()
    for username, pin in (("ida", "22334"), ("jon", "33445"), ("dana", "44556")):
        tablet.comes_in(username, codes[username], OWN)
        tablet.chooses_a_pin(OWN, pin)
    tablet.switch_to(MARA, "11223")
    tablet.open("/today/")
    tablet.follow("Rules")
    assert "as packaged" in tablet.follow("Our own numbers")
    tablet.follow("Drug stock")
    tablet.follow("Change stock, bag and pump")
    assert "Signed." in tablet.press("Sign", stocked_mg_per_ml=["50"], reason="As it is kept here.")


def stock(tablet: Tablet) -> None:
    says(6, "Drug stock", "Receive a vial", "Count the stock")
    tablet.switch_to("Ida Holm, RN", "22334")
    tablet.open("/today/")
    tablet.follow("Drug stock")
    tablet.follow("Receive a vial")
    label = {"label": "V-1", "ndc": "0143-9508-10", "lot": "L1", "expires": "2039-12-31", "volume_ml": "10"}
    second = {"second_person": tablet.choice("Jon Berg, RN"), "second_secret": "33445"}
    assert "V-1 is in stock" in tablet.press(
        "Receive vial",
        strength_mg_per_ml="50",
        supplier="Supply House, 1 Dock Road, DEA RS0000000, 77",
        **label,
        **second,
    )
    tablet.follow("Count the stock")
    (vial,) = re.findall(r'name="(vial_\w+)"', tablet.page)
    assert "10 mL" in tablet.press("Record the count", **{vial: "10"}, **second)


def going_live(tablet: Tablet) -> None:
    says(7, "Today", "Sign the rules")
    tablet.switch_to(ADA, "58203")
    tablet.open("/today/")
    tablet.follow("Sign the rules")
    assert "can follow" in tablet.page
    assert "needed before going live" not in tablet.page
    second = {"second_person": tablet.choice(MARA), "second_secret": "11223"}
    assert "This home is live" in tablet.press("Sign and go live", understood=["on"], **second)


def first_patient(tablet: Tablet) -> None:
    says(8, "People", "Register a person")
    tablet.switch_to("Dana Desk", "44556")
    tablet.open("/today/")
    tablet.follow("People")
    tablet.follow("Register a person")
    who = {"given_names": "Ann", "family_name": "First", "born": "1980-04-05", "phone": "555 0110"}
    tablet.press("Register", sex_at_birth="female", indication="depression", **who)
    assert "Intake of Ann First" in tablet.page
    assert "14 of 14 steps open" in tablet.page
    consent = tablet.follow("Continue: Consent")
    assert "Ann First" in consent
