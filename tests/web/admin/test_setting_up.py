"""Set-up in the browser: an administrator commissions a home, and who is deactivated is out at once."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.seconds import SECOND_SIGNATURES, TwoPersonAct
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.home import Kind
from sereniv.clinic.live import stream
from sereniv.clinic.live.stream import viewer_of
from sereniv.clinic.records.models import Chair, ClinicDetails
from sereniv.clinic.web.admin.views import signature_line
from sereniv.clinic.workflows.admin import opening, setting_up
from sereniv.clinic.workflows.shell import acting, this_clinic
from tests.conftest import NOON, ActMaker, FixedClock

pytestmark = pytest.mark.django_db
served = this_clinic.served_home
FIRST = "a-first-password-here"
OWN = "a-password-of-my-own"


class Visitor:
    """Somebody's browser, over TLS as in a clinic's own home."""

    def __init__(self) -> None:
        self.client = Client()
        self.keys = 0

    def get(self, path: str) -> str:
        answer = self.client.get(path, secure=True, follow=True)
        assert answer.status_code == 200, path
        return answer.content.decode()

    def post(self, path: str, **typed: Any) -> str:
        self.keys += 1
        form = {"key": f"visit-{id(self)}-{self.keys:04d}", **typed}
        return self.client.post(path, form, secure=True, follow=True).content.decode()

    def sign_in(self, username: str, password: str) -> "Visitor":
        answer = self.client.post("/sign-in/", {"login": username, "password": password}, secure=True, follow=True)
        assert f"/{'sign-in'}/" not in answer.request["PATH_INFO"], "not let in"
        return self


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the stream's check read within the test's own transaction."""
    monkeypatch.setattr(stream, "close_old_connections", lambda: None)


VisitorMaker = Callable[[str], Visitor]


@pytest.fixture
def visitor(staff: dict[str, Staff], fixed_clock: FixedClock) -> VisitorMaker:
    del staff, fixed_clock
    cache.clear()
    return lambda username: Visitor().sign_in(username, PASSWORD)


@pytest.fixture
def commissioning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(this_clinic, "served_home", lambda: replace(served(), kind=Kind.CLINIC))


def test_an_administrator_commissions_a_home(commissioning: None, visitor: VisitorMaker) -> None:
    del commissioning
    Staff.objects.exclude(username="admin").delete()
    admin = visitor("admin")
    today = admin.get("/")
    for missing in ("Add a medical director", "Add a second nurse", "Add a chair", "Enter the crisis number"):
        assert missing in today
    assert "go live" in today
    # As the guide has it: the first administrator and the medical director come from the command line.
    vera = setting_up.Newcomer(full_name="Dr Vera Lind", username="vera", roles=["medical director"], password=FIRST)
    director = setting_up.add_staff(vera, acting.act_of_the_home(NOON))
    # She has come in with her first code since, and has set a password of her own: a code signs for nobody.
    Staff.objects.filter(pk=director.pk).update(first_until=None)
    vouched = {"second_person": director.pk, "second_secret": FIRST}
    for username, name, role, second in (
        ("ida", "Ida Holm, RN", "nurse", {}),
        ("jon", "Jon Berg, RN", "nurse", {}),
        ("kim", "Kim Office", "administrator", vouched),
    ):
        typed = {"full_name": name, "username": username, "roles": [role], "co_signs_orders": "on"}
        if second:
            assert "A second person must sign this" in admin.post("/set-up/staff/new/", **typed)
        assert f"can sign in as {username} once" in admin.post("/set-up/staff/new/", **typed, **second)
    assert "Chair 1 is on the board" in admin.post("/set-up/chairs/new/", name="Chair 1")
    numbers = {"phone": "555 0100", "crisis_number": "988", "on_call_phone": "555 0199", "help_number": "911"}
    assert "Saved." in admin.post("/set-up/clinic/", name="Quiet Room", help_words="Shout.", **numbers)
    assert "The hours are saved" in admin.post("/set-up/hours/", monday_opens="08:00", monday_closes="12:00")
    assert "Dr V is on the roster" in admin.post(
        "/set-up/on-call/new/", role="clinician on call", name="Dr V", phone="555 0199"
    )
    assert "Still missing" not in admin.get("/set-up/")
    assert "988" in admin.get("/set-up/")

    browser = Visitor().sign_in("vera", FIRST)
    assert "Your password is changed" in browser.post("/me/password/", current=FIRST, password=OWN, again=OWN)
    assert "Your PIN is set" in browser.post("/me/pin/", current=OWN, pin="58203", again="58203")
    assert "Chair 1" in browser.get("/")
    assert "Sign the rules" in browser.get("/today/")

    typed = {"understood": "on", "second_person": director.pk, "second_secret": OWN}
    assert "A bag or a pump other than the one orders are worked out for" in admin.post("/going-live/", **typed)
    stocked = {"stocked_mg_per_ml": ["10"], "concentration_mg_per_ml": "1", "rate_increment_ml_per_h": "0.1"}
    browser.post("/stock/standard/", reason="As we stock it here.", **stocked)
    signed = admin.post("/going-live/", **typed)
    assert "This home is live" in signed
    assert this_clinic.state() == "live"
    assert "Nothing waits for you" in admin.get("/today/")


