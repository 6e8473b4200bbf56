"""The public guide and the enquiry form: every claim with its source; what is written is kept, bounded, never run."""

import html
import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import ClinicDetails, Enquiry, Entry
from sereniv.clinic.web.guide.views import footnotes_of
from sereniv.clinic.web.templatetags.calls import to_tap
from sereniv.clinic.workflows.guide import enquiries
from sereniv.clinic.workflows.shell.this_clinic import clinic_details
from sereniv.knowledge import knowledge
from tests.conftest import NOON, ActMaker, FixedClock

pytestmark = pytest.mark.django_db
GUIDE = knowledge().guide
ASKED = {"name": "Robin", "reach": "555-0177", "message": "What does it cost?"}


@pytest.fixture(autouse=True)
def nothing_counted(fixed_clock: FixedClock) -> Iterator[None]:
    del fixed_clock
    cache.clear()
    yield
    cache.clear()


def signed_in(person: Staff) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ask(client: Client, number: int = 0, address: str = "192.0.2.1", **changed: str) -> int:
    form = {**ASKED, "key": f"enquiry-{number:04d}", **changed}
    return client.post("/guide/enquiry/", form, REMOTE_ADDR=address).status_code


def page_of(client: Client, path: str) -> str:
    return html.unescape(client.get(path).content.decode())


def test_the_guide_shows_every_claim_with_its_sources_to_anybody() -> None:
    page = page_of(Client(), "/guide/")
    notes = footnotes_of((*GUIDE.rows(), GUIDE.crisis), knowledge().references)
    assert len(GUIDE.rows()) > 60
    for row in GUIDE.rows():
        place = page.index(f'id="{row.id}"')
        (shown, *_) = re.split("</(?:li|p)>", page[place:], maxsplit=1)
        assert row.text in shown
        cited = re.findall(r'href="#(source-\d+)"', shown)
        assert cited == [f"source-{notes[source].number}" for source in row.sources], row.id
    for note in notes.values():
        place = page.index(f'id="source-{note.number}"')
        shown = page[place : page.index("</li>", place)]
        assert note.reference.citation in shown
        assert note.address in shown
        assert f"checked {note.checked.day} {note.checked:%B %Y}" in shown


def test_whoever_asks_only_whether_the_guide_is_there_is_told() -> None:
    assert Client().head("/guide/").status_code == 200


def test_contents_lead_to_every_section() -> None:
    page = page_of(Client(), "/guide/")
    contents = page[page.index('aria-label="Contents"') : page.index("</nav>", page.index('aria-label="Contents"'))]
    for section in GUIDE.sections:
        assert f'href="#{section.id}">{section.title}<' in contents
        assert f'id="{section.id}">{section.title}<' in page
    targets = set(re.findall(r'href="#([^"]+)"', page)) - {"main"}
    assert targets <= set(re.findall(r'id="([^"]+)"', page)), "a link on the page that leads nowhere"
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_what_changes_with_the_years_says_its_date() -> None:
    page = page_of(Client(), "/guide/")
    status = next(section for section in GUIDE.sections if section.id == "status")
    assert status.says_when
    for row in status.rows:
        day = f"As of {row.as_of.day} {row.as_of:%B %Y}:</span> {row.text}"
        assert day in page


def test_a_clinic_that_has_said_nothing_gets_neutral_words() -> None:
    assert (clinic_details().name, clinic_details().phone) == ("The clinic", "")
    page = page_of(Client(), "/guide/")
    assert page.count(to_tap(GUIDE.crisis.text)) == 2, "at the top and at the bottom"
    assert page.count('href="tel:988">Call 988') == 2
    assert "Phone" not in page


@pytest.mark.parametrize("path", ["/guide/", "/guide/enquiry/", "/guide/enquiry/thanks/"])
def test_the_clinics_own_name_numbers_and_crisis_words_are_shown(path: str) -> None:
    ClinicDetails.objects.create(
        name="North & <b>South</b>", phone="+1 (555) 0142", crisis_words="Call 112.", crisis_number="112",
        on_call_phone="555-9999",
    )  # fmt: skip
    page = Client().get(path).content.decode()
    assert "North &amp; &lt;b&gt;South&lt;/b&gt;" in page
    assert 'href="tel:+15550142"' in page
    assert page.count('Call <a class="tnum" href="tel:112">112</a>.') == 2
    assert page.count('href="tel:112">Call 112') == 2
    assert not re.search(r"\b988\b", page), "the words of one country are not mixed with those of another"
    assert "555-9999" not in page, "the on-call number is for patients, not for everybody"


