"""Error pages that say what happened and what to do; nothing of the request is repeated in them."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection token is stale, so that nothing typed is lost."""
    del reason
    return render(request, "errors/csrf.html", status=403)


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is no form of ours, or more than any form of ours can hold."""
    is_too_large = isinstance(exception, RequestDataTooBig)
    return render(request, "errors/400.html", {"is_too_large": is_too_large}, status=413 if is_too_large else 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere, or to something that is not there."""
    del exception
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when the program failed."""
    return render(request, "errors/500.html", status=500)
