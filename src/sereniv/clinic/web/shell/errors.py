"""Error pages that say what happened and what to do; nothing of the request is repeated in them."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sereniv.clinic.web.shell import kept
from sereniv.clinic.web.shell.addresses import ROUTES, Open


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection token is stale: what a page of ours sent is kept, so that nothing typed is lost.

    A token grows stale when somebody signs in, so that it may well be another's. What comes from elsewhere is refused.
    """
    del reason
    if _is_from_here(request) and kept.may_be_kept(request) and _is_for_staff(request):
        by = str(request.POST.get(kept.TYPED_BY, ""))
        if not request.user.is_authenticated:
            return kept.to_sign_in(request, by)
        kept.keep(request, by)
        return redirect("kept")
    return render(request, "shell/errors/csrf.html", status=403)


def _is_from_here(request: HttpRequest) -> bool:
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _is_for_staff(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return ROUTES.get(name) not in {None, Open.PUBLIC, Open.INVITED, Open.TOKEN}


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is no form of ours, or more than any form of ours can hold."""
    is_too_large = isinstance(exception, RequestDataTooBig)
    return render(request, "shell/errors/400.html", {"is_too_large": is_too_large}, status=413 if is_too_large else 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere, or to something that is not there."""
    del exception
    return render(request, "shell/errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when the program failed."""
    return render(request, "shell/errors/500.html", status=500)
