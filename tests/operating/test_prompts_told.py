"""A prompt on which nobody acts reaches one person after another, by a real mail server and a real webhook."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings

from sereniv.clinic.accounts.models import Duty, Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.live.reaching import Reaching
from sereniv.clinic.operating.plan import Plan, changed, keep_plan
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Entry
from sereniv.clinic.workflows.chair import calling, charting, monitors
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.operating.outside import Hook, Mailbox, hook, mailbox
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
SECOND = timedelta(seconds=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def posts() -> Iterator[Hook]:
    with hook() as kept:
        yield kept


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock, act: ActMaker, staff: dict[str, Staff]) -> uuid.UUID:
    """A chair with an open prompt since four minutes after the start; everybody has an address."""
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(4)
    flag = ev.ObservationCharted(observation=ev.Observation.CHEST_PAIN, grade=1)
    charting.chart_fact(session, flag, act("nurse", now=at(4)))
    monitors.watch_session(session, at(4))
    for person in staff.values():
        person.email = f"{person.username}@clinic.example"
        person.save(update_fields=["email"])
    return session


def on_duty(staff: dict[str, Staff], *who: str) -> None:
    for name in who:
        Duty.objects.create(staff=staff[name], begins=at(0), ends=at(600))


def tell_by(box: Mailbox | None, posts: Hook | None = None) -> None:
    mail = {"mail_server": f"127.0.0.1:{box.port}", "mail_security": "none", "mail_sender": "s@clinic.example"}
    more = {"prompts_hook": posts.address} if posts else {}
    keep_plan(settings.HOME, changed(Plan(), **(mail if box else {}), **more))


class House:
    """The thread that tells, looked with by hand at moments of the test's own; begun anew as after a kill."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        self.telling = Reaching(settings.HOME)

    def look(self, seconds: float) -> None:
        """Look so many seconds after the prompt was raised."""
        self.telling.look(at(4) + seconds * SECOND)
        self.telling.settle()


def to(box: Mailbox) -> list[str]:
    return [str(letter["To"]).partition("@")[0] for letter in box.letters]


def told(session: uuid.UUID) -> list[tuple[str, list[str]]]:
    (alert,) = chart_store.session_chart_of(session).open_alerts
    return [(str(each.event.rung), [one.who for one in each.event.told]) for each in alert.told]


def test_a_prompt_nobody_answers_reaches_the_third_person_in_the_time_of_the_rows(
    session: uuid.UUID, staff: dict[str, Staff], box: Mailbox
) -> None:
    """Killed and started anew between all steps: nobody is told twice, nobody is forgotten."""
    tell_by(box)
    on_duty(staff, "nurse", "nurse2", "prescriber")
    house = House()
    reached = {}
    for seconds in (0, 1, 59, 60, 61, 119, 120, 121, 300):
        house.begin_anew()
        house.look(seconds)
        house.look(seconds)
        reached[seconds] = to(box)
    assert reached[0] == reached[59] == ["nurse"]
    assert reached[60] == reached[119] == ["nurse", "nurse2"]
    assert reached[120] == reached[300] == ["nurse", "nurse2", "prescriber"]
    assert told(session) == [
        ("nurse of the session", ["nurse"]), ("next role", ["nurse2"]), ("lead", ["prescriber"]),
    ]  # fmt: skip


def test_whoever_acts_ends_it(session: uuid.UUID, staff: dict[str, Staff], box: Mailbox, act: ActMaker) -> None:
    tell_by(box)
    on_duty(staff, "nurse", "nurse2", "prescriber")
    house = House()
    house.look(0)
    charting.acknowledge(session, "chest_pain", "Asked her: gone", act("nurse", now=at(4)))
    house.look(60)
    house.look(120)
    assert to(box) == ["nurse"]


def test_what_is_told_names_the_chair_and_nobody(session: uuid.UUID, box: Mailbox, posts: Hook) -> None:
    tell_by(box, posts)
    House().look(0)
    (letter,), (posted,) = box.letters, posts.posted
    said = f"{letter} {posted}"
    row = chart_store.session_chart_of(session)
    assert "Chair 1: prompt" in said
    assert (posted["kind"], posted["rung"]) == ("prompt", "nurse of the session")
    assert row.opened is not None
    for secret in (
        "Chest",
        "chest",
        SHE.family_name,
        SHE.given_names,
        str(session),
        row.opened.event.person,
        "ketamine",
    ):
        assert secret not in said


