"""What is to be acted on is told once, to whom the clinic named, by a real mail server and a real webhook."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from sereniv.clinic.operating import memory, telling
from sereniv.clinic.operating.findings import Finding, State
from sereniv.clinic.operating.plan import FILE, Plan, changed, keep_plan, plan_of
from sereniv.clinic.operating.telling import tell
from tests.operating.outside import Hook, Mailbox, hook, mailbox

REAL = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
LATER = timedelta(minutes=1)
BACKUPS = Finding(
    topic="backups", state=State.ACT, words="No backup was restored for 48 hours.", mend="See the folder."
)
DISK = Finding(topic="disk", state=State.ACT, words="0.2 GB free.")
WELL = Finding(topic="backups", state=State.OK, words="Well.")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def posts() -> Iterator[Hook]:
    with hook() as kept:
        yield kept


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    yield
    for name in (FILE, memory.FILE):
        (settings.HOME.folder / name).unlink(missing_ok=True)


def plan(box: Mailbox | None = None, posts: Hook | None = None) -> Plan:
    mail = {
        "mail_server": f"127.0.0.1:{box.port}", "mail_security": "none", "mail_sender": "sereniv@clinic.example",
        "alarms_to": ("ada@clinic.example", "mara@clinic.example"),
    } if box else {}  # fmt: skip
    posted = {"alarms_hook": posts.address, "hook_token": "quiet-lantern"} if posts else {}
    return changed(Plan(), **mail, **posted)


class Told:
    """Tells what is found, one minute after another, as the served home does."""

    def __init__(self, way: Plan) -> None:
        self.way = way
        self.now = REAL

    def found(self, *findings: Finding, after: timedelta = LATER) -> None:
        self.now += after
        known = memory.memory_of(settings.HOME)
        tell(settings.HOME, "Quiet Clinic", findings, self.way, known, self.now)
        memory.keep(settings.HOME, known)


def test_what_begins_and_what_is_over_is_told_once(box: Mailbox) -> None:
    told = Told(plan(box))
    told.found(WELL)
    assert box.letters == []
    told.found(BACKUPS)
    told.found(BACKUPS)
    (letter,) = box.letters
    assert letter["Subject"] == "Sereniv, Quiet Clinic: act on backups"
    assert letter["To"] == "ada@clinic.example, mara@clinic.example"
    said = letter.get_payload()
    assert "No backup was restored for 48 hours." in str(said)
    assert "See the folder." in str(said)
    told.found(BACKUPS, DISK)
    assert box.letters[1]["Subject"] == "Sereniv, Quiet Clinic: act on disk"
    told.found(WELL)
    assert box.letters[2]["Subject"] == "Sereniv, Quiet Clinic: backups, disk are well again"
    told.found(WELL)
    assert len(box.letters) == 3


def test_a_start_tells_nothing_anew(box: Mailbox) -> None:
    Told(plan(box)).found(BACKUPS)
    Told(plan(box)).found(BACKUPS)
    assert len(box.letters) == 1


def test_a_webhook_is_told_with_the_token_and_what_to_do(posts: Hook) -> None:
    Told(plan(posts=posts)).found(BACKUPS)
    (said,) = posts.posted
    assert said["act"] == [{"topic": "backups", "words": BACKUPS.words, "mend": BACKUPS.mend}]
    assert posts.tokens == ["Bearer quiet-lantern"]


def test_what_was_not_delivered_is_tried_again_and_the_other_way_is_told_once(box: Mailbox, posts: Hook) -> None:
    told = Told(plan(box, posts))
    box.refuses = True
    told.found(BACKUPS)
    told.found(BACKUPS)
    assert (len(box.letters), len(posts.posted)) == (0, 1)
    failed = memory.memory_of(settings.HOME).of("alarms by mail to ada@clinic.example, mara@clinic.example")
    assert "did not take the mail" in failed.failure
    box.refuses = False
    told.found(BACKUPS, after=telling.TRIES_AGAIN_AFTER)
    assert (len(box.letters), len(posts.posted)) == (1, 1)
    assert not memory.memory_of(settings.HOME).of("alarms by mail to ada@clinic.example, mara@clinic.example").failure


def test_what_came_and_went_while_nobody_could_be_told_is_not_told(box: Mailbox) -> None:
    told = Told(plan(box))
    box.refuses = True
    told.found(BACKUPS)
    box.refuses = False
    told.found(WELL, after=telling.TRIES_AGAIN_AFTER)
    assert box.letters == []


@pytest.mark.parametrize("answers", [302, 404, 500])
def test_a_webhook_that_sends_elsewhere_or_fails_has_not_been_told(posts: Hook, answers: int) -> None:
    posts.answers = answers
    told = Told(plan(posts=posts))
    told.found(BACKUPS)
    posts.answers = 200
    told.found(BACKUPS, after=telling.TRIES_AGAIN_AFTER)
    assert len(posts.posted) == 2
    assert not memory.memory_of(settings.HOME).of(f"alarms by webhook {posts.address}").failure


def test_a_plan_is_kept_for_this_user_alone_and_read_again(box: Mailbox) -> None:
    wanted = changed(plan(box), mail_user="clinic", mail_password='p"ss\\word')
    keep_plan(settings.HOME, wanted)
    assert plan_of(settings.HOME) == wanted
    assert (settings.HOME.folder / FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"alarms_to": ("ada",)}, "'ada' is no address"),
        ({"alarms_to": ("ada@clinic.example",)}, "Mail needs a server"),
        ({"mail_server": "mail.example"}, "is no HOST:PORT"),
        ({"mail_server": "mail.example:0"}, "is no HOST:PORT"),
        ({"alarms_hook": "file:///etc/passwd"}, "is no address of a webhook"),
        ({"mail_security": "plain"}, "not by 'plain'"),
        ({"heads_every_hours": 0}, "every 1 to 168 hours"),
    ],
)
def test_what_cannot_work_is_refused_in_words(said: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        changed(Plan(), **said)
