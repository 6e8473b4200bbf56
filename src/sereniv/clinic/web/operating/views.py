"""How the house runs: a page for the administrator, one word for anybody, the whole for a machine with the token."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from sereniv import __version__
from sereniv.clinic import clock
from sereniv.clinic.home import HomeError
from sereniv.clinic.operating import metrics as exposed
from sereniv.clinic.operating import token
from sereniv.clinic.operating.findings import Moment, State, worst
from sereniv.clinic.operating.plan import Plan, plan_of
from sereniv.clinic.operating.rounds import found_now, last_reached
from sereniv.clinic.operating.ways import ways_of_alarms
from sereniv.clinic.workflows.shell.this_clinic import served_home, state

NOT_KNOWN = "Show the home's health token as a bearer token: it lies in the home's folder, as health.token."


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Say that the server answers; to whoever shows the token, how each part of the house stands, 503 where to act."""
    shown = request.headers.get("Authorization", "")
    if not shown:
        return HttpResponse(f"Sereniv {__version__}\n", content_type="text/plain")
    if not token.is_shown(served_home(), shown):
        return JsonResponse({"error": NOT_KNOWN}, status=401)
    findings = found_now(served_home())
    stands = worst(findings)
    lines = [
        {"topic": each.topic, "state": str(each.state), "words": each.words, "mend": each.mend} for each in findings
    ]
    told = {"program": __version__, "home": state(), "state": str(stands), "findings": lines}
    return JsonResponse(told, status=503 if stands is State.ACT else 200)


@csrf_exempt
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the numbers of the house to a monitoring system that shows the token."""
    if not token.is_shown(served_home(), request.headers.get("Authorization", "")):
        return JsonResponse({"error": NOT_KNOWN}, status=401)
    return _numbers(request)


@require_GET
def _numbers(request: HttpRequest) -> HttpResponse:
    del request
    real = clock.real_now()
    moment = Moment(home=served_home(), real=real, here=clock.now(), is_live=state() == "live")
    text = exposed.page(moment, found_now(served_home()), last_reached())
    return HttpResponse(text, content_type=exposed.CONTENT_TYPE)


@require_GET
def doctor(request: HttpRequest) -> HttpResponse:
    """Show every part of the house with what to do, and who is told without looking."""
    try:
        plan = plan_of(served_home())
    except HomeError:
        plan = Plan()
    findings = found_now(served_home())
    content = {
        "findings": findings,
        "worst": worst(findings),
        "to_act": [each for each in findings if each.state is State.ACT],
        "told": [way.name for way in ways_of_alarms(plan)],
    }
    return render(request, "operating/doctor.html", content)
