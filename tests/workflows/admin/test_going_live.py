"""Going live is refused without what safety needs, and says of everything else that it is missing."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.home import Kind
from sereniv.clinic.records.models import Chair, ClinicDetails, OnCall
from sereniv.clinic.workflows.admin import going_live, setting_up
from sereniv.clinic.workflows.rules.own_rules import sign_own
from sereniv.clinic.workflows.shell import in_force, this_clinic
from sereniv.knowledge import knowledge
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows.furnishing import furnish
from tests.workflows.rules.test_own_rules import OURS

pytestmark = pytest.mark.django_db
_home = this_clinic.served_home


@pytest.fixture(autouse=True)
def commissioning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(this_clinic, "served_home", lambda: replace(_home(), kind=Kind.CLINIC))


def without(field: str) -> Callable[[], object]:
    return lambda: ClinicDetails.objects.update(**{field: {} if field == "week" else ""})


def left(role: str) -> Callable[[], object]:
    def go() -> None:
        for person in Staff.objects.all():
            person.roles = [each for each in person.roles if each != role] or ["coordinator"]
            person.save()

    return go


TAKEN: dict[str, Callable[[], object]] = {
    "nurse": left("nurse"),
    "chair": lambda: Chair.objects.update(retired_at=NOON),
    "clinic_named": without("phone"),
    "crisis_number": without("crisis_number"),
    "on_call_number": without("on_call_phone"),
    "help_words": without("help_words"),
    "hours": without("week"),
    "on_call": lambda: OnCall.objects.update(taken_off_at=NOON),
}


@pytest.mark.parametrize("row", TAKEN)
def test_a_clinic_without_what_safety_needs_stays_in_commissioning_and_is_told_why(act: ActMaker, row: str) -> None:
    furnish(act)
    TAKEN[row]()
    lacks = knowledge().going_live[row]
    assert lacks.needed
    with pytest.raises(Refused) as no:
        going_live.go_live(act("admin", second="director"))
    assert f"{lacks.title}: {lacks.because}" in str(no.value)
    assert this_clinic.state() == "commissioning"


@pytest.mark.parametrize("words", [" ", "-", "n/a", "tbd", "...", "see above"])
def test_words_with_call_help_that_only_fill_the_field_are_none(act: ActMaker, words: str) -> None:
    """A dash stood beside CALL HELP, and the clinic went live."""
    furnish(act)
    ClinicDetails.objects.update(help_words=words)
    with pytest.raises(Refused, match=re.escape(knowledge().going_live["help_words"].title)):
        going_live.go_live(act("admin", second="director"))
    for field in ("help_words", "crisis_words"):
        if words.strip():
            with pytest.raises(Malformed, match="that somebody can act on"):
                setting_up.set_details({"name": "Quiet Room", field: words}, act("admin"))


def test_nobody_goes_live_on_a_bag_and_a_pump_that_nobody_signed(
    act: ActMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(act)
    with monkeypatch.context() as unsigned:
        unsigned.setattr(going_live, "standard_signed", lambda: None)
        with pytest.raises(Refused, match="A bag or a pump other than"):
            going_live.go_live(act("admin", second="director"))
    assert in_force.standard_signed() is not None
    going_live.go_live(act("admin", second="director"))
    assert this_clinic.state() == "live"


def test_the_page_names_what_is_missing_and_what_may_follow(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    fixed_clock.shown = NOON
    admin = Client()
    admin.force_login(staff["admin"], backend="django.contrib.auth.backends.ModelBackend")
    page = admin.get("/going-live/").content.decode()
    assert page.index("needed before going live") < page.index("can follow")
    for row in ("chair", "help_words", "standard", "stock", "second_administrator"):
        assert knowledge().going_live[row].title.replace("'", "&#x27;") in page
    furnish(act)
    page = admin.get("/going-live/").content.decode()
    assert "needed before going live" not in page
    assert knowledge().going_live["stock"].title in page


def test_a_page_that_named_other_rules_than_hold_by_now_goes_live_on_none(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Two signed the rules of one version, and the clinic went live on those of another."""
    fixed_clock.shown = NOON
    furnish(act)
    admin = Desk(staff, "admin")
    opened = admin.client.get("/going-live/").content.decode()
    sign_own(OURS, act("director", second="prescriber"))
    stale = admin.sends_to("/going-live/", opened, second="director", understood="on")
    assert not stale.taken
    assert this_clinic.state() == "commissioning"
    assert in_force.rules_in_force(NOON).version in stale.words
    assert admin.sends_to("/going-live/", stale.content, second="director", understood="on").taken
    assert this_clinic.state() == "live"


def test_every_row_is_judged() -> None:
    assert set(going_live.done(going_live.setup_facts(NOON))) == set(knowledge().going_live)
