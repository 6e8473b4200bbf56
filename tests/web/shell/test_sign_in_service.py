"""Signing in by another house's service: who comes in, and twice twenty ways by which nobody does."""

import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.id_token import NotSaid, Question, subject_of
from sereniv.clinic.accounts.models import Notice, ServiceSecret, Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import SignInLinked
from sereniv.clinic.records.models import Entry
from sereniv.clinic.web.shell import outside
from sereniv.clinic.workflows.admin import credentials, sign_in_service
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import ActMaker, FixedClock
from tests.records.damage import damage
from tests.web.shell.openid_double import (
    CLIENT,
    FOR_SEALING,
    ISSUER,
    OURS,
    SHORT,
    THEIRS,
    House,
    Lies,
    changed,
    honest,
    moved,
    standing_in,
    told,
)
from tests.web.shell.test_far_from_home import code_now, with_authenticator
from tests.web.shell.test_ways_in import acts, browser, is_in

pytestmark = pytest.mark.django_db
BACK = "/sign-in/service/back/"


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker) -> House:
    """A service that the clinic has taken, and to which the nurse is linked."""
    del staff, fixed_clock
    cache.clear()
    take(act)
    house = standing_in(monkeypatch)
    sign_in_service.link(ISSUER, house.who, act("nurse"))
    return house


def take(act: ActMaker, *, shows_second_factor: bool = False, secret: str = "told once") -> None:
    wanted = sign_in_service.Wanted(
        name="Hospital", issuer=ISSUER, client_id=CLIENT, secret=secret, shows_second_factor=shows_second_factor,
        reason="Staff sign in there for everything else",
    )  # fmt: skip
    sign_in_service.set_service(wanted, act("admin", second="director"))


def led_on(client: Client, house: House, then: str = "") -> str:
    """Press the button, and return the state with which the answer has to come."""
    page = client.post("/sign-in/service/", {"next": then}, follow=True)
    assert page.status_code == 200
    return house.sees(page.content.decode())


def enters(client: Client, house: House, then: str = "") -> str:
    """Sign in by the service; returns where that led."""
    state = led_on(client, house, then)
    return str(client.get(BACK, {"code": "a-code", "state": state})["Location"])


def test_whoever_linked_themselves_comes_in_and_a_button_says_so(house: House) -> None:
    client = Client()
    assert "With Hospital" in client.get("/sign-in/").content.decode()
    assert enters(client, house, "/people/") == "/people/"
    assert client.get("/people/").status_code == 200
    assert acts("nurse")[-1] == "signed in through Hospital"


