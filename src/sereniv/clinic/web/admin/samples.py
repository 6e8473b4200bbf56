"""Pages of what monitors sent: for how long it is kept, what would be let go, and what was."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.web.admin.samples_forms import KeepSamplesForm, LetSamplesGoForm
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet
from sereniv.clinic.workflows.chair import letting_go
from sereniv.clinic.workflows.shell.acting import Act


@require_GET
def samples(request: HttpRequest) -> HttpResponse:
    """Show the clinic's rule, what it would let go now, and each time that two let samples go."""
    content = {
        "rule": letting_go.rule(),
        "preview": letting_go.preview(clock.now()),
        "let_go": letting_go.let_go_so_far(),
    }
    return render(request, "ledger/samples.html", content)


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Let two sign for how long samples are kept."""
    standing = letting_go.rule()
    words = Sheet(
        title="For how long what monitors sent is kept",
        button="Sign together",
        back=reverse("samples"),
        intro="Nothing is let go by this: it says from when on two may. What was charted from a monitor stays in the "
        "record for as long as the record does.",
    )

    def go(valid: KeepSamplesForm, act: Act) -> str | None:
        letting_go.keep_for(valid.cleaned_data["years"], valid.cleaned_data["reason"], act)
        return "Signed."

    initial = {"years": standing.event.years if standing else None}
    return sheet(request, form_for(request, KeepSamplesForm, initial=initial), words, go)


@require_http_methods(["GET", "POST"])
def let_go(request: HttpRequest) -> HttpResponse:
    """Let two let go what the preview shows."""
    shown = letting_go.preview(clock.now())
    words = Sheet(
        title="Let go what monitors sent",
        button="Let these go for good",
        back=reverse("samples"),
        template="ledger/let_go.html",
        context={"preview": shown},
        dangerous=True,
        why_not="" if shown and shown.sessions else "By the clinic's rule nothing is to be let go.",
    )

    def go(valid: LetSamplesGoForm, act: Act) -> str | None:
        letting_go.let_go(valid.cleaned_data["shown"], valid.cleaned_data["reason"], act)
        return "Let go. They go in the background, each session's once it was read again."

    initial = {"shown": shown.mark if shown else ""}
    return sheet(request, form_for(request, LetSamplesGoForm, initial=initial), words, go)
