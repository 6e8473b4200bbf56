"""Two tabs of everything that has a successor: the stale one is told what stands, keeps what was typed, and decides."""

from collections.abc import Iterator, Mapping
from html import unescape

import pytest
from django.http import HttpResponse
from pytest_django.plugin import DjangoDbBlocker

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import SYSTEM
from sereniv.clinic.records.models import Entry
from sereniv.knowledge import knowledge
from tests.staged_rows import busy_clinic, open_clinic
from tests.web.rendered import Rendered
from tests.web.walking import WALKERS, Found, client_of
from tests.web.whole.test_hostile_forms import filled, undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ASKED = {kind: row for row in knowledge().succession.values() for kind in row.asks}
UNPROCESSABLE = 422


@pytest.fixture(scope="module")
def forms(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Found]]:
    del django_db_setup
    with open_clinic(django_db_blocker):
        yield [each for each in busy_clinic() if each.form.method == "post"]


STILL_ELIGIBLE = "Looked at again with her sister."
FILLS: Mapping[str, Mapping[str, str]] = {
    "person_decide": {"decision": "declined", "reason": STILL_ELIGIBLE},
    "person_consent": {
        "signer_name": "Leila Twice",
        "relation": "",
        "witness_name": "",
        "interpreter_name": "",
    },
    "person_diagnosis": {"icd10": "F33.2", "psychotic_features": "no"},
    "person_indication": {"indication": "ptsd"},
    "person_evaluate_ask": {"due_on": "2026-04-01"},
    "person_safety": {"risk": "low", "asked_plan": "no", "done": "stayed", "next_contact": "2026-03-03"},
    "person_review": {"reason": "He holds well and comes weekly."},
    "person_referrer": {"sent": "referred", "name": "Dr Ada Twice", "phone": "+1 555 010 4477"},
    "stock_correct": {"lot": "K-71 twice", "reason": "Read off the label once more."},
    "setup_hours": {"closed_days": "", "monday_opens": "09:00"},
}
"""What a form is told where any value would not do."""

ELSE: Mapping[str, Mapping[str, str]] = {
    "stock_correct": {"lot": "K-72"},
    "session_drug": {"explanation": "Counted once more by the two of us, a drop in the hub."},
}
"""What the other tab says where the same said twice is refused for being the same."""

NOT_WALKED = {
    "SignInServiceEntered": "needs a service of another house; `web/shell/test_sign_in_service` plays it",
    "SignInLinked": "the same",
    "CourseOpened": "it is written with the first order",
    "GateLineAttested": "tests/workflows/test_succession.py",
    "GateLineOverridden": "a row of its own with the line attested, which is tried",
    "WorkUpRecorded": "a form of twenty items: tests/workflows/test_succession.py",
}


def written_since(seq: int) -> set[str]:
    """Return the kinds that have a successor among what people wrote since."""
    found = Entry.objects.filter(seq__gt=seq).exclude(recorded_by=SYSTEM).values_list("kind", flat=True)
    return {kind for kind in found if kind in ASKED}


def typed_into(found: Found) -> dict[str, list[str]]:
    """Return what somebody sends by a form, a second person's signature with it."""
    buttons = {name: each.options[:1] for name, each in found.form.fields.items() if each.kind == "submit"}
    seconds = found.form.fields.get("second_person")
    signed = {"second_person": [each for each in seconds.options if each][-1:]} if seconds else {}
    fills = {name: [value] for name, value in FILLS.get(found.view, {}).items() if name in found.form.fields}
    return {**filled(found), **buttons, **signed, **fills}


def said_else(found: Found) -> dict[str, list[str]]:
    """Return what the other tab sends that the first did not."""
    return {name: [value] for name, value in ELSE.get(found.view, {}).items()}


def end() -> int:
    """Return the ledger's last entry."""
    return chart_store.head().seq


def test_a_stale_tab_replaces_nothing_says_what_stands_and_holds_once_it_is_sent_again(forms: list[Found]) -> None:
    wrong, told, met = [], set(), set()
    clients = {walker: client_of(walker) for walker in WALKERS if walker}
    for found in (each for each in forms if each.walker and not each.asks.endswith(tuple(ADDS))):
        client, sent = clients[found.walker], typed_into(found)
        with undone(client):
            before = end()
            client.post(found.asks, sent)
            kinds = written_since(before)
            if not kinds:
                continue
            met |= kinds
            between = end()
            other = {**sent, **said_else(found)}
            stale = client.post(found.asks, {**other, "key": ["the-other-tab-of-two"]})
            page = Rendered(stale.content.decode())
            if written_since(between):
                wrong.append(f"{found}: the stale tab wins in silence")
            if stale.status_code == UNPROCESSABLE and not page.complaints and "<h1>Not done</h1>" not in page_of(stale):
                wrong.append(f"{found}: refused without a word")
            if "a newer entry was written since" not in page_of(stale):
                continue
            told |= kinds
            again = next((form for form in page.forms if set(found.form.fields) <= set(form.fields)), None)
            if again is None:
                continue  # One tap, nothing typed: its page is opened again.
            lost = [name for name, field in found.form.fields.items() if field.typed and name not in OF_THE_FRAME
                    and other[name] != [again.fields[name].value] and not name.startswith("second_")]  # fmt: skip
            wrong += [f"{found}: gives {name} back as {again.fields[name].value!r}" for name in lost]
            frame = {name: [again.fields[name].value] for name in OF_THE_FRAME & set(again.fields)}
            client.post(found.asks, {**other, **frame})
            if not written_since(between) and not found.asks.endswith(AS_SHOWN):
                wrong.append(f"{found}: cannot be decided anew")
    assert not wrong, "\n".join(wrong)
    assert set(ASKED) - met == set(NOT_WALKED)
    assert met - told == CLOSED


ADDS = {"/guide/enquiry/", "?beside"}
"""Forms each of which adds to what stands: an enquiry more, a diagnosis beside others."""

AS_SHOWN = "/appointments/course/move/"
"""The form that moves exactly the dates it showed: once they are others it is opened again, and not sent again."""

OF_THE_FRAME = {"key", "expected_seq", "seen"}
CLOSED = {
    "AppEntered", "AppointmentCancelled", "AppointmentMissed", "CheckInGivenUp", "CourseEnded", "CourseInterrupted",
    "CourseResumed", "IdentityCorrected", "IndicationChanged", "ReferrerRecorded",
    "SafetyAcknowledged", "SafetyAsked", "WrittenLineJudged",
}  # fmt: skip
"""Kinds whose second one is refused in other words: the first has closed what it names, or stands there already."""


def page_of(answer: HttpResponse) -> str:
    """Return an answer as it is read."""
    return unescape(answer.content.decode())


def test_every_form_that_may_replace_something_carries_from_what_it_was_drawn(forms: list[Found]) -> None:
    bare = {str(each) for each in forms if each.walker and "key" in each.form.fields and "seen" not in each.form.fields}
    assert not {each for each in bare if not each.startswith("demo_clock")}