FORGED = {
    "signed by nobody": Lies(header={"alg": "none"}),
    "signed with the public key as a secret": Lies(header={"alg": "HS256"}),
    "signed by another key of the same name": Lies(key=THEIRS),
    "signed by a key that its issuer does not have": Lies(header={"kid": "k-2"}),
    "signed by a key of which there are two": Lies(published=(THEIRS, THEIRS)),
    "signed by a key that is too short": Lies(key=SHORT, published=(SHORT,)),
    "signed by ours, where another has its name": Lies(published=(OURS, THEIRS)),
    "signed by a key that is for sealing": Lies(published=(FOR_SEALING,)),
    "signed in a way that is not taken": Lies(header={"alg": "RS512"}),
    "naming where its key lies": Lies(header={"jku": f"{ISSUER}/jwks_uri"}),
    "naming its issuer's own key itself": Lies(header={"jwk": OURS.as_dict(private=False)}),
    "naming its key itself": Lies(key=THEIRS, header={"jwk": THEIRS.as_dict(private=False)}),
    "with a broken signature": Lies(token=lambda honest: honest[:-8] + "AAAAAAAA"),
    "with other words under the signature": Lies(token=lambda honest: honest.replace(".", ".e30", 1)),
    "of another kind": Lies(header={"typ": "at+jwt"}),
    "no token at all": Lies(token=lambda honest: honest[:40]),
    "longer than any": Lies(claims=changed(more="x" * 20_000)),
    "by another issuer": Lies(claims=changed(iss="https://login.example.org")),
    "by its issuer with a slash": Lies(claims=changed(iss=f"{ISSUER}/")),
    "for another client": Lies(claims=changed(aud="another")),
    "for nobody": Lies(claims=changed(aud=None)),
    "for us and others, given to another": Lies(claims=changed(aud=[CLIENT, "another"], azp="another")),
    "for us and others, given to nobody": Lies(claims=changed(aud=[CLIENT, "another"])),
    "for us alone, given to another": Lies(claims=changed(azp="another")),
    "that ends this second": Lies(claims=moved("exp", seconds=-300)),
    "expired": Lies(claims=moved("exp", seconds=-301)),
    "without an end": Lies(claims=changed(exp=None)),
    "of the future": Lies(claims=moved("iat", minutes=2)),
    "of an hour ago": Lies(claims=moved("iat", hours=-1)),
    "that holds later": Lies(claims=lambda honest: {**honest, "nbf": honest["iat"] + 120}),
    "of a sign-in of before": Lies(claims=moved("auth_time", minutes=-5)),
    "without when they signed in": Lies(claims=changed(auth_time=None)),
    "that holds for ever": Lies(claims=changed(exp=10**13)),
    "with true for when it begins": Lies(claims=changed(nbf=True)),
    "with true for a time": Lies(claims=changed(auth_time=True)),
    "to another question": Lies(claims=changed(nonce="another")),
    "to no question": Lies(claims=changed(nonce=None)),
    "about nobody": Lies(claims=changed(sub="")),
    "about a number": Lies(claims=changed(sub=7)),
    "about somebody without end": Lies(claims=changed(sub="a" * 256)),
}
"""Of a token, each by what is wrong with it."""


@pytest.mark.parametrize("lies", [Lies(), *FORGED.values()], ids=["honest", *FORGED])
def test_a_forged_token_names_nobody_and_an_honest_one_does(lies: Lies) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    token = told(honest("ada", "a-nonce", int(now.timestamp())), lies)
    question = Question(issuer=ISSUER, client_id=CLIENT, nonce="a-nonce", asked_at=now)
    keys = [each.as_dict(private=False) for each in lies.published]
    if lies == Lies():
        assert subject_of(token, keys, question, now) == "ada"
        return
    with pytest.raises(NotSaid):
        subject_of(token, keys, question, now)


@pytest.mark.parametrize(("curve", "way", "is_taken"), [("P-256", "ES256", True), ("P-384", "ES384", True),
                                                         ("P-521", "ES512", False)])  # fmt: skip
def test_keys_of_the_two_curves_are_taken_and_no_other(curve: str, way: str, is_taken: bool) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    key = ECKey.generate_key(curve, {"kid": "k-1"})
    token = jwt.encode({"alg": way, "kid": "k-1"}, honest("ada", "n", int(now.timestamp())), key, algorithms=[way])
    question = Question(issuer=ISSUER, client_id=CLIENT, nonce="n", asked_at=now)
    if is_taken:
        assert subject_of(token, [key.as_dict(private=False)], question, now) == "ada"
        return
    with pytest.raises(NotSaid):
        subject_of(token, [key.as_dict(private=False)], question, now)


LYING = {
    "a token that nobody signed": FORGED["signed by nobody"],
    "about a stranger with a colleague's mail, verified": Lies(
        claims=changed(sub="stranger", email="nurse@clinic.example", email_verified=True, preferred_username="nurse")
    ),
    "about somebody at another issuer's number": Lies(claims=changed(sub="ADA-AT-THE-HOSPITAL")),
    "by doors of another issuer": Lies(doors={"issuer": "https://login.example.org"}),
    "by a door that is not secured": Lies(doors={"jwks_uri": "http://login.hospital.example/jwks_uri"}),
    "by an issuer that names itself elsewhere": Lies(doors={"authorization_response_iss_parameter_supported": True}),
}


