"""Where an app is told how to come in, and where it is given a token (RFC 6749, RFC 7523, SMART App Launch 2.2)."""

from datetime import timedelta

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from sereniv.clinic import clock
from sereniv.clinic.gateway.allowance import Allowance
from sereniv.clinic.gateway.smart.assertions import Asked, NotShown, Shown, shown_by
from sereniv.clinic.gateway.smart.tokens import token_for
from sereniv.clinic.workflows.admin import apps
from sereniv.exchange.fhir.names import RECEIVED, TYPES
from sereniv.exchange.fhir.scopes import is_within
from sereniv.therapy.recording.refusal import Refused

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM = "application/x-www-form-urlencoded"
LONGEST_SCOPE = 2000

TOKENS = Allowance(most=20, within=timedelta(minutes=10))
"""Tokens for one app: each holds for five minutes, and each is an entry of the ledger."""

REFUSALS_KEPT = Allowance(most=5, within=timedelta(minutes=15))
"""Refusals of one app that are written into the ledger; more of them are refused, and not written."""


@require_GET
def configuration(request: HttpRequest) -> JsonResponse:
    """Say how an app is let in: by its registered key alone."""
    return JsonResponse(
        {
            "token_endpoint": token_address(request),
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
            "grant_types_supported": ["client_credentials"],
            "scopes_supported": [
                "system/*.rs",
                *(f"system/{name}.rs" for name in TYPES),
                *(f"system/{name}.c" for name in RECEIVED),
            ],
            "capabilities": ["client-confidential-asymmetric", "permission-v2"],
        }
    )


def token_address(request: HttpRequest) -> str:
    """Return the address of the token endpoint as this request came to it."""
    return request.build_absolute_uri(reverse("smart_token"))


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> JsonResponse:
    """Give an app that shows its key a token for scopes that it is registered for."""
    wrong = _wrong_form(request)
    if wrong is not None:
        return _refused(400, wrong[0], wrong[1])
    now = clock.real_now()
    try:
        asked = Asked(audience=token_address(request), now=now)
        shown = shown_by(request.POST["client_assertion"], asked, apps.app)
        return _given(shown, request.POST["scope"].split())
    except NotShown as no:
        _keep_refusal(no.app, str(no))
        return _refused(401, "invalid_client", str(no))
    except Refused as no:
        _keep_refusal(shown.app.app, no.reason)
        return _refused(401, "invalid_client", no.reason)


def _wrong_form(request: HttpRequest) -> tuple[str, str] | None:
    if request.content_type != FORM:
        return "invalid_request", f"Send a form ({FORM})."
    needed = ("grant_type", "client_assertion_type", "client_assertion", "scope")
    if any(len(request.POST.getlist(name)) != 1 for name in needed):
        return "invalid_request", f"Send each of {', '.join(needed)} once."
    if request.POST["grant_type"] != "client_credentials":
        return "unsupported_grant_type", "grant_type is client_credentials."
    if request.POST["client_assertion_type"] != ASSERTION_TYPE:
        return "invalid_request", f"client_assertion_type is {ASSERTION_TYPE}."
    if not request.POST["scope"].split() or len(request.POST["scope"]) > LONGEST_SCOPE:
        return "invalid_scope", "Ask for what you are registered for, such as system/Patient.rs."
    return None


def _given(shown: Shown, wanted: list[str]) -> JsonResponse:
    app = shown.app
    beyond = [each for each in wanted if not is_within(each, app.scopes)]
    if beyond:
        words = f"{app.name} is registered for {' '.join(app.scopes)}, not for {' '.join(beyond)}."
        _keep_refusal(app.app, "a scope that it is not registered for")
        return _refused(400, "invalid_scope", words)
    now = clock.real_now()
    wait_s = TOKENS.wait_s(app.app, now)
    if wait_s:
        answer = _refused(429, "temporarily_unavailable", f"Use the token that you have; ask again in {wait_s} s.")
        answer["Retry-After"] = str(wait_s)
        return answer
    scopes = tuple(dict.fromkeys(wanted))
    until = apps.give_token(app.app, scopes, shown.mark, now, clock.now())
    return _unstored(
        JsonResponse(
            {
                "access_token": token_for(app.app, shown.key_mark, scopes, until),
                "token_type": "bearer",
                "expires_in": int(apps.TOKEN_LASTS.total_seconds()),
                "scope": " ".join(scopes),
            }
        )
    )


def _keep_refusal(app: str, why: str) -> None:
    if app and not REFUSALS_KEPT.wait_s(app, clock.real_now()):
        apps.note_refused(app, f"token: {why}", clock.now())


def _refused(status: int, error: str, words: str) -> JsonResponse:
    return _unstored(JsonResponse({"error": error, "error_description": words}, status=status))


def _unstored(answer: JsonResponse) -> JsonResponse:
    answer["Cache-Control"], answer["Pragma"] = "no-store", "no-cache"
    return answer
