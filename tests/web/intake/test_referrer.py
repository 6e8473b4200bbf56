"""Who referred somebody: asked at the enquiry and at intake, corrected with the old word kept, and written to."""

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Enquiry, Person
from sereniv.therapy.person.events import ReferrerRecorded
from sereniv.therapy.person.referrer import addressee, referrer_of
from tests.conftest import NOON, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
BROOK = {
    "sent": "referred", "name": "Dr Ada Brook", "place": "Riverside Family Practice", "phone": "303 555 0177",
    "address": "4 River Road\r\nDenver CO 80202",
}  # fmt: skip
LINES = ("Dr Ada Brook", "Riverside Family Practice", "4 River Road", "Denver CO 80202")


@pytest.fixture
def person(stage: Stage, fixed_clock: FixedClock) -> Person:
    fixed_clock.shown = NOON
    return Person.objects.get(pk=stage.registered(SHE, NOON))


@pytest.fixture
def desk(staff: dict[str, Staff]) -> Client:
    client = Client()
    client.force_login(staff["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def nurse(staff: dict[str, Staff]) -> Client:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def sent(desk: Client, person: Person, number: int, **typed: str) -> str:
    form = {"key": f"referrer-{number:05d}", "sent": "referred", **typed}
    return desk.post(f"/people/{person.pk}/referrer/", form, follow=True).content.decode()


def page(desk: Client, address: str) -> str:
    return desk.get(address).content.decode()


def test_the_summary_goes_to_whoever_referred_them(desk: Client, nurse: Client, person: Person) -> None:
    assert "Nobody asked who referred them" in page(desk, f"/people/{person.pk}/")
    sent(desk, person, 1, **BROOK)
    shown = page(desk, f"/people/{person.pk}/")
    assert "by Dr Ada Brook, Riverside Family Practice, 303 555 0177, 4 River Road, Denver CO 80202" in shown
    assert "Dr Ada Brook" in page(desk, f"/people/{person.pk}/intake/")
    summary = page(nurse, f"/people/{person.pk}/documents/summary/")
    for line in LINES:
        assert line in summary.split('class="addressee"')[1].split("</p>")[0]
    assert "303 555 0177" not in summary
    other = page(nurse, f"/people/{person.pk}/documents/summary/?to=Dr+Kim")
    assert "Dr Ada Brook" not in other
    assert "addressee" not in page(nurse, f"/people/{person.pk}/documents/summary/?to="), "and to nobody, if so wished"
    assert "addressee" not in page(nurse, f"/people/{person.pk}/documents/plan/"), "what the patient is given is theirs"


def test_a_correction_keeps_the_old_word(desk: Client, person: Person) -> None:
    sent(desk, person, 1, **BROOK)
    assert "That stands there already" in sent(desk, person, 2, **BROOK)
    sent(desk, person, 3, **BROOK | {"name": "Dr Eva Brook"})
    chart = chart_store.person_chart(person.pk)
    assert [each.event.name for each in chart.all(ReferrerRecorded)] == ["Dr Ada Brook", "Dr Eva Brook"]
    assert addressee(chart) == ("Dr Eva Brook", *LINES[1:])
    assert "by Dr Ada Brook" in page(desk, f"/people/{person.pk}/referrer/"), "the old word is still read"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"address": "4 River Road"}, "Write who it was"),
        ({"sent": "alone", "name": "Dr Brook"}, "Somebody is named below"),
        ({"name": "Dr Brook", "phone": "112"}, "number of a service"),
        ({"name": "Dr Brook", "phone": "abc"}, "telephone number in digits"),
    ],
)
def test_what_nobody_could_write_to_is_asked_about(
    desk: Client, person: Person, typed: dict[str, str], said: str
) -> None:
    assert said in sent(desk, person, 1, **typed)
    assert referrer_of(chart_store.person_chart(person.pk)) is None


def test_nobody_is_a_word_too(desk: Client, nurse: Client, person: Person) -> None:
    sent(desk, person, 1, sent="alone")
    assert referrer_of(chart_store.person_chart(person.pk)) == ReferrerRecorded(name="")
    assert "they came by themselves" in page(desk, f"/people/{person.pk}/")
    assert "addressee" not in page(nurse, f"/people/{person.pk}/documents/summary/")


def test_an_enquiry_says_who_sent_them(desk: Client) -> None:
    form = {"name": "Ida", "reach": "555 0199", "referred_by": "Dr Brook, Riverside", "key": "enquiry-0001"}
    Client().post("/guide/enquiry/", form)
    assert Enquiry.objects.get().referred_by == "Dr Brook, Riverside"
    assert "Dr Brook, Riverside" in page(desk, "/enquiries/")