@pytest.mark.parametrize("lies", LYING.values(), ids=LYING)
def test_a_forged_answer_lets_nobody_in_and_makes_nobody(house: House, lies: Lies) -> None:
    client, before = Client(), Staff.objects.count()
    state = led_on(client, house)
    house.lies = lies
    assert client.get(BACK, {"code": "a-code", "state": state})["Location"] == "/sign-in/"
    assert not is_in(client)
    assert Staff.objects.count() == before
    assert "user name and password" in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"code": "a-code"},
        {"code": "a-code", "state": "another"},
        {"code": "", "state": "STATE"},
        {"error": "access_denied", "state": "STATE"},
        {"code": "x" * 5000, "state": "STATE"},
        {"code": "a-code", "state": "STATE", "iss": "https://login.example.org"},
    ],
    ids=["no state", "another state", "no code", "not allowed", "a code too long", "another issuer answers"],
)
def test_an_answer_that_nobody_asked_for_lets_nobody_in_nor_is_asked_about(house: House, sent: dict[str, str]) -> None:
    client = Client()
    state = led_on(client, house)
    asked = len(house.asked)
    answer = client.get(BACK, {name: value.replace("STATE", state) for name, value in sent.items()})
    assert answer["Location"] == "/sign-in/"
    assert not is_in(client)
    assert len(house.asked) == asked
    assert client.get(BACK, {"code": "a-code", "state": state})["Location"] == "/sign-in/", "a question counts once"
    assert not is_in(client)


def test_an_answer_to_a_service_that_was_changed_since_is_brought_to_no_other(house: House, act: ActMaker) -> None:
    client = Client()
    state = led_on(client, house)
    other = sign_in_service.Wanted(
        name="Another", issuer="https://login.example.org", client_id=CLIENT, secret="told once",
        shows_second_factor=False, reason="The hospital moved its sign-in",
    )  # fmt: skip
    sign_in_service.set_service(other, act("admin", second="director"))
    asked = len(house.asked)
    assert client.get(BACK, {"code": "a-code", "state": state})["Location"] == "/sign-in/"
    assert not is_in(client)
    assert len(house.asked) == asked, "a code of one house is shown to no other"


def test_an_answer_counts_once_in_the_browser_that_asked_and_in_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = Client(), Client()
    state = led_on(client, house)
    other.get(BACK, {"code": "a-code", "state": state})
    assert not is_in(other)
    client.get(BACK, {"code": "a-code", "state": state})
    assert is_in(client)
    client.post("/sign-out/")
    client.get(BACK, {"code": "a-code", "state": state})
    assert not is_in(client)
    late = led_on(client, house)
    real = clock.real_now() + outside.ANSWERED_WITHIN + timedelta(seconds=1)
    monkeypatch.setattr(clock, "real_now", lambda: real)
    client.get(BACK, {"code": "a-code", "state": late})
    assert not is_in(client)


@pytest.mark.parametrize(
    "then", ["https://example.org/", "//example.org/", "javascript:alert(1)", "/\\example.org", "person"]
)
def test_nobody_is_led_outside_afterwards(house: House, then: str) -> None:
    assert enters(Client(), house, then) == "/"


@pytest.mark.parametrize("change", [{"is_active": False}, {"first_until": clock.real_now() + timedelta(days=1)}])
def test_whoever_left_or_waits_for_a_first_code_does_not_come_in(house: House, change: dict[str, Any]) -> None:
    Staff.objects.filter(username="nurse").update(**change)
    client = Client()
    assert enters(client, house) == "/sign-in/"
    assert not is_in(client)
    assert acts("nurse")[-1] == "failed to sign in"


@pytest.mark.parametrize("in_doubt", [credentials.give_new_password, credentials.clear_second_factor])
def test_a_link_ends_with_a_first_code_and_with_a_lost_factor(
    house: House, act: ActMaker, staff: dict[str, Staff], in_doubt: Callable[..., None]
) -> None:
    nurse = with_authenticator(staff["nurse"])
    given = ("a-first-code-of-hers",) if in_doubt is credentials.give_new_password else ()
    in_doubt(nurse.pk, *given, act("admin", second="director"))
    Staff.objects.filter(pk=nurse.pk).update(first_until=None)
    assert sign_in_service.link_of("nurse") is None
    assert enters(Client(), house) == "/sign-in/"


