"""What was typed and not recorded, because the sign-in behind it had ended: to be sent again, or thrown away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from sereniv.clinic.web.shell import kept as keeping
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.web.shell.staff_names import staff_name


@require_GET
def kept(request: HttpRequest) -> HttpResponse:
    """Show whoever is signed in what they typed and nobody recorded."""
    me = staff_of(request).username
    context = {
        "kept": keeping.kept_for(request, me),
        "others": [staff_name(each) for each in keeping.others_kept(request, me)],
    }
    return render(request, "account/kept.html", context)


@require_POST
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """Throw away what somebody typed themselves."""
    if any(each.number == number for each in keeping.kept_for(request, staff_of(request).username)):
        keeping.drop(request, number)
    return redirect("kept")
