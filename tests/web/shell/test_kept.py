"""What was typed when a sign-in had ended comes back to whoever typed it, and to nobody else."""

import html
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.web.chair.forms import STOPPED
from sereniv.clinic.web.shell import access, kept
from sereniv.clinic.workflows.chair import charting, monitors
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.shell import test_lock
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage, watch = test_path.stage, test_lock.watch
TYPED = {"kind": "remark", "text": "Asked for <water>\nand got it", "when": "", "key": "remark-kept-0001"}
HERE = {"Origin": "http://testserver"}


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock, watch: test_lock.Watch) -> Iterator[uuid.UUID]:
    del watch
    cache.clear()
    found = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = NOON + timedelta(minutes=10)
    yield found
    cache.clear()


def signed_in(client: Client, name: str, following: str = "") -> str:
    answer = client.post(f"/sign-in/?next={following}", {"login": name, "password": PASSWORD, "next": following})
    assert answer.status_code == 302
    return answer["Location"]


def remarks(session: uuid.UUID) -> list[tuple[str, str]]:
    entries = chart_store.session_chart_of(session).entries
    return [(each.recorded_by, each.event.text) for each in entries if isinstance(each.event, ev.RemarkCharted)]


def sent_again(client: Client, number: int = 1, page: str = "") -> int:
    """Send what the page of kept forms offers, as its button does; `page` is one that was opened before."""
    page = page or client.get("/kept/").content.decode()
    (form,) = re.findall(
        rf'<form method="post" action="([^"]*)">(?:(?!</form>).)*value="{number}">(.*?)<div', page, re.DOTALL
    )
    fields = {html.unescape(n): html.unescape(v) for n, v in re.findall(r'name="([^"]*)" value="([^"]*)"', form[1])}
    return client.post(form[0], {**fields, "kept_number": str(number)}).status_code


def test_a_remark_typed_when_the_sign_in_had_ended_comes_back_and_is_recorded_once(
    session: uuid.UUID, staff: dict[str, Staff], watch: test_lock.Watch, fixed_clock: FixedClock
) -> None:
    nurse = Client()
    signed_in(nurse, "nurse")
    watch.goes(hours=12)
    ended = nurse.post(f"/sessions/{session}/note-down/", TYPED)
    assert ended["Location"] == "/sign-in/?next=%2Fkept%2F"
    assert kept.WORDS in html.unescape(nurse.get(ended["Location"]).content.decode())
    assert remarks(session) == []
    fixed_clock.shown = NOON + timedelta(minutes=14)
    assert signed_in(nurse, "nurse", "/kept/") == "/kept/"
    page = html.unescape(nurse.get("/kept/").content.decode())
    assert "Asked for <water>" in page
    assert "under your name, Ada Nightfall, RN" in page
    assert "Read it and send it again" in nurse.get("/people/").content.decode(), "said on every page until then"
    assert sent_again(nurse) == 302
    assert [each[0] for each in remarks(session)] == ["nurse"]
    assert chart_store.session_chart_of(session).entries[-1].at == NOON + timedelta(minutes=10), (
        "when it was sent first"
    )
    assert "Nothing of yours waits here" in nurse.get("/kept/").content.decode()


def test_a_remark_sent_as_the_screen_locked_is_kept_and_recorded_once_however_it_is_sent_again(
    session: uuid.UUID, staff: dict[str, Staff], watch: test_lock.Watch
) -> None:
    """It said that what was typed is one page back, where no browser need have kept it."""
    nurse = Client()
    signed_in(nurse, "nurse")
    watch.goes(minutes=30)
    locked = nurse.post(f"/sessions/{session}/note-down/", TYPED)
    assert locked.status_code == 423
    assert 'href="/kept/"' in locked.content.decode()
    assert remarks(session) == []
    assert nurse.get("/kept/").status_code == 302, "the PIN is asked for first"
    assert nurse.post("/unlock/", {"secret": PASSWORD}).status_code == 302
    page = nurse.get("/kept/").content.decode()
    assert "Asked for <water>" in html.unescape(page)
    assert nurse.post(f"/sessions/{session}/note-down/", TYPED).status_code == 302, "sent from one page back"
    assert "Nothing of yours waits here" in nurse.get("/kept/").content.decode()
    assert sent_again(nurse, page=page) == 302
    assert [each[0] for each in remarks(session)] == ["nurse"]


def test_what_was_mended_on_its_own_page_waits_no_more(
    session: uuid.UUID, staff: dict[str, Staff], watch: test_lock.Watch
) -> None:
    """Sent again it was asked about, mended and charted; *typed and not recorded* stood on every page all the same."""
    nurse = Client()
    signed_in(nurse, "nurse")
    watch.goes(hours=12)
    address = f"/sessions/{session}/vitals/"
    typed = {"systolic": "1200", "diastolic": "80", "when": "", "key": "vitals-kept-0001"}
    nurse.post(address, typed)
    signed_in(nurse, "nurse", "/kept/")
    assert sent_again(nurse) == 422
    assert "1200" in nurse.get("/kept/").content.decode(), "nothing is recorded yet"
    assert nurse.post(address, {**typed, "systolic": "120", "when_filled_in": "yes"}).status_code == 302
    assert "Nothing of yours waits here" in nurse.get("/kept/").content.decode()