def test_the_guide_is_reached_from_the_sign_in_page() -> None:
    assert 'href="/guide/"' in page_of(Client(), "/sign-in/")


def test_an_enquiry_is_kept_and_audited_by_id_alone() -> None:
    client = Client()
    answer = client.post("/guide/enquiry/", {**ASKED, "key": "enquiry-0001"}, follow=True)
    assert answer.redirect_chain == [("/guide/enquiry/thanks/", 302)]
    assert not re.search(r"we will|will (read|call|answer|be)\b", answer.content.decode(), re.I), "it promises nothing"
    kept = Enquiry.objects.get()
    assert (kept.name, kept.reach, kept.message) == tuple(ASKED.values())
    assert (kept.received_at, kept.answered_at) == (NOON, None)
    entry = Entry.objects.get(stream="audit")
    assert entry.recorded_by == "public"
    fields = ("name", "reach", "message")
    assert chart_store.event_of(entry.key, "public") == TableChanged(
        table="enquiry", row=str(kept.pk), change="added", fields=fields
    )
    assert not any(words in str(entry.payload) for words in ASKED.values())


def test_a_form_sent_twice_is_one_enquiry() -> None:
    client = Client()
    assert [ask(client), ask(client), ask(client)] == [302] * 3
    assert Enquiry.objects.count() == 1


def test_nobody_outside_can_use_up_the_key_of_an_act() -> None:
    ask(Client(), key="chair-act-0001")
    assert not Entry.objects.filter(key="chair-act-0001").exists()


@pytest.mark.parametrize(
    "changed",
    [{"name": ""}, {"reach": " "}, {"name": "x" * 121}, {"reach": "x" * 201}, {"message": "x" * 2001},
     {"message": "a\x00b"}, {"key": ""}, {"key": "'; DROP TABLE"}, {"key": "k" * 65}],
)  # fmt: skip
def test_a_malformed_enquiry_comes_back_with_what_was_typed(changed: dict[str, str]) -> None:
    answer = Client().post("/guide/enquiry/", {**ASKED, "key": "enquiry-0001", **changed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert ("This form is damaged" if "key" in changed else 'class="mistake"') in page
    for field in {"name", "reach"} - set(changed):
        assert f'value="{ASKED[field]}"' in page
    assert "message" in changed or "What does it cost?" in page
    assert not Enquiry.objects.exists()


def test_an_empty_post_asks_for_what_is_missing() -> None:
    page = Client().post("/guide/enquiry/", {}).content.decode()
    assert "Enter a name we may call you by." in page
    assert "Enter a phone number or an e-mail address" in page


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "😀" * 50, "\u202emrhb\u202c \u0645\u0631\u062d",
     "'; DROP TABLE records_enquiry; --", "=1+1", "{{ 7|add:7 }}"],
)  # fmt: skip
def test_hostile_text_is_kept_as_text(staff: dict[str, Staff], text: str) -> None:
    assert ask(Client(), name=text, reach=text, message=text) == 302
    assert Enquiry.objects.get().message == text
    page = signed_in(staff["coordinator"]).get("/enquiries/").content.decode()
    assert html.escape(text) in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    refused = Client().post("/guide/enquiry/", {**ASKED, "message": text, "name": "", "key": "enquiry-0002"})
    assert html.escape(text) in refused.content.decode()
    assert "<script>alert" not in refused.content.decode()


def test_a_megabyte_is_refused_and_nothing_is_kept() -> None:
    assert ask(Client(), message="x" * 1_000_000) in {400, 413}
    assert not Enquiry.objects.exists()


def test_an_enquiry_needs_the_forms_own_token() -> None:
    assert ask(Client(enforce_csrf_checks=True)) == 403
    assert not Enquiry.objects.exists()


