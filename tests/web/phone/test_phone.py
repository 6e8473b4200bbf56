"""The patient's phone: what a link opens and what it does not, and that an answer is never lost or left unseen."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import ClinicDetails, Invitation, Person
from sereniv.clinic.web.templatetags.calls import numbers_to_call, to_tap
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell.acting import NotPermitted
from sereniv.knowledge import knowledge
from sereniv.therapy.person.events import InvitationWithdrawn, QuestionnaireInvited, ScaleAnswered
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows.test_path import everybody, registration

pytestmark = pytest.mark.django_db
FORTNIGHT = NOON + timedelta(days=14)
MIDNIGHT = NOON + timedelta(hours=12)
ZEROES = {f"item_{number}": "0" for number in range(1, 10)}


@pytest.fixture(autouse=True)
def somebody_on_call(fixed_clock: FixedClock) -> None:
    del fixed_clock
    cache.clear()
    ClinicDetails.objects.create(id=1, name="Quiet Room", on_call_phone="555-0143")


@pytest.fixture
def she(act: ActMaker) -> uuid.UUID:
    return people.register(registration(), act("nurse")).pk


def link(person: uuid.UUID, act: ActMaker, *scales: str) -> str:
    return invitations.invite(person, scales or ("phq9", "gad7", "mood"), FORTNIGHT, act("nurse")).token


def sent(token: str, scale: str, typed: dict[str, str], key: str = "phone-0001", client: Client | None = None) -> str:
    return (client or Client()).post(f"/q/{token}/{scale}/", {**typed, "key": key}, follow=True).content.decode()


def answered(person: uuid.UUID) -> list[ScaleAnswered]:
    return [each.event for each in chart_store.person_chart(person).scores]


def within(page: bytes) -> str:
    """Return what the page says, without its frame: that holds a fresh form token each time."""
    return page.decode().partition("<main")[2]


def test_the_link_is_shown_once_and_only_its_digest_is_kept(she: uuid.UUID, act: ActMaker) -> None:
    nurse = Client()
    nurse.force_login(act("nurse").by, backend="django.contrib.auth.backends.ModelBackend")
    form = {"scales": ["phq9", "mood"], "days": "14", "key": "invite-0001"}
    page = nurse.post(f"/people/{she}/invite/", form).content.decode()
    (token,) = set(re.findall(r"http://testserver/q/([\w-]{43})/", page))
    assert "<svg" in page
    assert " style=" not in page
    kept = Invitation.objects.get()
    assert token not in str(Invitation.objects.values())
    assert token not in "".join(str(entry.event) for entry in chart_store.read(chart_store.person_stream(she)))
    assert kept.token_digest == invitations.digest_of(token)
    again = nurse.post(f"/people/{she}/invite/", form)
    assert "shown only once" in again.content.decode()
    assert Invitation.objects.count() == 1
    event = chart_store.person_chart(she).last(QuestionnaireInvited)
    assert event is not None
    assert event.event.scales == ("phq9", "mood")
    assert "Link until" in nurse.get(f"/people/{she}/").content.decode()


def test_a_person_answers_and_it_says_who_and_from_where(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    phone = Client()
    home = phone.get(f"/q/{token}/").content.decode()
    assert "Hello Mara" in home or "Hello" in home
    assert "Nobody watches this page" in home
    page = sent(token, "gad7", {f"item_{number}": "2" for number in range(1, 8)}, client=phone)
    assert "Sent to the clinic." in page
    assert "14" not in re.sub(r"<[^>]*>|14 Mar|0143", "", page).replace("csrf", ""), "no score is told"
    (recorded,) = chart_store.person_chart(she).scores
    assert (recorded.recorded_by, recorded.event.answered_by) == ("patient", "patient, remotely")
    assert recorded.event.total == 14
    assert "asked again from Mon 9 Mar" in page


def test_mood_is_one_choice_and_one_press(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act, "mood")
    home = Client().get(f"/q/{token}/").content.decode()
    assert home.count('name="mood"') == 11
    sent(token, "mood", {"mood": "6"})
    assert [each.answers for each in answered(she)] == [(6,)]


@pytest.mark.parametrize("item", ["1", "3", ""])
def test_item_nine_from_a_phone_at_night_reaches_whoever_is_on_call(
    she: uuid.UUID, act: ActMaker, fixed_clock: FixedClock, item: str
) -> None:
    token = link(she, act)
    fixed_clock.shown = MIDNIGHT
    page = Client().get(f"/q/{token}/phq9/").content.decode()
    assert "The clinic is closed now." in page
    assert page.count("555-0143") == 3, "at the top, under item 9, and where a failed sending says whom to call"
    crisis = page.index('class="crisis"')
    assert page.index('name="item_9"') < crisis < page.index("Send to the clinic")
    after = sent(token, "phq9", {**ZEROES, "item_9": item})
    assert after.index("notice-warn") < after.index("Hello"), "the words for a crisis stand first"
    assert "988" in after
    (listed,) = safety.worklist(MIDNIGHT)
    assert listed.item.staffed is False
    assert listed.item.reached == "clinician on call"
    assert listed.item.due_at == MIDNIGHT + timedelta(minutes=30)


def test_a_clear_zero_opens_nothing(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    assert "notice-warn" not in sent(token, "phq9", ZEROES)
    assert safety.worklist(NOON) == ()


def test_without_anybody_on_call_item_nine_is_asked_in_the_clinic_only(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    ClinicDetails.objects.update(on_call_phone="")
    assert "phq9" not in Client().get(f"/q/{token}/").content.decode()
    assert Client().get(f"/q/{token}/phq9/").status_code == 404
    with pytest.raises(Refused, match="no on-call number"):
        link(she, act, "phq9")
    assert link(she, act, "gad7")
    nurse = Client()
    nurse.force_login(act("nurse").by, backend="django.contrib.auth.backends.ModelBackend")
    assert "asked in the clinic only" in nurse.get(f"/people/{she}/invite/").content.decode()


def test_what_is_filled_in_is_kept_but_never_item_nine(she: uuid.UUID, act: ActMaker) -> None:
    """An answer to item 9 may not lie where nobody looks: it is kept nowhere before it is sent."""
    token = link(she, act)
    typed = {"item_1": "2", "item_3": "1", "item_9": "3", "key": "phone-0001"}
    assert "3 of 9" in Client().post(f"/q/{token}/phq9/keep/", typed).content.decode()
    assert Invitation.objects.get().drafts == {"phq9": [2, None, 1, None, None, None, None, None, None]}
    page = Client().get(f"/q/{token}/phq9/").content.decode()
    assert len(re.findall(r"checked", page)) == 2
    assert "begun, not sent" in Client().get(f"/q/{token}/").content.decode()
    sent(token, "phq9", ZEROES)
    assert Invitation.objects.get().drafts == {}


def test_asked_too_soon_is_told_and_what_is_sent_all_the_same_is_taken(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    sent(token, "phq9", ZEROES, "phone-0001")
    assert "ask them again from Monday 9 March" in Client().get(f"/q/{token}/phq9/").content.decode()
    sent(token, "phq9", {**ZEROES, "item_9": "2"}, "phone-0002")
    assert len(answered(she)) == 2
    assert len(safety.worklist(NOON)) == 1


def test_the_same_page_sent_twice_counts_once_and_changed_answers_are_not_swallowed(
    she: uuid.UUID, act: ActMaker
) -> None:
    token = link(she, act)
    sent(token, "phq9", ZEROES)
    sent(token, "phq9", ZEROES)
    assert len(answered(she)) == 1
    assert "Not sent again" in sent(token, "phq9", {**ZEROES, "item_1": "1"}), "answers reached the clinic already"
    assert len(answered(she)) == 1
    for _ in range(2):
        sent(token, "phq9", {**ZEROES, "item_9": "1"})
    assert [each.answers[-1] for each in answered(she)] == [0, 1], "gone back to, and never turned away"


def test_what_does_not_open(she: uuid.UUID, act: ActMaker, fixed_clock: FixedClock) -> None:
    token = link(she, act)
    other = link(people.register(registration(), act("nurse"), told_apart=everybody()).pk, act, "mood")
    shut = Client().get(f"/q/{'x' * 43}/")
    assert shut.status_code == 404
    assert Client().get(f"/q/{token[:-1]}{'a' if token[-1] != 'a' else 'b'}/").status_code == 404
    assert Client().get(f"/q/{invitations.digest_of(token)}/").status_code == 404, "the digest is no key"
    assert Client().get(f"/q/{other}/phq9/").status_code == 404, "not invited"
    assert Client().get(f"/q/{token}/madrs/").status_code == 404, "entered by staff"
    assert Client().post(f"/q/{other}/phq9/", {**ZEROES, "key": "phone-0009"}).status_code == 404
    fixed_clock.shown = FORTNIGHT
    late = Client().get(f"/q/{token}/")
    assert late.status_code == 404
    never_given = Client().get(f"/q/{'x' * 43}/")
    assert within(late.content) == within(never_given.content), "run out and never given look the same"
    assert sent(token, "phq9", {**ZEROES, "item_9": "3"}).count("This link does not work") == 1
    assert answered(she) == []


def test_what_comes_through_a_shut_link_is_given_back_and_said_to_have_reached_nobody(she: uuid.UUID) -> None:
    page = sent("x" * 43, "phq9", {"item_1": "2", "item_9": "3", "item_4": "77<b>"})
    assert "did not reach the clinic" in page
    assert "More than half the days" in page
    assert "Nearly every day" in page
    assert "77&lt;b&gt;" in page
    assert "555-0143" in page or "988" in page
    home = Client().post(f"/q/{'x' * 43}/way-home/4/", {"name": "Kim <i>Escort", "key": "phone-0001"}).content.decode()
    assert "Kim &lt;i&gt;Escort" in home
    assert "did not reach the clinic" not in Client().get(f"/q/{'x' * 43}/phq9/").content.decode()
    assert answered(she) == []


def test_a_link_taken_back_is_shut_at_once(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    (invitation,) = invitations.open_of(she, NOON)
    nurse = Client()
    nurse.force_login(act("nurse").by, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/people/{she}/invite/{invitation.pk}/withdraw/"
    other = people.register(registration(), act("nurse"), told_apart=everybody()).pk
    assert nurse.post(path.replace(str(she), str(other)), {"key": "withdraw-1"}).status_code == 404
    assert "no longer works" in nurse.post(path, {"key": "withdraw-1"}, follow=True).content.decode()
    assert Client().get(f"/q/{token}/").status_code == 404
    assert chart_store.person_chart(she).last(InvitationWithdrawn) is not None
    assert invitations.open_of(she, NOON) == ()


def test_guessing_is_stopped_and_shuts_no_link_that_works(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    for number in range(invitations.MOST_WRONG):
        assert guesser.get(f"/q/guess{number}/").status_code == 404
    assert guesser.get("/q/guess/").status_code == 429
    neighbour = Client(REMOTE_ADDR="203.0.113.9")
    assert neighbour.get(f"/q/{token}/").status_code == 200, "one household's wrong links shut nobody's"
    sent = neighbour.post(f"/q/{token}/mood/", {"mood": "4", "key": "neighbour-01"}, follow=True)
    assert "Sent to the clinic" in sent.content.decode()
    assert guesser.get("/q/guess/").status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.10").get(f"/q/{token}/").status_code == 200


def test_a_flood_under_one_link_is_stopped_but_never_an_answer_somebody_must_see(
    she: uuid.UUID, act: ActMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "MOST_ANSWERS", 2)
    token = link(she, act)
    for number in range(4):
        sent(token, "mood", {"mood": "5", "again": "1"}, f"phone-000{number}")
    assert len(answered(she)) == 2
    sent(token, "phq9", {**ZEROES, "item_9": "1"}, "phone-0009")
    assert len(safety.worklist(NOON)) == 1


def test_the_phone_shows_a_first_name_and_nothing_else(she: uuid.UUID, act: ActMaker) -> None:
    people_row = Person.objects.get(pk=she)
    Person.objects.filter(pk=she).update(given_names="<b>Zoë</b> Marie", phone="555-7777")
    token = link(she, act)
    sent(token, "gad7", {f"item_{number}": "3" for number in range(1, 8)})
    for path in (f"/q/{token}/", f"/q/{token}/phq9/", f"/q/{token}/gad7/"):
        page = Client().get(path).content.decode()
        for hidden in (people_row.family_name, "Marie", "555-7777", str(she), people_row.indication, "1984", "severe"):
            assert hidden not in page.replace("Help now", ""), hidden
        assert "<b>Zoë" not in page
    assert "&lt;b&gt;Zoë" in Client().get(f"/q/{token}/").content.decode()


NASTY = ["<script>", "4", "-1", "\x00", "9" * 400, "😀", "'; DROP TABLE records_entry; --"]


@pytest.mark.parametrize("text", NASTY)
def test_hostile_answers_are_put_right_in_words_and_nothing_is_recorded(
    she: uuid.UUID, act: ActMaker, text: str
) -> None:
    token = link(she, act)
    page = sent(token, "phq9", {**ZEROES, "item_4": text})
    assert "field-error" in page
    assert "<script>" not in page
    assert answered(she) == []
    assert Client().post(f"/q/{token}/phq9/keep/", {"item_1": text, "key": "phone-0002"}).status_code == 422


@pytest.mark.parametrize("key", ["", "short", "x" * 200, "a b c d e f", "<script>abc"])
def test_a_damaged_page_records_nothing(she: uuid.UUID, act: ActMaker, key: str) -> None:
    token = link(she, act)
    assert Client().post(f"/q/{token}/mood/", {"mood": "5", "key": key}).status_code == 422
    assert answered(she) == []


def test_who_may_invite_and_to_what(she: uuid.UUID, act: ActMaker) -> None:
    with pytest.raises(NotPermitted):
        invitations.invite(she, ("mood",), FORTNIGHT, act("coordinator"))
    for names, until in (
        ((), FORTNIGHT),
        (("nonsense",), FORTNIGHT),
        (("mood",), NOON),
        (("mood",), NOON + timedelta(days=91)),
    ):
        with pytest.raises(Malformed):
            invitations.invite(she, names, until, act("nurse"))
    with pytest.raises(Refused, match="entered by staff"):
        invitations.invite(she, ("madrs",), FORTNIGHT, act("nurse"))
    assert not Invitation.objects.exists()


def test_a_second_phone_is_told_that_the_answers_are_there_already(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    other = Client()
    other.get(f"/q/{token}/phq9/")
    sent(token, "phq9", ZEROES)
    eights = {**ZEROES, "item_1": "3", "item_2": "3"}
    asked = sent(token, "phq9", eights, "phone-0002", other)
    assert "reached us already, Monday, 12:00" in asked
    assert len(answered(she)) == 1
    assert asked.count("checked") == 9, "nothing filled in is lost"
    sent(token, "phq9", {**eights, "again": "1"}, "phone-0003", other)
    assert [each.total for each in answered(she)] == [0, 6]


def test_of_two_phones_that_send_at_once_the_second_is_told(
    she: uuid.UUID, act: ActMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question was asked before the turn: both had found nothing sent yet, and two forms of a day were kept."""
    token, in_turn, other = link(she, act), chart_store.in_turn, Client()
    first = iter([True])

    @contextmanager
    def after_the_other() -> Iterator[None]:
        if next(first, False):
            sent(token, "phq9", ZEROES, "phone-0001", other)
        with in_turn():
            yield

    monkeypatch.setattr(chart_store, "in_turn", after_the_other)
    asked = sent(token, "phq9", {**ZEROES, "item_1": "1"}, "phone-0002")
    assert "reached us already, Monday, 12:00" in asked
    assert [each.total for each in answered(she)] == [0]