def test_a_press_repeated_is_kept_once_and_what_waits_is_pushed_out_by_nothing(
    session: uuid.UUID, staff: dict[str, Staff], watch: test_lock.Watch
) -> None:
    """Pressed nine times on a locked screen, the first words were gone without a word."""
    nurse = Client()
    signed_in(nurse, "nurse")
    watch.goes(minutes=30)
    address = f"/sessions/{session}/note-down/"
    for _ in range(3):
        nurse.post(address, TYPED)
    assert len(nurse.session[kept.KEPT]) == 1
    more = [{**TYPED, "text": f"and {number}", "key": f"remark-kept-1{number:03}"} for number in range(kept.MOST)]
    answers = [nurse.post(address, each).content.decode() for each in more]
    assert "What you typed is kept here" in answers[-2]
    assert "What you typed is kept here" not in answers[-1]
    assert "this one was not kept" in answers[-1]
    nurse.post("/unlock/", {"secret": PASSWORD})
    page = nurse.get("/kept/").content.decode()
    assert "Asked for &lt;water&gt;" in page
    assert sent_again(nurse) == 302
    assert len(nurse.session[kept.KEPT]) == kept.MOST - 1


def test_what_is_sent_again_as_the_sign_in_has_ended_once_more_is_kept_still(
    session: uuid.UUID, staff: dict[str, Staff], watch: test_lock.Watch
) -> None:
    nurse = Client()
    signed_in(nurse, "nurse")
    for _ in range(2):
        watch.goes(hours=12)
        nurse.post(f"/sessions/{session}/note-down/", {**TYPED, "kept_number": "1"})
        signed_in(nurse, "nurse", "/kept/")
        assert "water" in nurse.get("/kept/").content.decode()
    assert sent_again(nurse) == 302
    assert [each[0] for each in remarks(session)] == ["nurse"]