def test_one_address_is_bounded_and_another_is_free() -> None:
    for number in range(enquiries.MOST_FROM_ADDRESS):
        assert ask(Client(), number) == 302
    form = {**ASKED, "key": "enquiry-9999"}
    answer = Client().post("/guide/enquiry/", form, REMOTE_ADDR="192.0.2.1")
    assert answer.status_code == 429
    assert "What you typed is still here" in answer.content.decode()
    assert "What does it cost?" in answer.content.decode()
    assert ask(Client(), 9998, address="192.0.2.2") == 302
    assert Enquiry.objects.count() == enquiries.MOST_FROM_ADDRESS + 1


def test_a_home_of_many_ipv6_addresses_is_one_address() -> None:
    for number in range(enquiries.MOST_FROM_ADDRESS):
        assert ask(Client(), number, address=f"2001:db8::{number + 1:x}") == 302
    assert ask(Client(), 9999, address="2001:db8::ffff") == 429
    assert ask(Client(), 9998, address="2001:db8:0:1::1") == 302


def test_one_device_is_bounded_wherever_it_is() -> None:
    client = Client()
    client.get("/guide/enquiry/")
    answers = [ask(client, number, f"192.0.2.{number}") for number in range(enquiries.MOST_FROM_DEVICE + 1)]
    assert answers == [302] * enquiries.MOST_FROM_DEVICE + [429]


def test_a_flood_from_everywhere_is_bounded() -> None:
    for number in range(enquiries.MOST_IN_ALL):
        assert ask(Client(), number, f"198.51.100.{number}") == 302
    assert ask(Client(), 9999, "198.51.100.250") == 429
    assert cache.get("enquiries:address:198.51.100.250") is None, "what is refused takes up no memory"
    assert Enquiry.objects.count() == enquiries.MOST_IN_ALL


def test_bounds_run_on_real_time(fixed_clock: FixedClock) -> None:
    """A demo hurried by a day frees nobody."""
    for number in range(enquiries.MOST_FROM_ADDRESS):
        ask(Client(), number)
    fixed_clock.shown = NOON.replace(day=3)
    assert ask(Client(), 9999) == 429


def test_staff_see_new_ones_first_and_mark_them_answered(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    for number, name in enumerate(("Ana", "Bo")):
        ask(Client(), number, name=name)
    client = signed_in(staff["coordinator"])
    first = Enquiry.objects.get(name="Ana")
    address = f"/enquiries/{first.pk}/answered/"
    assert client.post(address, {"key": "answered-0001"}).status_code == 302
    first.refresh_from_db()
    assert (first.answered_at, first.answered_by) == (NOON, "coordinator")
    page = page_of(client, "/enquiries/")
    assert page.index("Bo") < page.index("Ana")
    assert "Answered by Dana Reyes" in page
    assert "1 not answered" in page
    fixed_clock.shown = NOON.replace(hour=13)
    signed_in(staff["nurse"]).post(address, {"key": "answered-0002"})
    first.refresh_from_db()
    assert first.answered_by == "coordinator", "whoever answered first stays"
    client.post(address, {"key": "answered-0003", "again": "1"})
    first.refresh_from_db()
    assert (first.answered_at, first.answered_by) == (None, "")
    changes = [entry.event for entry in chart_store.read("audit") if isinstance(entry.event, TableChanged)]
    assert [change.change for change in changes if change.table == "enquiry"] == [
        "added", "added", "answered", "opened again",
    ]  # fmt: skip


def test_answering_needs_a_whole_form_and_an_enquiry(staff: dict[str, Staff], act: ActMaker) -> None:
    client = signed_in(staff["nurse"])
    ask(Client())
    kept = Enquiry.objects.get()
    assert client.get(f"/enquiries/{kept.pk}/answered/").status_code == 405
    assert client.post(f"/enquiries/{kept.pk}/answered/", {}).status_code == 422
    assert client.post("/enquiries/00000000-0000-0000-0000-000000000007/answered/", {"key": "x" * 9}).status_code == 404
    kept.refresh_from_db()
    assert kept.answered_at is None
    assert enquiries.answered(kept.pk, act("nurse")).answered_by == "nurse"


def test_a_trial_is_told_by_whom_it_counted_not_by_whom_it_drew() -> None:
    """ELEKT-D drew 403 by lot; 38 withdrew before any treatment, and its shares are of 195 and 170."""
    told = (
        knowledge().benchmarks["elekt-d"].result,
        next(row.text for row in GUIDE.rows() if row.id == "depression_ect"),
    )
    for text in told:
        for number in ("195", "170", "38"):
            assert number in text, text