def test_an_administrator_ends_one_link_alone_and_its_owner_is_told(
    house: House, act: ActMaker, staff: dict[str, Staff]
) -> None:
    sign_in_service.link(ISSUER, "ben-at-the-hospital", act("nurse2"))
    page = f"/set-up/staff/{staff['nurse'].pk}/unlink/"
    admin = browser("admin")
    assert page in admin.get("/set-up/").content.decode()
    assert browser("director").get(page).status_code == 403
    sent = {"key": "unlinks-0001", "reason": ""}
    assert admin.post(page, sent).status_code == 422
    said = admin.post(page, {**sent, "reason": "Her badge was stolen"}, follow=True).content.decode()
    assert "signs in here alone" in said
    entry = chart_store.read("sign-in-link/nurse")[-1]
    assert isinstance(entry.event, SignInLinked)
    assert (entry.recorded_by, entry.event.is_active, entry.event.reason) == ("admin", False, "Her badge was stolen")
    assert "Her badge was stolen" in Notice.objects.get(staff=staff["nurse"], words__contains="was ended").words
    assert sign_in_service.link_of("nurse") is None
    assert enters(Client(), house) == "/sign-in/"
    assert sign_in_service.link_of("nurse2") is not None, "nobody else's link ended"
    assert page not in admin.get("/set-up/").content.decode()
    assert "is not linked" in admin.get(page).content.decode()
    house.who = "ada-at-the-hospital-again"
    assert is_in(browser("nurse")), "the way with the password stays"


def test_nobody_ends_their_own_link_by_the_administrators_page(house: House, act: ActMaker) -> None:
    sign_in_service.link(ISSUER, "sam-at-the-hospital", act("admin"))
    me = Staff.objects.get(username="admin")
    with pytest.raises(Refused, match="another administrator"):
        sign_in_service.end_one_link(me.pk, "I do not use it", act("admin"))


def test_the_second_factor_is_asked_here_unless_the_clinic_says_that_the_service_does(
    house: House, act: ActMaker, staff: dict[str, Staff]
) -> None:
    with_authenticator(staff["nurse"])
    client = Client()
    assert enters(client, house) == "/second-factor/authenticate/"
    assert not is_in(client)
    client.post("/second-factor/authenticate/", {"code": code_now()})
    assert is_in(client)
    assert acts("nurse")[-1] == "signed in through Hospital"
    take(act, shows_second_factor=True, secret="")
    again = Client()
    assert enters(again, house) == "/"
    assert is_in(again)
    again.post("/sign-out/")
    again.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
    assert not is_in(again), "a password is asked for the factor all the same"


def test_coming_in_by_the_service_opens_no_page_that_changes_how_somebody_comes_in(house: House) -> None:
    client = Client()
    enters(client, house)
    assert client.get("/second-factor/webauthn/add/")["Location"].startswith("/confirm-password/")


def test_a_service_that_is_down_leaves_the_way_with_the_password(house: House) -> None:
    house.says(is_down=True)
    client = Client()
    page = client.post("/sign-in/service/", follow=True).content.decode()
    assert "Hospital does not answer. Sign in with your user name and password." in page
    assert acts("") == []
    assert is_in(browser("nurse"))


def test_a_service_that_was_ended_lets_nobody_in_and_its_secret_is_forgotten(house: House, act: ActMaker) -> None:
    client = Client()
    state = led_on(client, house)
    sign_in_service.end_service("They run it no more", act("admin"))
    assert client.get(BACK, {"code": "a-code", "state": state})["Location"] == "/sign-in/"
    assert not is_in(client)
    assert not ServiceSecret.objects.exists()
    assert "With Hospital" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/service/")["Location"] == "/sign-in/"