def test_who_is_deactivated_is_out_at_once_and_stays_out_when_let_in_again(
    visitor: VisitorMaker, act: ActMaker, staff: dict[str, Staff]
) -> None:
    nurse = visitor("nurse")
    held = nurse.client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={held}"
    assert viewer_of(cookie) == staff["nurse"]
    other = visitor("nurse2").client.cookies[settings.SESSION_COOKIE_NAME].value
    setting_up.deactivate(staff["nurse"].pk, act("admin"))
    assert viewer_of(cookie) is None
    assert nurse.client.get("/people/", secure=True).status_code == 302
    right, wrong = (
        nurse.client.post("/sign-in/", {"login": "nurse", "password": typed}, secure=True)
        for typed in (PASSWORD, "wrong-wrong-wrong")
    )
    words = "The username and/or password you specified are not correct."
    assert [words in answer.content.decode() for answer in (right, wrong)] == [True, True]
    assert nurse.client.get("/people/", secure=True).status_code == 302
    setting_up.reactivate(staff["nurse"].pk, act("admin"))
    nurse.client.cookies[settings.SESSION_COOKIE_NAME] = held
    assert viewer_of(cookie) is None, "an old session does not come back to life"
    assert nurse.client.get("/people/", secure=True).status_code == 302
    assert viewer_of(f"{settings.SESSION_COOKIE_NAME}={other}") == staff["nurse2"]


def test_a_live_stream_ends_with_the_role_that_allowed_it(
    visitor: VisitorMaker, act: ActMaker, staff: dict[str, Staff]
) -> None:
    nurse = visitor("nurse")
    cookie = f"{settings.SESSION_COOKIE_NAME}={nurse.client.cookies[settings.SESSION_COOKIE_NAME].value}"
    setting_up.change_roles(staff["nurse"].pk, ["administrator"], act("admin", second="director"))
    assert viewer_of(cookie) is None


def test_a_pin_asks_for_the_password_and_not_for_the_pin(visitor: VisitorMaker, staff: dict[str, Staff]) -> None:
    nurse = visitor("nurse")
    assert "That is not your password" in nurse.post("/me/pin/", current="2468", pin="58203", again="58203")
    assert "The two differ" in nurse.post("/me/pin/", current=PASSWORD, pin="58203", again="58204")
    assert "four to eight digits" in nurse.post("/me/pin/", current=PASSWORD, pin="58", again="58")
    assert Staff.objects.get(username="nurse").pin_hash == staff["nurse"].pin_hash
    for _ in range(5):
        nurse.post("/me/pin/", current="wrong", pin="58203", again="58203")
    assert "Five wrong tries" in nurse.post("/me/pin/", current=PASSWORD, pin="58203", again="58203")
    cache.clear()


