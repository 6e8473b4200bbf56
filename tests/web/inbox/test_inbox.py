"""The inbox as somebody sees it: beside the chart, one tap each, a line on Today that names nothing of it."""

import uuid
from html import unescape

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.person import people, restricting
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.received import inbox
from tests.conftest import NOON, ActMaker, FixedClock
from tests.gateway.sending import allergy, condition, panel, patient, result, weight
from tests.workflows.inbox.received import sent
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db
TITLE = "Sent by other records"


@pytest.fixture
def ida(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> uuid.UUID:
    return people.register(registration(), act("coordinator"), demo_id("ida")).pk


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Staff.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return " ".join(unescape(answer.content.decode()).split())


def today(username: str) -> list[str]:
    topics = topics_for(Staff.objects.get(username=username), NOON)
    return [f"{line.what} {line.detail}" for each in topics if each.title == TITLE for line in each.lines]


def test_each_entry_stands_beside_what_the_chart_knows(ida: uuid.UUID, act: ActMaker) -> None:
    people.record(ida, pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("latex",)), act("nurse"))
    sent(ida, allergy(str(ida)))
    named = {"reference": f"Patient/{ida}", "display": "Ida Lund"}
    sent(ida, allergy(str(ida), "Latex", patient=named))
    sent(ida, patient(str(ida), birthDate="1980-02-20"))
    sent(ida, weight(str(ida)))
    page = text(as_("nurse"), f"/people/{ida}/inbox/")
    for words in ("allergy: penicillin", "● New here", "✓ The same", "◆ Differs", "It differs in date of birth",
                  "Weight: not known", ">4</span></h2>", "It names Ida Lund"):  # fmt: skip
        assert words in page, words
    assert page.count("Take over<span") == 2, "of the same and of another date of birth there is none"


def test_a_report_says_what_a_tap_takes_over_and_what_is_in_doubt(ida: uuid.UUID) -> None:
    *enzymes, _ = panel(str(ida))
    entry, *_ = [sent(ida, each) for each in (*enzymes, result(str(ida), "14631-6", 2.5, 21, "umol/L"))]
    page, client = text(as_("nurse"), f"/people/{ida}/inbox/"), as_("nurse")
    assert "A tap takes over, too: laboratory: AST 22 U/L, limits 0 to 40, 27 Feb 2026; " in page
    assert page.count("◆ Bilirubin: is 2.5 in µmol/L, as its limit of 21 is, and of the same laboratory?") == 1
    taken = client.post(f"/people/{ida}/inbox/{entry}/take/", {"key": "take-it-once"}, follow=True)
    assert "in doubt: no rule reads it as within its limit" in unescape(taken.content.decode())
    assert text(client, f"/people/{ida}/inbox/").count("taken over, ") == 5