@pytest.mark.parametrize("first", ["password", "second factor"])
def test_what_was_typed_waits_until_a_password_or_second_factor_is_set(
    session: uuid.UUID, staff: dict[str, Staff], watch: test_lock.Watch, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """Led to the page that must come first, the words of the form were gone."""
    nurse = Client()
    signed_in(nurse, "nurse")
    if first == "password":
        holds = nurse.session
        holds[idle.SETS_PASSWORD] = True
        holds.save()
    else:
        monkeypatch.setattr(access, "lacks_second_factor", lambda _: True)
    led = nurse.post(f"/sessions/{session}/note-down/", TYPED)
    assert led["Location"] == ("/me/password/" if first == "password" else reverse("mfa_index"))
    monkeypatch.undo()
    assert [each["path"] for each in nurse.session[kept.KEPT]] == [f"/sessions/{session}/note-down/"]


def test_it_is_nobody_elses_and_waits_through_sign_ins_of_others(
    session: uuid.UUID, staff: dict[str, Staff], watch: test_lock.Watch
) -> None:
    tablet = Client()
    signed_in(tablet, "nurse")
    watch.goes(hours=12)
    tablet.post(f"/sessions/{session}/note-down/", TYPED)
    signed_in(tablet, "nurse2", "/kept/")
    page = tablet.get("/kept/").content.decode()
    assert "water" not in page
    assert "Something that Ada Nightfall, RN typed on this screen is kept" in page
    tablet.post("/kept/1/drop/")
    switched = {"second_person": staff["nurse"].pk, "second_secret": PASSWORD, "key": "switch-kept-0001"}
    assert tablet.post("/switch/", switched).status_code == 302
    assert "water" in tablet.get("/kept/").content.decode()
    tablet.post("/sign-out/")
    signed_in(tablet, "nurse")
    assert sent_again(tablet) == 302
    assert [each[0] for each in remarks(session)] == ["nurse"]


def test_a_form_typed_on_anothers_page_is_never_recorded_under_the_name_of_who_is_signed_in(
    session: uuid.UUID, staff: dict[str, Staff]
) -> None:
    tablet = Client()
    signed_in(tablet, "nurse2")
    answer = tablet.post(f"/sessions/{session}/note-down/", {**TYPED, "typed_by": "nurse"})
    assert (answer.status_code, answer["Location"]) == (302, "/kept/")
    assert remarks(session) == []
    assert tablet.post(f"/sessions/{session}/note-down/", {**TYPED, "typed_by": "nurse2"}).status_code == 302
    assert [each[0] for each in remarks(session)] == ["nurse2"]


def test_a_stale_token_loses_nothing_and_what_comes_from_elsewhere_is_refused(
    session: uuid.UUID, staff: dict[str, Staff]
) -> None:
    tablet = Client(enforce_csrf_checks=True)
    tablet.force_login(staff["nurse"])
    address = f"/sessions/{session}/note-down/"
    assert tablet.post(address, TYPED, headers={"Origin": "https://example.org"}).status_code == 403
    assert tablet.post(address, TYPED).status_code == 403
    stale = tablet.post(address, {**TYPED, "typed_by": "nurse"}, headers=HERE)
    assert stale["Location"] == "/kept/"
    assert "got it" in tablet.get("/kept/").content.decode()
    assert remarks(session) == []


def test_secrets_are_never_kept_and_the_frames_own_forms_neither(
    session: uuid.UUID, staff: dict[str, Staff], watch: test_lock.Watch
) -> None:
    nurse = Client()
    signed_in(nurse, "nurse")
    watch.goes(hours=12)
    typed = {"given_mg": "30", "second_secret": PASSWORD, "second_code": "123456", "key": "drug-kept-0001"}
    nurse.post(f"/sessions/{session}/drug/", typed)
    fields = nurse.session[kept.KEPT][0]["fields"]
    assert [name for name, _ in fields] == ["given_mg", "key"]
    for address in ("/lock/", "/switch/", f"/sessions/{session}/help/"):
        nurse.post(address, {"second_secret": PASSWORD})
    assert len(nurse.session[kept.KEPT]) == 1


def test_what_is_kept_is_thrown_away_by_its_author_or_after_half_a_day(
    session: uuid.UUID, staff: dict[str, Staff], watch: test_lock.Watch, fixed_clock: FixedClock
) -> None:
    nurse = Client()
    signed_in(nurse, "nurse")
    watch.goes(hours=12)
    for number in (1, 2):
        nurse.post(f"/sessions/{session}/note-down/", {**TYPED, "key": f"remark-kept-000{number}"})
    signed_in(nurse, "nurse")
    assert nurse.get("/kept/").content.decode().count("Send it again") == 2
    nurse.post("/kept/1/drop/")
    assert nurse.get("/kept/").content.decode().count("Send it again") == 1
    fixed_clock.shown += timedelta(hours=13)
    assert "Nothing of yours waits here" in nurse.get("/kept/").content.decode()


@pytest.mark.parametrize(
    ("page", "tapped"),
    [
        ("done/", {"done": "Oxygen given"}),
        ("medicine/", {"given": "ondansetron 4"}),
        ("observe/", {"pick": "nausea 2"}),
    ],
)
def test_what_was_charted_by_one_tap_stands_at_the_time_of_the_tap(
    session: uuid.UUID,
    staff: dict[str, Staff],
    watch: test_lock.Watch,
    fixed_clock: FixedClock,
    page: str,
    tapped: dict[str, str],
) -> None:
    """Its form has no field for the time: sent again after the sign-in it was charted as given minutes later."""
    nurse = Client()
    signed_in(nurse, "nurse")
    watch.goes(hours=12)
    nurse.post(f"/sessions/{session}/{page}", {**tapped, "key": "one-tap-kept-0001"})
    fixed_clock.shown = NOON + timedelta(minutes=14)
    signed_in(nurse, "nurse", "/kept/")
    assert sent_again(nurse) == 302
    assert chart_store.session_chart_of(session).entries[-1].at == NOON + timedelta(minutes=10)


def test_a_pump_stopped_in_answer_to_a_prompt_stands_at_the_time_of_the_tap(
    session: uuid.UUID, staff: dict[str, Staff], watch: test_lock.Watch, fixed_clock: FixedClock, act: ActMaker
) -> None:
    """Sent again after the sign-in the pump was charted as stopped minutes after it was, and so were the milligrams."""
    charting.chart_vitals(session, {"systolic": "206", "diastolic": "124"}, act("nurse", now=fixed_clock.shown))
    monitors.watch_session(session, fixed_clock.shown)
    prompts = {each.raised.event.title: each.raised.event for each in chart_store.session_chart_of(session).open_alerts}
    nurse = Client()
    signed_in(nurse, "nurse")
    watch.goes(hours=12)
    tapped = {"tapped": STOPPED, "action": "", "key": "stop-kept-0001"}
    nurse.post(f"/sessions/{session}/notice/{prompts['Blood pressure severe'].alert}/", tapped)
    fixed_clock.shown = NOON + timedelta(minutes=14)
    signed_in(nurse, "nurse", "/kept/")
    assert sent_again(nurse) == 302
    stopped = chart_store.session_chart_of(session).stopped_at
    assert stopped is not None
    assert f"{stopped:%H:%M}" == "12:10", "after what was charted in that minute, and before the next"
