"""An app is let in by its own key, once by each assertion, and to nothing that it was not registered for."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.gateway.smart import tokens, views
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import AppTokenGiven, RefusalAudited
from sereniv.clinic.workflows.admin import apps
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import ActMaker
from tests.gateway.letting_in import KEY, OTHER_KEY, TOKEN, App, let_in, public

pytestmark = pytest.mark.django_db
STRANGER = ECKey.generate_key("P-384", {"kid": "ec-1"})
"""Another's key under the same id."""


@pytest.fixture(autouse=True)
def counted_anew() -> None:
    views.TOKENS.begin_anew()
    views.REFUSALS_KEPT.begin_anew()


@pytest.fixture
def app(act: ActMaker) -> App:
    return let_in(act("admin", second="director"), scopes=("system/Patient.rs", "system/Observation.rs"))


@pytest.fixture
def rsa_app(act: ActMaker) -> App:
    return let_in(act("admin", second="director"), "Other record", ("system/Patient.rs",), OTHER_KEY)


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def unsigned(app: App, alg: str) -> str:
    return f"{part(app.header(alg=alg))}.{part(app.claims())}."


def signed_with_the_public_key(app: App) -> str:
    """Sign as whoever takes the published key for a shared secret."""
    for_all = json.dumps(app.key.as_dict(private=False)).encode()
    text = f"{part(app.header(alg='HS256'))}.{part(app.claims())}"
    mac = hmac.new(for_all, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def in_seconds(seconds: float) -> int:
    return int((clock.real_now() + timedelta(seconds=seconds)).timestamp())


def tampered(app: App) -> str:
    header, _, signature = app.assertion().split(".")
    return f"{header}.{part(app.claims())}.{signature}"


ATTACKS: dict[str, Callable[[App], str]] = {
    "alg none": lambda app: unsigned(app, "none"),
    "alg None": lambda app: unsigned(app, "None"),
    "alg NONE with no signature": lambda app: unsigned(app, "NONE"),
    "an ES384 that is not signed": lambda app: unsigned(app, "ES384"),
    "the public key as a shared secret": signed_with_the_public_key,
    "a shared secret": lambda app: jwt.encode(
        app.header(alg="HS256"), app.claims(), OctKey.generate_key(256), algorithms=["HS256"]
    ),
    "another's key under the same id": lambda app: App(id=app.id, key=STRANGER).assertion(),
    "a key of another kind under the same id": lambda app: App(
        id=app.id, key=RSAKey.generate_key(2048, {"kid": "ec-1"})
    ).assertion(),
    "another algorithm of the same key": lambda app: jwt.encode(
        app.header(alg="RS256"), app.claims(), OTHER_KEY, algorithms=["RS256"]
    ),
    "an unknown key id": lambda app: app.assertion(app.header(kid="ec-2")),
    "no key id": lambda app: app.assertion(app.header(kid=None)),
    "a key in its own header": lambda app: App(id=app.id, key=STRANGER).assertion(
        app.header(jwk=STRANGER.as_dict(private=False))
    ),
    "a certificate in its own header": lambda app: app.assertion(app.header(x5c=["MIIB"])),
    "an address of keys in its own header": lambda app: App(id=app.id, key=STRANGER).assertion(
        app.header(x5u="https://attacker.example/key")
    ),
    "keys elsewhere (jku)": lambda app: App(id=app.id, key=STRANGER).assertion(
        app.header(jku="https://attacker.example/jwks.json")
    ),
    "a token of another kind": lambda app: app.assertion(app.header(typ="at+jwt")),
    "another's name": lambda app: app.assertion(iss="somebody-else", sub="somebody-else"),
    "no name": lambda app: app.assertion(iss=None),
    "two names": lambda app: app.assertion(sub="somebody-else"),
    "only a name of the issuer": lambda app: app.assertion(sub=None),
    "a number for a name": lambda app: app.assertion(iss=1, sub=1),
    "for another server": lambda app: app.assertion(aud="https://other.example/fhir/token"),
    "for this server beside another": lambda app: app.assertion(aud=[f"http://testserver{TOKEN}", "https://x.example"]),
    "for nobody": lambda app: app.assertion(aud=None),
    "for the server's root": lambda app: app.assertion(aud="http://testserver/fhir"),
    "for this address with a slash more": lambda app: app.assertion(aud=f"http://testserver{TOKEN}/"),
    "expired": lambda app: app.assertion(exp=in_seconds(-1)),
    "expired long ago": lambda app: app.assertion(exp=0),
    "without an end": lambda app: app.assertion(exp=None),
    "with an end in words": lambda app: app.assertion(exp="tomorrow"),
    "with an end that is true": lambda app: app.assertion(exp=True),
    "with an end at no number": lambda app: app.assertion(exp=float("nan")),
    "for an hour": lambda app: app.assertion(exp=in_seconds(3600)),
    "not yet": lambda app: app.assertion(nbf=in_seconds(120)),
    "made in the future": lambda app: app.assertion(iat=in_seconds(600)),
    "without an id": lambda app: app.assertion(jti=None),
    "with an empty id": lambda app: app.assertion(jti=""),
    "with a list for an id": lambda app: app.assertion(jti=["a"]),
    "with an id without end": lambda app: app.assertion(jti="a" * 256),
    "with other claims under the same signature": tampered,
    "without its signature": lambda app: app.assertion().rpartition(".")[0] + ".",
    "with a signature cut short": lambda app: app.assertion()[:-4],
    "two parts": lambda app: app.assertion().rpartition(".")[0],
    "no token at all": lambda _: "a",
    "an encrypted one": lambda _: "a.b.c.d.e",
    "a claim set that is a list": lambda app: f"{part(app.header())}.{part([1])}.AAAA",
    "a header that is a list": lambda app: f"{part([1])}.{part(app.claims())}.AAAA",
    "a header of great depth": lambda _: f"{base64.urlsafe_b64encode(b'[' * 3000).decode()}.{part({})}.AAAA",
    "letters of no alphabet of ours": lambda _: "é.é.é",
    "longer than anything": lambda app: app.assertion(more="a" * 9000),
    "critical extensions": lambda app: f"{part(app.header(crit=['b64'], b64=False))}.{part(app.claims())}.AAAA",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused(attack: str, app: App) -> None:
    answer = app.asks(ATTACKS[attack](app), scope="system/Patient.rs")
    assert answer.status_code == 401, answer.content
    assert answer.json()["error"] == "invalid_client"
    assert "access_token" not in answer.content.decode()
    assert not [each for each in chart_store.read("audit") if isinstance(each.event, AppTokenGiven)]


def test_an_app_is_given_a_token_for_what_it_asks_and_no_more(app: App, rsa_app: App) -> None:
    answer = app.asks(scope="system/Patient.r")
    assert answer.status_code == 200
    assert answer.json()["scope"] == "system/Patient.r"
    assert answer.json()["expires_in"] == 300
    assert answer["Cache-Control"] == "no-store"
    assert rsa_app.asks(scope="system/Patient.rs").status_code == 200
    given = [each for each in chart_store.read("audit") if isinstance(each.event, AppTokenGiven)]
    assert [each.recorded_by for each in given] == [f"app {app.id}", f"app {rsa_app.id}"]


def test_an_assertion_counts_once_also_for_what_started_anew(app: App) -> None:
    once = app.assertion(jti="the-same")
    assert app.asks(once, scope="system/Patient.rs").status_code == 200
    again = app.asks(once, scope="system/Patient.rs")
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    signed_anew = app.assertion(jti="the-same")
    assert app.asks(signed_anew, scope="system/Patient.rs").status_code == 401
    refused = [each.event for each in chart_store.read("audit") if isinstance(each.event, RefusalAudited)]
    assert any("used before" in each.page for each in refused if each.staff == f"app {app.id}")


def test_the_same_id_of_another_app_is_another(app: App, rsa_app: App) -> None:
    assert app.asks(app.assertion(jti="one"), scope="system/Patient.rs").status_code == 200
    assert rsa_app.asks(rsa_app.assertion(jti="one"), scope="system/Patient.rs").status_code == 200


@pytest.mark.parametrize(
    "scope",
    [
        "system/*.rs", "system/*.r", "system/Practitioner.rs", "system/Patient.cruds", "system/Patient.u",
        "user/Patient.rs", "patient/Patient.rs", "system/Patient.rs system/*.rs", "openid", "offline_access",
        "system/Observation.rs?category=vital-signs", "system/patient.rs", "SYSTEM/Patient.rs", "system/Nothing.rs",
        "cds-hooks", "system/Patient.sr", "system/Patient.",
    ],
)  # fmt: skip
def test_a_scope_that_was_not_registered_is_not_given(scope: str, app: App) -> None:
    answer = app.asks(scope=scope)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x" * 40}, "unsupported_grant_type"),
        ({"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"}, "invalid_request"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
def test_another_way_in_is_none(other: dict[str, str], error: str, app: App) -> None:
    answer = app.asks(**{"scope": "system/Patient.rs", **other})
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_what_is_sent_twice_is_not_chosen_from(app: App) -> None:
    twice = f"{app.assertion()}&client_assertion={app.assertion()}"
    assert app.asks(twice, scope="system/Patient.rs").json()["error"] == "invalid_request"


def test_a_token_is_asked_for_by_a_form_alone() -> None:
    assert Client().get(TOKEN).status_code == 405
    assert Client().post(TOKEN, {}, "application/json").json()["error"] == "invalid_request"


def test_an_app_that_is_revoked_reads_nothing_more_with_what_it_has(app: App, act: ActMaker) -> None:
    client = app.client("system/Patient.rs")
    assert client.get("/fhir/Patient").status_code == 200
    apps.revoke(app.id, "The contract has ended", act("admin"))
    assert client.get("/fhir/Patient").status_code == 401
    assert app.asks(scope="system/Patient.rs").status_code == 401


def test_what_is_taken_away_is_gone_from_tokens_that_were_given_before(app: App, act: ActMaker) -> None:
    client = app.client("system/Patient.rs system/Observation.rs")
    apps.limit(app.id, ("system/Observation.rs",), "Names are not needed", act("admin"))
    assert client.get("/fhir/Patient").status_code == 403
    assert client.get("/fhir/Observation?_id=1-pressure").status_code == 200


def test_a_token_ends_with_the_key_that_it_was_given_for(app: App, act: ActMaker) -> None:
    client = app.client("system/Patient.rs")
    apps.change_keys(app.id, public(STRANGER), "The app's server was moved", act("admin", second="director"))
    assert client.get("/fhir/Patient").status_code == 401, "also where the new key has the old one's id"
    assert app.asks(scope="system/Patient.rs").status_code == 401
    assert App(id=app.id, key=STRANGER).asks(scope="system/Patient.rs").status_code == 200


def test_a_token_ends_by_itself(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    token = app.token("system/Patient.rs")
    now = clock.real_now()
    assert tokens.caller_of(token, now + timedelta(seconds=295)) is not None
    assert tokens.caller_of(token, now + timedelta(seconds=301)) is None


def test_a_token_is_the_homes_own(app: App) -> None:
    token = app.token("system/Patient.rs")
    now = clock.real_now()
    forged = [token[:-1], token[:40] + ("A" if token[40] != "A" else "B") + token[41:], "", "a.b.c", app.assertion()]
    assert all(tokens.caller_of(each, now) is None for each in forged)
    assert tokens.caller_of("é" * 40, now) is None


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Token abc", "Bearer null", "bearer undefined"]
)
def test_without_a_token_nothing_is_read(header: str, app: App) -> None:
    answer = Client(headers={"authorization": header} if header else {}).get("/fhir/Patient")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_a_token_in_the_address_is_none(app: App) -> None:
    assert Client().get(f"/fhir/Patient?access_token={app.token('system/Patient.rs')}").status_code == 401


def test_one_app_never_shuts_out_another(app: App, rsa_app: App) -> None:
    for _ in range(views.TOKENS.most):
        assert app.asks(scope="system/Patient.rs").status_code == 200
    late = app.asks(scope="system/Patient.rs")
    assert late.status_code == 429
    assert int(late["Retry-After"]) > 0
    assert rsa_app.asks(scope="system/Patient.rs").status_code == 200


def test_whoever_fails_in_an_apps_name_neither_shuts_it_out_nor_fills_the_ledger(app: App) -> None:
    for _ in range(30):
        assert app.asks(ATTACKS["another's key under the same id"](app), scope="system/Patient.rs").status_code == 401
    assert app.asks(scope="system/Patient.rs").status_code == 200
    refused = [each for each in chart_store.read("audit") if isinstance(each.event, RefusalAudited)]
    assert len(refused) == views.REFUSALS_KEPT.most


def test_the_way_in_is_told(app: App) -> None:
    told = Client().get("/fhir/.well-known/smart-configuration").json()
    assert told["token_endpoint"] == f"http://testserver{TOKEN}"
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert not {"authorization_endpoint", "response_types_supported", "response_modes_supported"} & set(told)
    assert set(told["token_endpoint_auth_signing_alg_values_supported"]) == {"RS384", "ES384"}


WANTED = apps.Wanted(name="Record", keys=public(KEY), scopes=("system/Patient.rs",), reason="The clinic's other record")


def test_an_app_is_let_in_by_two_and_given_more_by_two(act: ActMaker, staff: dict[str, Staff]) -> None:
    with pytest.raises(Refused, match="second person"):
        apps.register(WANTED, act("admin"))
    with pytest.raises(Refused, match="may not be second"):
        apps.register(WANTED, act("admin", second="nurse"))
    app_id = apps.register(WANTED, act("admin", second="director"))
    with pytest.raises(Refused, match="second person"):
        apps.limit(app_id, ("system/*.rs",), "It needs all of it now", act("admin"))
    with pytest.raises(Refused, match="second person"):
        apps.change_keys(app_id, public(OTHER_KEY), "Its server was moved", act("admin"))
    apps.limit(app_id, ("system/Patient.r",), "It only needs to read by id", act("admin"))
    found = apps.app(app_id)
    assert found is not None
    assert found.scopes == ("system/Patient.r",)


def test_an_app_is_registered_once_for_one_sheet(act: ActMaker) -> None:
    once = act("admin", second="director")
    assert apps.register(WANTED, once) == apps.register(WANTED, once)
    with pytest.raises(Refused, match="let in already"):
        apps.register(WANTED, act("admin", second="director"))


KEYS_THAT_ARE_NONE = {
    "nothing": "",
    "words": "please let us in",
    "a private key": json.dumps(KEY.as_dict(private=True)),
    "a private key in PEM": KEY.as_pem(private=True).decode(),
    "a shared secret": json.dumps({"kty": "oct", "k": "c2VjcmV0"}),
    "a weak RSA key": json.dumps({"kty": "RSA", "e": "AQAB", "n": "u1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0g"}),
    "another curve": public(ECKey.generate_key("P-256")),
    "no keys": '{"keys": []}',
    "too many keys": public(*(ECKey.generate_key("P-384") for _ in range(6))),
    "two of one id": public(KEY, STRANGER),
    "one that encrypts": json.dumps({**KEY.as_dict(private=False), "use": "enc"}),
    "one for another algorithm": json.dumps({**OTHER_KEY.as_dict(private=False), "alg": "RS256"}),
    "a point that is on no curve": json.dumps({"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}),
    "a list": "[1]",
    "great depth": "[" * 10_000,
}


@pytest.mark.parametrize("keys", KEYS_THAT_ARE_NONE)
def test_a_key_that_is_none_is_told_from_one(keys: str, act: ActMaker) -> None:
    with pytest.raises(Malformed):
        apps.register(replace(WANTED, keys=KEYS_THAT_ARE_NONE[keys]), act("admin", second="director"))


def test_a_key_in_pem_is_taken_and_named_by_its_thumbprint(act: ActMaker) -> None:
    wanted = replace(WANTED, keys=KEY.as_pem(private=False).decode())
    app_id = apps.register(wanted, act("admin", second="director"))
    app = App(id=app_id)
    assert app.asks(app.assertion(app.header(kid=KEY.thumbprint())), scope="system/Patient.rs").status_code == 200


def test_the_administrator_lets_an_app_in_limits_and_revokes_it_on_pages(staff: dict[str, Staff]) -> None:
    browser = Client()
    browser.force_login(staff["admin"], backend="django.contrib.auth.backends.ModelBackend")

    def send(address: str, **typed: Any) -> Any:
        return browser.post(address, {"key": uuid.uuid4().hex, **typed})

    second = {"second_person": staff["director"].pk, "second_secret": PASSWORD}
    typed = {"name": "Town hospital", "keys": public(KEY), "scopes": ["system/Patient.rs"], "reason": "Reads our notes"}
    assert send("/set-up/apps/new/", **typed).status_code == 422, "two let an app in"
    done = send("/set-up/apps/new/", **typed, **second)
    assert done.status_code == 302, done.content.decode()
    page = browser.get("/set-up/apps/").content.decode()
    (found,) = apps.apps()
    assert found.app in page
    assert "Town hospital" in page
    shown = browser.get(f"/set-up/apps/{found.app}/limit/").content.decode()
    assert 'value="system/Patient.rs" id="id_scopes_1" checked' in shown or "checked" in shown
    assert send(f"/set-up/apps/{found.app}/revoke/", reason="The contract ended").status_code == 302
    assert "revoked" in browser.get("/set-up/apps/").content.decode()
    assert browser.get(f"/set-up/apps/{found.app}/keys/").status_code == 404


def test_nobody_but_the_administrator_lets_an_app_in(staff: dict[str, Staff]) -> None:
    for who in ("nurse", "prescriber", "director", "coordinator"):
        browser = Client()
        browser.force_login(staff[who], backend="django.contrib.auth.backends.ModelBackend")
        assert browser.get("/set-up/apps/").status_code == 403
        assert browser.post("/set-up/apps/new/", {"key": uuid.uuid4().hex}).status_code == 403