# Linking.


def links(client: Client, house: House, sent: dict[str, str]) -> str:
    """Link oneself on the page; returns where that led, or the page that refuses."""
    page = client.post("/me/service/", {"key": "link-me-0001", **sent}, follow=True)
    if page.status_code != 200:
        return page.content.decode()
    return str(client.get(BACK, {"code": "a-code", "state": house.sees(page.content.decode())})["Location"])


def test_linking_asks_for_password_and_second_factor_once_and_is_in_the_chain(
    house: House, staff: dict[str, Staff]
) -> None:
    client, house.who = browser("nurse2"), "ben-at-the-hospital"
    with_authenticator(staff["nurse2"])
    assert "not your password" in links(client, house, {"password": PASSWORD, "code": "000000"})
    assert "not your password" in links(client, house, {"password": "another", "code": code_now()})
    assert links(client, house, {"password": PASSWORD, "code": code_now()}) == "/me/service/"
    entry = [each for each in chart_store.read("sign-in-link/nurse2") if isinstance(each.event, SignInLinked)][-1]
    assert entry.recorded_by == "nurse2"
    assert "ben-at" not in str(entry.event), "who somebody is elsewhere is kept as a mark"
    assert "You are linked" in client.get("/me/service/").content.decode()
    client.post("/me/service/unlink/", {"key": "unlink-00001"})
    stranger = Client()
    enters(stranger, house)
    assert not is_in(stranger)


def test_nobody_links_what_is_somebody_elses(house: House) -> None:
    client = browser("nurse2")
    assert links(client, house, {"password": PASSWORD}) == "/me/service/"
    assert "Somebody else here is linked" in client.get("/me/service/").content.decode()
    assert sign_in_service.link_of("nurse2") is None
    back = Client()
    enters(back, house)
    assert back.session["_auth_user_id"] == str(Staff.objects.get(username="nurse").pk)


def began(client: Client, at: datetime) -> None:
    """Let a sign-in have begun at another moment."""
    session = client.session
    session[idle.SIGNED_IN] = at.isoformat()
    session.save()


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda client: client.post("/sign-out/"),
        lambda client: client.post("/lock/"),
        lambda _: Staff.objects.filter(username="nurse2").update(is_active=False),
        lambda client: began(client, clock.real_now() - timedelta(days=1)),
    ],
    ids=["signed out", "locked", "left", "ended by its hours"],
)
def test_a_link_is_made_only_by_whoever_asked_and_is_still_there(
    house: House, meanwhile: Callable[[Client], object]
) -> None:
    client, house.who = browser("nurse2"), "ben-at-the-hospital"
    sent = {"key": "link-me-0002", "password": PASSWORD}
    state = house.sees(client.post("/me/service/", sent, follow=True).content.decode())
    meanwhile(client)
    client.get(BACK, {"code": "a-code", "state": state})
    assert sign_in_service.link_of("nurse2") is None


def test_a_service_is_taken_by_two_over_a_secured_line_with_a_secret_that_lies_sealed(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, settings: Any
) -> None:
    wanted = sign_in_service.Wanted(
        name="Hospital", issuer=ISSUER, client_id=CLIENT, secret="told once", shows_second_factor=False,
        reason="Staff sign in there for everything",
    )  # fmt: skip
    with pytest.raises(Refused, match="second person"):
        sign_in_service.set_service(wanted, act("admin"))
    with pytest.raises(Refused, match="may not be second"):
        sign_in_service.set_service(wanted, act("admin", second="nurse"))
    settings.IS_CLINIC = True
    for issuer in ("http://localhost:8080", "https://", "ftp://a.example", "https://a@b.example", f"{ISSUER}?a=b"):
        with pytest.raises(Malformed, match="https"):
            take_at(issuer, act)
    sign_in_service.set_service(wanted, act("admin", second="director"))
    assert "told once" not in ServiceSecret.objects.get().sealed
    assert sign_in_service.secret_of(sign_in_service.service() or pytest.fail("none stands")) == "told once"
    other = "https://login.example.org"
    with pytest.raises(Malformed, match="secret"):
        take_at(other, act)