def test_a_wrong_form_says_why_and_keeps_what_was_typed(visitor: VisitorMaker) -> None:
    admin = visitor("admin")
    typed = {"full_name": "Eva <b>Lind</b>", "username": "NURSE", "roles": ["nurse"]}
    page = admin.post("/set-up/staff/new/", **typed)
    assert "already somebody called nurse" in page
    assert "Eva &lt;b&gt;Lind&lt;/b&gt;" in page
    assert FIRST not in page
    assert "last active administrator" not in page
    own = Staff.objects.get(username="admin").pk
    assert "Nobody changes their own roles" in admin.post(f"/set-up/staff/{own}/roles/", roles=["prescriber"])
    assert "holds no digit" in admin.post("/set-up/clinic/", name="Quiet Room", crisis_number="ask us")
    assert not ClinicDetails.objects.exists()


def test_the_rules_say_the_hours_as_they_stand(visitor: VisitorMaker, act: ActMaker) -> None:
    """The table of rules is drawn once for each version; the clinic's own hours in it are no part of a version."""
    director = visitor("director")
    assert "Tuesday 11:00 to 13:00" not in director.get("/rules/")
    opening.set_hours({"Tuesday": (time(11), time(13))}, {}, act("admin"))
    assert "Tuesday 11:00 to 13:00" in director.get("/rules/")


def test_a_retired_chair_leaves_the_board(visitor: VisitorMaker) -> None:
    chair = Chair.objects.create(name="Chair 7")
    assert "Chair 7" in visitor("nurse").get("/")
    admin = visitor("admin")
    assert "Chair 7 is retired" in admin.post(f"/set-up/chairs/{chair.pk}/retire/")
    assert "Chair 7" not in visitor("nurse").get("/")
    assert "Chair 7 is on the board again" in admin.post(f"/set-up/chairs/{chair.pk}/reinstate/")


def test_one_prescriber_and_one_nurse_can_check_and_witness_and_judge_nothing_alone(staff: dict[str, Staff]) -> None:
    pair = [staff["prescriber"], staff["nurse"]]
    possible = {rule.act: signature_line(rule, pair, NOON).possible for rule in SECOND_SIGNATURES.values()}
    assert {act for act, given in possible.items() if not given} == {
        TwoPersonAct.ORDER_PAST_HARD_LIMIT, TwoPersonAct.ELIGIBLE_DESPITE_CONCERN, TwoPersonAct.GOING_ON,
        TwoPersonAct.OWN_NUMBER, TwoPersonAct.ERASURE, TwoPersonAct.GOING_LIVE, TwoPersonAct.LET_IN,
        TwoPersonAct.FACTOR_CLEARED, TwoPersonAct.EXPORT, TwoPersonAct.APP_LET_IN, TwoPersonAct.IMPORT,
        TwoPersonAct.SERVICE_TAKEN,
        TwoPersonAct.SAMPLES_LET_GO,
    }  # fmt: skip
    alone = {act for act, rule in SECOND_SIGNATURES.items() if signature_line(rule, [staff["director"]], NOON).possible}
    assert alone == {TwoPersonAct.DISCHARGE_EXCEPTION}, "one person never signs both sides"
    both = [staff["director"], staff["admin"]]
    assert signature_line(SECOND_SIGNATURES[TwoPersonAct.GOING_LIVE], both, NOON).possible


def test_everybody_reads_who_may_sign_what(visitor: VisitorMaker) -> None:
    page = visitor("coordinator").get("/set-up/roles/")
    assert "Acts that take two people" in page
    assert "set the clinic up" in page


def test_the_page_names_every_second_signature_that_the_workflows_ask_for() -> None:
    sources = "".join(path.read_text() for path in Path(acting.__file__).parent.parent.rglob("*.py"))
    asked = set(re.findall(r"(?:second_person|has_second)\(\s*TwoPersonAct\.([A-Z_]+)", sources)) | {"ORDER"}
    assert asked == {act.name for act in TwoPersonAct}
    assert list(SECOND_SIGNATURES) == list(TwoPersonAct), "every act has its row"
