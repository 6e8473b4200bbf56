"""No page shows anybody a part of a record that their role does not read, and what is left out is said to be.

Words and numbers that stand in one part alone are marked in the staged clinic. Every address that a role may open is
opened, for everybody and every chair, and every link is followed; a mark of a part that the role does not read is a
fault. The same walk as the nurse, who reads them all, has to meet each mark: a mark that nobody meets shows nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from itertools import product
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import PARTS, ROLE_PERMISSIONS, Permission, Role
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import AppointmentRow, Person, SessionRow
from sereniv.clinic.urls import ROUTES
from sereniv.clinic.web.shell.addresses import Open
from sereniv.clinic.workflows.calendar import booking
from sereniv.clinic.workflows.chair import charting
from sereniv.clinic.workflows.followup import aftercare, answers
from sereniv.clinic.workflows.intake import intake, medical
from sereniv.clinic.workflows.intake.elsewhere import record_infused_elsewhere
from sereniv.knowledge import knowledge
from sereniv.therapy.followup import response
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.told_twice import told_elsewhere
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from tests.conftest import NOON
from tests.staged_rows import demo_at_noon, open_clinic
from tests.web.rendered import Rendered
from tests.web.walking import client_of, patterns_by_name

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FINISHED, CRISIS, DECLINED = (demo_id(each.name) for each in (cast_list.FINISHED, cast_list.CRISIS, cast_list.DECLINED))
IN_DANGER = demo_id(cast_list.CANDIDATE.name)
INTERRUPTED = demo_id(cast_list.INTERRUPTED.name)
RUNNING = demo_id("infusing-session")
MARKED = (FINISHED, CRISIS, DECLINED, IN_DANGER, INTERRUPTED, *(
    demo_id(each.name) for each in (cast_list.INFUSING, cast_list.EVALUATED, cast_list.MAINTAINED)
))  # fmt: skip

Marks = dict[Permission, list[re.Pattern[str]]]
"""What is looked for, by the part it stands in."""

WORDS: Mapping[Permission, tuple[str, ...]] = {
    Permission.READ_EXAMINED: (r"quetzalol", r"\b418\b", r"Mallampati 1"),
    Permission.READ_CANDIDACY: (r"Psychotic features: referred", r"Past alcohol use disorder: to be evaluated"),
    Permission.READ_ANSWERS: (
        r"passing thoughts, no plan",
        r"Thoughts of suicide to take up",
        r"item 9\W+1\b",
    ),
    Permission.READ_ORDERS: (r"Influenza; to be asked again", r"\b83\.7 mg\b"),
    Permission.READ_SESSIONS: (r"an ocelot on the ceiling", r"wombat-like rash", r"\b143/91\b"),
}
"""What stands in one part of the staged records alone."""

STARTS = ("/today/", "/", "/people/", "/calendar/", "/calendar/week/", "/calendar/month/", "/enquiries/")
OF_NOBODY = ("/rules/", "/guide/")
"""Pages of rules and claims: what they say is of nobody."""
WALKED = 60
"""So many pages are opened by following links, beside every address by itself."""

WHICH = ("conditions", "psychiatric", "allergies", "substance_use", "plan", "consent", "summary", "note", "ambulance")
"""What an address may ask for by a word."""

READ = ("text/html", "application/json")

OF_NO_ROLE = {Open.TOKEN, Open.INVITED, Open.PUBLIC}


def marks() -> Marks:
    """Return what is looked for, by part: the marked words, and each score and dose that was recorded of anybody."""
    found = {part: [re.compile(each) for each in words] for part, words in WORDS.items()}
    doses, scores = set[str](), set[str]()
    for person in Person.objects.all():
        chart = chart_store.person_chart(person.pk)
        given = {plain(each.terms.dose_mg) for each in chart.orders}
        doses |= {rf"\b{re.escape(each)} mg\b" for each in given if "." in each}  # a round one may be a tablet's
        for name in {each.event.scale for each in chart.scores}:
            scale = knowledge().scales[name]
            totals = {each.total for each in response.points(chart, scale) if each.total}
            scores |= {rf"{re.escape(scale.title)}\W{{1,9}}{plain(each)}\b(?! ?[A-Za-z]{{3}} 20)" for each in totals}
    # One pattern for all of them: a few are met on any page that shows the part.
    found[Permission.READ_ORDERS].append(re.compile("|".join(sorted(doses))))
    found[Permission.READ_SCORES] = [re.compile("|".join(sorted(scores)))]
    return found


def mark_the_clinic() -> None:
    """Write what stands in one part alone into records of the demo, and book somebody against whom much speaks."""
    stage = Stage()
    stage.acts = 40_000
    medical.list_medicines(FINISHED, [medical.Written(name="quetzalol", daily_mg=Decimal(3))], stage.act("nurse", NOON))
    intake.record_measurements(IN_DANGER, {"weight_kg": "418"}, stage.act("nurse", NOON))
    answers.answer(IN_DANGER, "phq9", (2, 2, 2, 2, 1, 1, 1, 0, 1), "patient, in clinic", stage.act("nurse", NOON))
    charting.chart_vitals(RUNNING, {"systolic": "143", "diastolic": "91"}, stage.act("nurse", NOON))
    charting.chart_fact(RUNNING, ev.RemarkCharted(text="Saw an ocelot on the ceiling."), stage.act("nurse", NOON))
    effect = pe.AdverseEventRecorded(
        term="nausea", words="A wombat-like rash.", grade=2, serious=False, session=str(demo_id("finished-3-session")),
        related=pe.Related.POSSIBLE, action="none", outcome=pe.Outcome.ONGOING,
    )  # fmt: skip
    aftercare.record_adverse_event(FINISHED, effect, stage.act("nurse", NOON))
    for told in ("Mill Clinic", "Practice of Dr Brook"):
        elsewhere = pe.InfusedElsewhere(
            given_on=date(2025, 2, len(told)), within_days=7, mg=Decimal("83.7"), weight_kg=None, minutes=40,
            treats="psychiatric", tolerated=None, told_by=told,
        )  # fmt: skip
        record_infused_elsewhere(FINISHED, elsewhere, stage.act("nurse", NOON))
    later = NOON + timedelta(days=3, hours=3)
    for place, person in enumerate((DECLINED, IN_DANGER, INTERRUPTED)):
        wish = booking.Wish(
            starts_at=later,
            chair=("Chair 1", "Chair 2", "Chair 6")[place],
            purpose=pe.Purpose.INFUSION,
            despite="They asked for it.",
        )
        booking.book(person, wish, stage.act("coordinator", NOON))


@dataclass
class Walked:
    """What one of the staff met: each mark of a part with the pages that showed it, and every page that answered."""

    met: dict[tuple[Permission, str], list[str]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    """By address, the words of each page that answered 200."""


@pytest.fixture(scope="module")
def clinic(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Marks]:
    """The demo at noon with its marks."""
    del django_db_setup
    with open_clinic(django_db_blocker):
        demo_at_noon()
        mark_the_clinic()
        yield marks()


@pytest.fixture(scope="module")
def walks(clinic: Marks) -> dict[str, Walked]:
    """What each of them meets."""
    return {who: walk(who, clinic) for who in ("coordinator", "admin")}


def walk(who: str, looked_for: Marks) -> Walked:
    """Open every address that somebody may open, then follow the links."""
    client, found = client_of(who), Walked()
    me = Staff.objects.get(username=who)
    queue = list(STARTS)
    for view, need in ROUTES.items():
        if need not in OF_NO_ROLE and (not isinstance(need, Permission) or me.may(need)):
            queue += addresses_of(view)
    seen, followed = set(queue), 0
    while queue:
        links = open_page(client, queue.pop(0), looked_for, found)
        for link in links:
            path = link.partition("#")[0]
            if path.startswith("/") and not path.startswith("//") and path not in seen and followed < WALKED:
                seen.add(path)
                queue.append(path)
                followed += 1
    return found


def addresses_of(view: str) -> list[str]:
    """Return every address of a view about somebody, a session or a booking of the clinic; nothing else is needed."""
    finished = SessionRow.objects.filter(person_id=FINISHED).values_list("pk", flat=True)
    known: dict[str, list[object]] = {
        "person_id": list(MARKED),
        "session_id": [RUNNING, *finished[:1]],
        "which": list(WHICH),
    }
    pattern = patterns_by_name().get(view)
    wanted = [] if pattern is None else list(pattern.pattern.converters)
    if view.startswith(("mfa_", "account_")) or pattern is None:
        return []
    if set(wanted) == {"person_id", "entry"}:
        booked = AppointmentRow.objects.filter(ends_at__gt=NOON).values_list("person_id", "entry")
        if view == "person_told_twice":
            booked = [(FINISHED, each.stream_seq) for each in told_elsewhere(chart_store.person_chart(FINISHED))]
        return [reverse(view, args=each) for each in booked] if view.startswith(("appointment", "person_told")) else []
    if not set(wanted) <= set(known):
        return []
    return [reverse(view, kwargs=dict(zip(wanted, each, strict=True))) for each in product(*(known[n] for n in wanted))]


def open_page(client: Client, path: str, looked_for: Marks, found: Walked) -> list[str]:
    """Open one page, keep which marks it shows, and return where it leads."""
    answer = client.get(path)
    kind = answer.get("Content-Type", "")
    if (
        path.startswith(OF_NOBODY)
        or answer.status_code != 200
        or not kind.startswith(("text/html", "application/json"))
    ):
        return []
    text = answer.content.decode()
    words = as_read(text) if kind.startswith("text/html") else text
    found.shown[path] = words
    for part, patterns in looked_for.items():
        for each in patterns:
            if each.search(words) or each.search(text):
                found.met.setdefault((part, each.pattern), []).append(path)
    return [urljoin(path, link) for link in sorted(Rendered(text).links)] if kind.startswith("text/html") else []


def as_read(page: str) -> str:
    """Return what a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.mark.parametrize(("who", "role"), [("coordinator", Role.COORDINATOR), ("admin", Role.ADMINISTRATOR)])
def test_no_page_shows_a_part_to_whoever_does_not_read_it(walks: dict[str, Walked], who: str, role: Role) -> None:
    reads = ROLE_PERMISSIONS[role]
    seen = {f"{part}: {mark[:60]}": pages[:6] for (part, mark), pages in walks[who].met.items() if part not in reads}
    assert not seen, "\n".join(f"{mark} {pages}" for mark, pages in seen.items())
    assert len(walks[who].shown) > 40, "the walk came somewhere"


def test_every_mark_is_met_by_whoever_reads_its_part(clinic: Marks) -> None:
    nurse, found = client_of("nurse"), Walked()
    for path in (*(reverse("person", args=[each]) for each in MARKED), reverse("session", args=[RUNNING])):
        open_page(nurse, path, clinic, found)
    staged = {(part, each.pattern) for part, patterns in clinic.items() for each in patterns}
    assert staged - set(found.met) == set()
    parts = {part for part in PARTS if part.name.startswith("READ_")}
    unmarked = {Permission.READ_PEOPLE, Permission.READ_INTAKE, Permission.READ_DOCUMENTS}
    assert parts - unmarked - {Permission.READ_STOCK, Permission.READ_LEDGER} == set(clinic), "a part without a mark"
