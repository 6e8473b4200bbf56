"""A restricted record: its readers alone open it, others say why for an hour, and somebody else reviews that."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Entry, Person, SessionRow
from sereniv.clinic.web.shell.addresses import ROUTES
from sereniv.clinic.web.shell.restricted import ASKS_WHY
from sereniv.clinic.workflows.followup import aftercare
from sereniv.clinic.workflows.person import joining, restricting
from sereniv.therapy.person.access import OPEN_FOR, openings, restriction
from sereniv.therapy.person.events import AdverseEventRecorded, Outcome, Related, RestrictedRecordOpened
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.records.damage import damage
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
SHOWS_NOTHING_OF_IT = {
    Permission.READ_PEOPLE, Permission.BOOK, Permission.ERASE, Permission.RESTRICT_RECORDS, Permission.REVIEW_OPENINGS,
    Permission.READ_LEDGER,
}  # fmt: skip
"""What pages need that show nothing of a record, said here once more: a permission added there is seen here."""
READERS = ("nurse", "prescriber")
WHY = "Rang with chest pain, her medicines are asked for."


@pytest.fixture
def person(stage: Stage, fixed_clock: FixedClock) -> Person:
    fixed_clock.shown = NOON
    return Person.objects.get(pk=stage.registered(SHE, NOON))


@pytest.fixture
def restricted(person: Person, act: ActMaker) -> Person:
    restricting.restrict(person.pk, READERS, "She works here as a nurse.", act("director"))
    return person


def client_of(staff: dict[str, Staff], username: str) -> Client:
    client = Client()
    client.force_login(staff[username], backend="django.contrib.auth.backends.ModelBackend")
    return client


def break_the_glass(client: Client, person: Person, key: str = "open-00001", why: str = WHY) -> str:
    form = {"key": key, "reason": why, "understood": "on"}
    return client.post(f"/people/{person.pk}/open/", form, follow=True).content.decode()


def test_its_readers_go_on_as_before_and_are_told(restricted: Person, staff: dict[str, Staff]) -> None:
    page = client_of(staff, "nurse").get(f"/people/{restricted.pk}/").content.decode()
    assert "You are one of its readers" in page
    assert "She works here as a nurse." in page


def test_anybody_else_says_why_and_reads_for_an_hour_to_the_minute(
    restricted: Person, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    other = client_of(staff, "nurse2")
    address = f"/people/{restricted.pk}/"
    asked = other.get(address, follow=True)
    assert asked.redirect_chain[0][0].startswith(f"{address}open/")
    page = asked.content.decode()
    assert "This record is restricted" in page
    assert str(restricted) in page
    assert "Ada Nightfall" in page, "whom to ask first"
    assert "a few words" in break_the_glass(other, restricted, why="x")
    assert other.get(address).status_code == 302
    opened = break_the_glass(other, restricted)
    assert "Open for 60 minutes" in opened
    assert "it closes at" in opened
    fixed_clock.shown = NOON + OPEN_FOR - timedelta(seconds=1)
    assert "it closes at" in other.get(address).content.decode()
    fixed_clock.shown = NOON + OPEN_FOR
    assert other.get(address).status_code == 302
    third = client_of(staff, "coordinator")
    assert third.get(address).status_code == 302, "it opened for one alone"


def test_whatever_is_about_the_record_asks_why_and_nothing_else_shows_it(
    restricted: Person, staff: dict[str, Staff]
) -> None:
    """Walk every address about somebody: who is not a reader gets nothing of the record from any."""
    other, director = client_of(staff, "nurse2"), client_of(staff, "director")
    walked = 0
    for name, route in every_address():
        if "<uuid:person_id>" not in route:
            continue
        walked += 1
        address = "/" + re.sub("<uuid:person_id>", str(restricted.pk), route)
        address = re.sub("<(int|str|slug):[^>]*>", "1", re.sub("<uuid:[^>]*>", str(uuid.uuid4()), address))
        for who in (other, director):
            for method in (who.get, who.post):
                answer = method(address)
                if ROUTES[name] in SHOWS_NOTHING_OF_IT or name == ASKS_WHY:
                    continue
                refused = answer.status_code == 403 or (
                    answer.status_code == 302 and f"/people/{restricted.pk}/open/" in answer["Location"]
                )
                assert refused, (name, method, answer.status_code)
    assert walked > 60


def every_address() -> list[tuple[str, str]]:
    """Return every address by its name and its route."""

    def of(patterns: list[URLPattern | URLResolver], before: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for each in patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLResolver):
                found += of(each.url_patterns, route)
            elif each.name:
                found.append((each.name, route))
        return found

    return of(get_resolver().url_patterns, "")


def test_the_front_desk_books_without_opening_it(restricted: Person, staff: dict[str, Staff]) -> None:
    desk = client_of(staff, "coordinator")
    assert desk.get(f"/people/{restricted.pk}/appointments/").status_code == 200
    assert str(restricted.family_name) in desk.get("/people/").content.decode()


def test_a_booking_page_says_no_allergy_to_who_is_no_reader(restricted: Person, staff: dict[str, Staff]) -> None:
    page = f"/people/{restricted.pk}/appointments/book/"
    assert "llerg" in client_of(staff, "nurse").get(page).content.decode()
    assert "llerg" not in client_of(staff, "nurse2").get(page).content.decode()


def test_what_was_typed_when_the_hour_ends_is_kept(
    restricted: Person, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    other = client_of(staff, "nurse2")
    break_the_glass(other, restricted)
    fixed_clock.shown = NOON + OPEN_FOR
    typed = {"key": "referrer-00009", "sent": "referred", "name": "Dr Ada Brook"}
    answer = other.post(f"/people/{restricted.pk}/referrer/", typed)
    assert answer.status_code == 302
    assert answer["Location"] == f"/people/{restricted.pk}/open/"
    assert "Dr Ada Brook" in other.get("/kept/").content.decode()


def test_an_opening_waits_for_somebody_else_until_it_is_reviewed(
    restricted: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    break_the_glass(client_of(staff, "nurse2"), restricted)
    director, administrator = client_of(staff, "director"), client_of(staff, "admin")
    for who in (director, administrator):
        today = who.get("/today/").content.decode()
        assert "Restricted records opened" in today
        assert f"opened the restricted record of {restricted}" in today
        assert "chest pain" in today
    (opening,) = openings(chart_store.person_chart(restricted.pk))
    address = reverse("person_opening_review", args=[restricted.pk, opening.opened.seq])
    assert WHY in director.get(address).content.decode()
    form = {"key": "review-00001", "found": "yes", "words": "The call is in the log of that night."}
    assert "Reviewed." in director.post(address, form, follow=True).content.decode()
    assert "Restricted records opened" not in administrator.get("/today/").content.decode()
    with pytest.raises(Malformed, match="reviewed already"):
        restricting.review(restricted.pk, opening.opened.seq, "Looked at it once more.", act("admin"), in_order=False)


def test_nobody_reviews_what_they_opened(restricted: Person, staff: dict[str, Staff], act: ActMaker) -> None:
    break_the_glass(client_of(staff, "director"), restricted)
    assert "Restricted records opened" not in client_of(staff, "director").get("/today/").content.decode()
    assert "Restricted records opened" in client_of(staff, "admin").get("/today/").content.decode()
    (opening,) = openings(chart_store.person_chart(restricted.pk))
    with pytest.raises(Refused, match="Somebody else"):
        restricting.review(restricted.pk, opening.opened.seq, "Asked the night nurse.", act("director"), in_order=True)


def test_who_sits_in_the_chair_is_cared_for_by_whoever_runs_infusions(stage: Stage, act: ActMaker) -> None:
    session = stage.at_the_gate(SHE, "Chair 1", NOON)
    person = SessionRow.objects.get(pk=session).person_id
    restricting.restrict(person, READERS, "She works here as a nurse.", act("director"))
    staff = {each.username: each for each in Staff.objects.all()}
    other = client_of(staff, "nurse2")
    assert other.get(f"/sessions/{session}/", follow=True).redirect_chain[-1][0].endswith("/gate/")
    assert other.get(f"/sessions/{session}/emergency/").status_code == 200
    assert other.get(f"/people/{person}/").status_code == 302, "the record as a whole is not the chair"
    assert client_of(staff, "coordinator").get(f"/sessions/{session}/").status_code == 403


@pytest.mark.parametrize("readers", [("nurse",), ("coordinator",), ()])
def test_treatment_never_stands_still_for_want_of_a_reader(
    person: Person, act: ActMaker, readers: tuple[str, ...]
) -> None:
    with pytest.raises(Refused, match="stand still"):
        restricting.restrict(person.pk, readers, "She works here as a nurse.", act("director"))
    assert restriction(chart_store.person_chart(person.pk)) is None


def test_lifted_it_is_read_by_role_again(restricted: Person, staff: dict[str, Staff]) -> None:
    director = client_of(staff, "director")
    form = {"key": "lift-000001", "what": "lift", "reason": "She has left the clinic."}
    said = director.post(f"/people/{restricted.pk}/restrict/", form, follow=True).content.decode()
    assert "The restriction is lifted" in said
    assert client_of(staff, "nurse2").get(f"/people/{restricted.pk}/").status_code == 200


def test_the_page_restricts_and_names_the_readers(person: Person, staff: dict[str, Staff]) -> None:
    director = client_of(staff, "director")
    page = director.get(f"/people/{person.pk}/").content.decode()
    assert f"/people/{person.pk}/restrict/" in page
    form = {"key": "restrict-01", "what": "restrict", "readers": ["nurse", "prescriber"], "reason": "A friend of many."}
    said = director.post(f"/people/{person.pk}/restrict/", form, follow=True).content.decode()
    assert "Restricted. Whoever else needs the record says why" in said
    assert director.get(f"/people/{person.pk}/").status_code == 302, "who restricts is no reader unless chosen"
    assert client_of(staff, "nurse").get(f"/people/{person.pk}/restrict/").status_code == 403


def test_a_record_joined_into_a_restricted_one_is_restricted_too(
    restricted: Person, stage: Stage, staff: dict[str, Staff], act: ActMaker
) -> None:
    del stage
    twice = Person.objects.create(family_name="Twice", born=restricted.born, sex_at_birth="female", registered_at=NOON)
    joining.join(restricted.pk, twice.pk, "Same passport and address.", act("nurse", second="prescriber"))
    assert client_of(staff, "nurse2").get(f"/people/{twice.pk}/").status_code == 302


def test_what_was_opened_stands_in_the_record(restricted: Person, staff: dict[str, Staff]) -> None:
    break_the_glass(client_of(staff, "nurse2"), restricted)
    break_the_glass(client_of(staff, "nurse2"), restricted)
    found = chart_store.person_chart(restricted.pk).all(RestrictedRecordOpened)
    assert [(each.recorded_by, each.event.reason) for each in found] == [("nurse2", WHY)]
    page = client_of(staff, "director").get(f"/people/{restricted.pk}/restrict/").content.decode()
    assert "not reviewed yet" in page


def test_a_page_that_fetches_a_part_is_led_to_the_question(restricted: Person, staff: dict[str, Staff]) -> None:
    answer = client_of(staff, "nurse2").get(f"/people/{restricted.pk}/safety/items/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer["HX-Redirect"] == f"/people/{restricted.pk}/open/"


def test_only_who_is_allowed_by_role_breaks_the_glass(restricted: Person, staff: dict[str, Staff]) -> None:
    assert not staff["admin"].may(Permission.READ_INTAKE)
    assert client_of(staff, "admin").get(f"/people/{restricted.pk}/open/").status_code == 403


def test_a_restriction_that_cannot_be_read_opens_nothing(restricted: Person, staff: dict[str, Staff]) -> None:
    damage(Entry.objects.get(kind="RecordRestricted"))
    reader = client_of(staff, "nurse")
    asked = reader.get(f"/people/{restricted.pk}/", follow=True).content.decode()
    assert "Who opens it cannot be read" in asked
    assert "cannot be read: whatever is worked out here" in asked
    assert "Open for 60 minutes" in break_the_glass(reader, restricted)
    director = client_of(staff, "director")
    form = {"key": "restrict-02", "what": "restrict", "readers": ["nurse", "prescriber"], "reason": "Restricted anew."}
    director.post(f"/people/{restricted.pk}/restrict/", form, follow=True)
    assert client_of(staff, "prescriber").get(f"/people/{restricted.pk}/").status_code == 200
    assert client_of(staff, "nurse2").get(f"/people/{restricted.pk}/").status_code == 302


def test_a_list_names_them_and_tells_others_nothing_of_what_their_record_holds(
    person: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    """What happened to a colleague stood with its words among the side effects."""
    told = AdverseEventRecorded(
        term="headache", words="cried in the corridor", grade=3, serious=True, session="", related=Related.POSSIBLE,
        action="rang the doctor", outcome=Outcome.ONGOING,
    )  # fmt: skip
    aftercare.record_adverse_event(person.pk, told, act("nurse"))
    restricting.restrict(person.pk, READERS, "She works here as a nurse.", act("director"))
    for reader, reads in (("nurse", True), ("nurse2", False)):
        page = client_of(staff, reader).get(reverse("side_effects")).content.decode()
        assert str(person) in page
        assert ("cried in the corridor" in page) is reads
        assert ("Their record is restricted" in page) is not reads