def test_one_tap_charts_it_and_another_page_asks(ida: uuid.UUID) -> None:
    entry, client = sent(ida, allergy(str(ida))), as_("nurse")
    person = text(client, f"/people/{ida}/")
    assert "Other records sent 1 entry that nobody here has read." in person
    assert "In no chart yet: allergy: penicillin" in person
    answer = client.post(f"/people/{ida}/inbox/{entry}/take/", {"key": "take-it-once"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/people/{ida}/inbox/"
    assert "Ask about allergies here" in unescape(answer.content.decode())
    assert "taken over, " in text(client, f"/people/{ida}/inbox/")
    person = text(client, f"/people/{ida}/")
    assert "? not asked here" in person
    assert "everything that other records sent was read" in person
    second = client.post(f"/people/{ida}/inbox/{entry}/take/", {"key": "take-it-twice"})
    assert second.status_code == 422
    assert "taken over already" in second.content.decode()


def test_refusing_takes_words_and_known_takes_none(ida: uuid.UUID) -> None:
    first, second, client = sent(ida, allergy(str(ida))), sent(ida, condition(str(ida))), as_("prescriber")
    assert client.post(f"/people/{ida}/inbox/{first}/refuse/", {"key": "refuse-it", "reason": ""}).status_code == 422
    why = "It is her sister's, she says"
    assert client.post(f"/people/{ida}/inbox/{first}/refuse/", {"key": "refuse-it", "reason": why}).status_code == 302
    assert client.post(f"/people/{ida}/inbox/{second}/known/", {"key": "known-it"}).status_code == 302
    page = text(client, f"/people/{ida}/inbox/")
    assert why in page
    assert "Nothing waits." in page
    assert "Take over after" in page
    assert [each.settled and each.settled.event.outcome for each in inbox(chart_store.person_chart(ida))] == [
        pe.ReceivedOutcome.REFUSED, pe.ReceivedOutcome.KNOWN,
    ]  # fmt: skip


def test_it_is_given_as_it_came_and_no_browser_runs_it(ida: uuid.UUID) -> None:
    resource = allergy(str(ida), note=[{"text": "<script>alert(1)</script>"}])
    entry = sent(ida, resource)
    answer = as_("nurse").get(f"/people/{ida}/inbox/{entry}/as-it-came/")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("text/plain; charset=utf-8", "nosniff")
    assert answer["Content-Disposition"].startswith("attachment")
    (item,) = inbox(chart_store.person_chart(ida))
    assert answer.content.decode() == item.received.event.body
    assert "alert(1)" not in text(as_("nurse"), f"/people/{ida}/inbox/")


def test_markup_in_what_was_sent_is_words(ida: uuid.UUID) -> None:
    sent(ida, allergy(str(ida), "<img src=x onerror=alert(1)>"))
    for address in (f"/people/{ida}/inbox/", f"/people/{ida}/"):
        assert b"<img src=x" not in as_("nurse").get(address).content


def test_only_who_may_chart_reads_it(ida: uuid.UUID) -> None:
    entry = sent(ida, allergy(str(ida)))
    for address in ("", f"{entry}/take/", f"{entry}/known/", f"{entry}/refuse/", f"{entry}/as-it-came/"):
        assert as_("coordinator").get(f"/people/{ida}/inbox/{address}").status_code == 403
        assert as_("admin").get(f"/people/{ida}/inbox/{address}").status_code == 403
    assert "A nurse or a prescriber reads them." in text(as_("coordinator"), f"/people/{ida}/")
    assert as_("nurse").get(f"/people/{ida}/inbox/999/take/").status_code == 404


def test_today_says_that_it_waits_and_no_word_of_it(ida: uuid.UUID) -> None:
    assert today("nurse") == []
    sent(ida, allergy(str(ida)))
    sent(ida, weight(str(ida)))
    for username in ("nurse", "prescriber"):
        (line,) = today(username)
        assert "read 2 entries of the inbox" in line
        assert "1 bear on safety" in line
        assert "penicillin" not in line
    assert today("coordinator") == today("admin") == []


def test_a_restricted_record_is_opened_first(ida: uuid.UUID, act: ActMaker) -> None:
    sent(ida, allergy(str(ida)))
    restricting.restrict(ida, ["prescriber", "nurse2"], "She works here", act("director"))
    page = as_("nurse").get(f"/people/{ida}/inbox/")
    assert b"penicillin" not in page.content
    assert "penicillin" in text(as_("nurse2"), f"/people/{ida}/inbox/")


def test_nothing_is_asked_of_somebody_who_died(act: ActMaker, fixed_clock: FixedClock) -> None:
    who = people.register(registration(), act("coordinator"), demo_id("ida")).pk
    sent(who, allergy(str(who)))
    assert len(today("nurse")) == 1
    died = pe.AdverseEventRecorded(
        term="other", words="Died at home", grade=5, related=pe.Related.UNRELATED, action="none", session="",
        serious=True,
        outcome=pe.Outcome.DIED,
    )  # fmt: skip
    people.record(who, died, act("prescriber"))
    assert today("nurse") == []