def test_a_way_that_fails_is_tried_again_and_written_once(
    session: uuid.UUID, staff: dict[str, Staff], box: Mailbox
) -> None:
    tell_by(box)
    on_duty(staff, "nurse", "nurse2", "prescriber")
    box.refuses = True
    house = House()
    for seconds in range(0, 30, 3):
        house.look(seconds)
    (alert,) = chart_store.session_chart_of(session).open_alerts
    failed = [(str(each.event.rung), one.who, one.failure) for each in alert.told for one in each.event.told]
    assert [each[:2] for each in failed] == [
        ("nurse of the session", "nurse"), ("next role", "nurse2"), ("lead", "prescriber"),
    ], "the next rung does not wait for a way that fails"  # fmt: skip
    assert "did not take the mail" in failed[0][2]
    before = Entry.objects.count()
    house.look(33)
    house.look(70)
    assert Entry.objects.count() == before, "the same failure is not written again"
    box.refuses = False
    house.look(101)
    assert sorted(to(box)) == ["nurse", "nurse2", "prescriber"]


def test_the_same_telling_has_the_same_identity_after_a_kill_in_between(
    session: uuid.UUID, box: Mailbox, posts: Hook
) -> None:
    """What went but was not yet written goes once more, under the same identity, rather than never."""
    tell_by(box, posts)
    house = House()
    house.telling.look(at(4))
    for each in house.telling._under_way.values():
        each.future.result()
    assert (len(box.letters), len(posts.posted)) == (1, 1)
    house.begin_anew()
    house.look(1)
    assert box.letters[0]["Message-ID"] == box.letters[1]["Message-ID"]
    assert posts.posted[0]["id"] == posts.posted[1]["id"]
    house.look(2)
    assert (len(box.letters), len(posts.posted)) == (2, 2)


def test_that_nobody_can_be_told_is_written_once(session: uuid.UUID) -> None:
    house = House()
    house.look(0)
    house.look(1)
    assert told(session) == [("lead", [])]


def test_a_chart_that_grows_by_telling_stays_short(session: uuid.UUID, staff: dict[str, Staff], box: Mailbox) -> None:
    tell_by(box)
    on_duty(staff, "nurse", "nurse2", "prescriber")
    before = Entry.objects.count()
    house = House()
    for seconds in range(0, 600, 5):
        house.look(seconds)
    assert Entry.objects.count() - before == 3


def test_a_call_for_help_is_told_to_everybody_on_duty_at_once_and_never_twice(
    session: uuid.UUID, staff: dict[str, Staff], box: Mailbox, posts: Hook, act: ActMaker
) -> None:
    tell_by(box, posts)
    on_duty(staff, "nurse", "nurse2", "prescriber")
    charting.acknowledge(session, "chest_pain", "Asked her: gone", act("nurse", now=at(4)))
    charting.chart_fact(session, ev.HelpCalled(), act("nurse", now=at(4)))
    house = House()
    house.look(0)
    house.begin_anew()
    house.look(1)
    assert sorted(to(box)) == ["nurse", "nurse2", "prescriber"]
    assert {str(letter["Subject"]) for letter in box.letters} == {"Chair 1: HELP"}
    assert [(each["kind"], each["chair"]) for each in posts.posted] == [("help", "Chair 1")]
    (call,) = calling.help_open()
    assert call.told == ("nurse", "nurse2", "prescriber", "webhook")
    calling.come_to_help(session, act("nurse2", now=at(5)))
    calling.come_to_help(session, act("nurse2", now=at(5)))
    (call,) = calling.help_open()
    assert call.coming == ((at(5), "nurse2"),)
    calling.answer_help(session, "Ben", act("nurse2", now=at(6)))
    assert calling.help_open() == ()
    charting.chart_fact(session, ev.HelpCalled(), act("nurse", now=at(7)))
    (again,) = calling.help_open()
    assert (again.coming, again.told) == ((), ()), "a further call is one of its own"
    house.look(181)
    assert len(box.letters) == 6
    assert chart_store.session_chart_of(session).help_open_since == at(7)


def test_a_call_that_can_be_told_to_nobody_says_so(session: uuid.UUID, act: ActMaker) -> None:
    charting.chart_fact(session, ev.HelpCalled(), act("nurse", now=at(4)))
    house = House()
    house.look(0)
    house.look(1)
    (call,) = calling.help_open()
    assert call.reached_nobody
    kinds = [type(each.event).__name__ for each in chart_store.session_chart_of(session).entries]
    assert kinds.count("HelpTold") == 1


def test_that_nobody_can_be_told_outside_is_logged_once(session: uuid.UUID, caplog: pytest.LogCaptureFixture) -> None:
    """A file that does not read was said once a second, for ever."""
    del session
    plan = settings.HOME.folder / "outside.toml"
    plan.write_text("x = 1")
    house = House()
    for seconds in range(3):
        house.look(seconds)
    plan.unlink()
    assert sum("Whom to tell outside cannot be read" in record.message for record in caplog.records) == 1