def test_the_pages_take_a_service_and_end_it(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    admin, nurse = browser("admin"), browser("nurse")
    typed = {
        "key": "service-0001", "name": "Hospital", "issuer": ISSUER, "client_id": CLIENT, "secret": "told once",
        "reason": "Staff sign in there for everything", "second_person": staff["director"].pk,
        "second_secret": PASSWORD,
    }  # fmt: skip
    assert {nurse.get(f"/set-up/service/{page}").status_code for page in ("", "end/")} == {403}
    assert nurse.post("/set-up/service/", typed).status_code == 403
    assert "http://testserver/sign-in/service/back/" in admin.get("/set-up/service/").content.decode()
    assert admin.post("/set-up/service/", typed).status_code == 302
    assert "told once" not in admin.get("/set-up/service/").content.decode()
    assert "With Hospital" in Client().get("/sign-in/").content.decode()
    assert "Hospital" in nurse.get("/me/service/").content.decode()
    ends = {"key": "service-0002", "reason": "They run it no more"}
    assert admin.post("/set-up/service/end/", ends).status_code == 302
    assert "takes none" in nurse.get("/me/service/").content.decode()


def take_at(issuer: str, act: ActMaker) -> None:
    wanted = sign_in_service.Wanted(
        name="Hospital", issuer=issuer, client_id=CLIENT, secret="", shows_second_factor=False,
        reason="Staff sign in there for everything",
    )  # fmt: skip
    sign_in_service.set_service(wanted, act("admin", second="director"))


def test_a_provider_that_others_wrote_is_understood_over_the_line(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Discovery, code, verifier, ID token and keys as Authlib's provider gives them; its page is answered by hand."""
    cache.clear()
    with warnings.catch_warnings(action="ignore"):
        from oidc_provider_mock import run_server_in_thread

        with run_server_in_thread(require_nonce=True) as provider:
            wanted = sign_in_service.Wanted(
                name="Hospital", issuer=f"http://localhost:{provider.server_port}", client_id=CLIENT,
                secret="told once", shows_second_factor=False, reason="Staff sign in there for everything",
            )  # fmt: skip
            sign_in_service.set_service(wanted, act("admin", second="director"))
            nurse = browser("nurse")
            assert through(nurse, "/me/service/", {"key": "link-me-0003", "password": PASSWORD}) == "/me/service/"
            assert sign_in_service.link_of("nurse") is not None
            client = Client()
            assert through(client, "/sign-in/service/", {"next": "/people/"}) == "/people/"
            assert is_in(client)


def through(client: Client, page: str, sent: dict[str, str]) -> str:
    """Go to the provider from a page, sign in there as Ada, and come back; returns where that led."""
    shown = client.post(page, sent, follow=True).content.decode()
    there = shown.split('content="0;url=')[1].split('"')[0].replace("&amp;", "&")
    form = urlencode({"sub": "ada"}).encode()
    connection = HTTPConnection(urlsplit(there).netloc, timeout=10)
    connection.request("POST", there, form, {"Content-Type": "application/x-www-form-urlencoded"})
    back = connection.getresponse().headers["Location"]
    connection.close()
    return str(client.get(f"{urlsplit(back).path}?{urlsplit(back).query}")["Location"])


def test_a_link_whose_end_cannot_be_read_lets_nobody_in(house: House, act: ActMaker, staff: dict[str, Staff]) -> None:
    """What was linked before its damaged entry does not come back to life."""
    sign_in_service.end_one_link(staff["nurse"].pk, "Somebody else has that account now", act("admin"))
    damage(Entry.objects.filter(kind=SignInLinked.__name__).latest("seq"))
    client = Client()
    enters(client, house)
    assert not is_in(client)
    assert sign_in_service.link_of("nurse") is None
    assert not sign_in_service.linked()