def test_thoughts_of_suicide_wait_for_no_question(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    sent(token, "phq9", ZEROES)
    after = sent(token, "phq9", {"item_9": "3"}, "phone-0002")
    assert "Talk to somebody now" in after
    assert [each.answers[8] for each in answered(she)] == [0, 3]


def test_questions_left_out_are_named_before_anything_is_sent(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act, "pcl5", "phq9")
    typed = {f"item_{number}": "1" for number in range(1, 21) if number != 7}
    asked = sent(token, "pcl5", typed)
    assert "Not answered: question 7." in asked
    assert "Sent to the clinic" not in asked
    assert asked.count("checked") == 19
    assert answered(she) == []
    assert "Not answered: question 7, 8." in sent(token, "pcl5", {**typed, "item_8": "", "without": "7"}, "phone-0002")
    assert "Sent to the clinic" in sent(token, "pcl5", {**typed, "without": "7"}, "phone-0003")
    assert [each.total for each in answered(she)] == [None]
    whole = {**typed, "item_7": "1"}
    assert "Sent to the clinic" in sent(token, "pcl5", {**whole, "again": "1"}, "phone-0004")


def test_an_empty_form_is_no_thank_you(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    asked = sent(token, "gad7", {})
    assert "Nothing is filled in yet" in asked
    assert "Thank you" not in asked
    assert answered(she) == []


def test_whom_to_call_stands_first_as_numbers_to_tap_and_stays(
    she: uuid.UUID, act: ActMaker, fixed_clock: FixedClock
) -> None:
    token = link(she, act)
    fixed_clock.shown = MIDNIGHT
    phone = Client()
    answer = phone.post(f"/q/{token}/phq9/", {**ZEROES, "item_9": "3", "key": "phone-0001"})
    here = answer.headers["Location"]
    for _ in range(2):
        page = phone.get(here).content.decode()
        main = page[page.index("<main") :]
        assert main.index("Talk to somebody now") < main.index("Hello")
        assert main.index('href="tel:988"') < main.index("Hello")
        assert main.index('href="sms:988"') < main.index("Hello")
        assert main.index('href="tel:5550143"') < main.index("Hello")
        assert "is to look within 30 minutes" in main
    opened_again = phone.get(f"/q/{token}/").content.decode()
    assert opened_again.index("Talk to somebody now") < opened_again.index("Hello"), "the link, opened again"
    assert "Talk to somebody now" not in Client().get(f"/q/{token}/").content.decode(), "another phone learns nothing"


def test_the_worst_mood_reaches_staff_as_item_nine_does_until_an_answer_about_suicide(
    she: uuid.UUID, act: ActMaker, fixed_clock: FixedClock
) -> None:
    token = link(she, act, "mood", "phq9")
    phone = Client()
    phone.post(f"/q/{token}/mood/", {"mood": "1", "key": "phone-mood-1"})
    assert safety.worklist(NOON) == ()
    fixed_clock.shown = NOON + timedelta(days=1)
    answer = phone.post(f"/q/{token}/mood/", {"mood": "0", "key": "phone-mood-0"})
    page = phone.get(answer.headers["Location"]).content.decode()
    assert page.index("Talk to somebody now") < page.index("Hello")
    (listed,) = safety.worklist(fixed_clock.shown)
    assert (listed.item.opened.title, listed.item.opened.said) == ("Mood today", "answered 0")
    phone.post(f"/q/{token}/phq9/", {**ZEROES, "item_9": "0", "key": "phone-phq9-0"})
    assert safety.worklist(fixed_clock.shown) == (), "it was asked since, and answered"


def test_what_is_said_of_reading_agrees_with_the_row_of_item_nine(
    she: uuid.UUID, act: ActMaker, fixed_clock: FixedClock
) -> None:
    token = link(she, act)
    fixed_clock.shown = MIDNIGHT
    page = Client().get(f"/q/{token}/").content.decode()
    rule = knowledge().suicide_item
    assert f"the {rule.first_otherwise} is to look within {rule.acknowledge_otherwise_min} minutes" in page


def test_every_page_of_a_link_has_a_title_of_its_own(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    pages = [Client().get(f"/q/{token}/{rest}").content.decode() for rest in ("", "phq9/", "gad7/")]
    shut = Client().get(f"/q/{'x' * 43}/").content.decode()
    titles = {re.findall(r"<title>(.*?)</title>", page, re.S)[0] for page in (*pages, shut)}
    assert len(titles) == 4


def test_what_was_sent_is_read_again_on_the_phone_that_sent_it_for_a_day(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    phone, other = Client(), Client()
    home = sent(token, "gad7", {f"item_{number}": str(number % 4) for number in range(1, 8)}, client=phone)
    (address,) = re.findall(r'href="(/q/[^"]*/sent/\d+/)"', home)
    page = phone.get(address).content.decode()
    assert "What you sent" in page
    assert page.count("<dt>") == 7
    assert "Nearly every day" in page
    assert "What you sent" not in other.get(address, follow=True).content.decode()
    assert "only on the phone that sent it" in other.get(address, follow=True).content.decode()
    assert "/sent/" not in other.get(f"/q/{token}/").content.decode()
    assert phone.cookies["sent"]["max-age"] == 24 * 3600
    assert phone.cookies["sent"]["httponly"]
    another = link(she, act)
    phone.cookies["sent"]["path"] = "/"
    assert "What you sent" not in phone.get(address.replace(token, another), follow=True).content.decode()


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("call 911 now. You can also call or text 988, the Lifeline", ("911", "988")),
        ("Call the emergency number (911 in the United States) at once if", ("911",)),
        ("Telefonseelsorge: 0800 111 0 111 or +49 (0)800-1110222.", ("0800 111 0 111", "+49 (0)800-1110222")),
        ("within 15 minutes, 24 hours a day, from 08:00 to 18:00, <b>5</b>", ()),
    ],
)
def test_numbers_among_words_are_to_tap(words: str, numbers: tuple[str, ...]) -> None:
    assert numbers_to_call(words) == numbers
    shown = to_tap(words)
    dialled = ["".join(sign for sign in each if sign in "+0123456789") for each in numbers]
    assert re.findall(r'href="tel:([^"]*)"', shown) == dialled
    assert unescape(re.sub(r"</?a[^>]*>", "", shown)) == words, "nothing is lost, and nothing of it is a tag"


def test_the_numbers_in_a_row_of_words_call(she: uuid.UUID, act: ActMaker) -> None:
    """911 stood in words alone on the page whose only number to tap was another."""
    words = {"crisis_words": "In danger call 911 now.", "crisis_number": "988"}
    ClinicDetails.objects.filter(pk=1).update(**words)
    page = Client().get(f"/q/{link(she, act)}/").content.decode()
    assert 'href="tel:911"' in page
    assert 'href="tel:988"' in page


def test_an_answer_that_cannot_be_written_says_whom_to_call_and_keeps_what_was_typed(
    she: uuid.UUID, act: ActMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a full disk and item 9 at 3 the phone told a patient to chart on paper and to tell the administrator."""
    ClinicDetails.objects.filter(pk=1).update(crisis_words="In danger call 911 now.", crisis_number="988")
    address = f"/q/{link(she, act)}/phq9/"

    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(chart_store, "append", full)
        answer = Client().post(address, {**ZEROES, "item_9": "3", "key": "phone-0001"})
    page = answer.content.decode()
    assert answer.status_code == 503
    for told in ("Not sent", 'href="tel:988"', 'href="tel:911"', '<input type="hidden" name="item_9"'):
        assert told in page
    for of_staff in ("administrator", "Chart on paper", "disk"):
        assert of_staff not in page
    sent_again = Client().post(address, {**ZEROES, "item_9": "3", "key": "phone-0001"}, follow=True).content.decode()
    assert "Talk to somebody now" in sent_again
    assert len(answered(she)) == 1
