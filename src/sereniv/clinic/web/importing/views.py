"""Pages of imports: a file is handed over, looked at, taken in by two in the background, and undone by two."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import handed_over
from sereniv.clinic.web.importing.forms import FileForm, ReadForm, TakeForm, UndoForm, answers_of, read_as
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet, staff_of
from sereniv.clinic.web.shell.jobs import Job, Told
from sereniv.clinic.web.shell.looks import show_people
from sereniv.clinic.workflows.importing import taking, undoing
from sereniv.clinic.workflows.importing.files import Opened, how_written, opened, source_of
from sereniv.clinic.workflows.importing.plan import Plan, ReportReader
from sereniv.clinic.workflows.importing.planning import plan
from sereniv.clinic.workflows.shell.acting import Act, names_of_staff
from sereniv.clinic.workflows.shell.teams_now import teams_now
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.exchange.incoming.contents import Unreadable
from sereniv.exchange.incoming.resources import is_fhir
from sereniv.exchange.tables.reading import tables_of
from sereniv.therapy.person.access import may_open
from sereniv.therapy.recording.refusal import Refused

MOST_SHOWN = 100
UNPROCESSABLE = 422
THROW_AWAY = "throw_away"
CHANGED = (
    "How this file is read, whom it is about, or the register has changed since you looked at its report. Go back, "
    "look at it anew, and sign that."
)

job = Job("import", failed="It could not be taken in, and nothing of it was", done="The file is taken in, whole.")
"""The import that this server takes in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A file that waits, as it reads now: what it holds and would do, or why it does not read."""

    file: handed_over.HandedOver
    opened: Opened | None
    plan: Plan | None
    again: Callable[[], Plan] | None = None
    unreadable: str = ""

    @property
    def digest(self) -> str:
        """By what a page that is signed is held to what was seen on the report."""
        return self.plan.digest(self.file.said) if self.plan is not None else ""


@require_http_methods(["GET", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Take a file from whoever hands it over; show what waits, what is being taken in, and what was before."""
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES, now=clock.now(), by=staff_of(request))
        if form.is_valid():
            sent = form.cleaned_data["file"]
            name = source_of(sent.name or "file", b"", "").file
            told_by = " ".join(form.cleaned_data["told_by"].split())
            by = staff_of(request).username
            kept = handed_over.keep(served_home(), name, sent.read(), told_by, by, clock.real_now())
            return redirect("practice_import_file", key=kept.key)
    else:
        form = form_for(request, FileForm)
    context = {"form": form, "progress": job.progress, **_standing()}
    return render(request, "importing/list.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _standing() -> dict[str, object]:
    name_of, gone = names_of_staff(), taking.undone()
    before = [
        (each, " and ".join(name_of(who) for who in (each.recorded_by, each.co_signed_by) if who),
         each.event.batch in gone)
        for each in taking.imports()[:MOST_SHOWN]
    ]  # fmt: skip
    kept = handed_over.all_of(served_home(), clock.real_now())
    return {"before": before, "waiting": [(each, name_of(each.brought_by)) for each in kept]}


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Give the part of the page that says how far an import has come."""
    return render(request, "importing/progress.html", {"progress": job.progress})


@require_http_methods(["GET", "POST"])
def looked_at(request: HttpRequest, key: str) -> HttpResponse:
    """Show what a file would bring, row by row where something is wrong; let it be read otherwise, or thrown away."""
    if request.method == "POST" and THROW_AWAY in request.POST:
        handed_over.drop(served_home(), key)
        return redirect("practice_import")
    looked = _looked(request, key)
    form = ReadForm(
        request.POST if request.method == "POST" else None, opened=looked.opened, plan=looked.plan,
        said=looked.file.said, now=clock.now(), by=staff_of(request),
        # What each table and column is taken for stands in the fields themselves, as the file now reads.
        initial={name: said for name, said in looked.file.said.items() if not name.startswith(("column-", "kind-"))},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        _keep_said(looked, form)
        return redirect("practice_import_file", key=key)
    context = {
        "looked": looked, "form": form, "plan": looked.plan, "most": MOST_SHOWN, "throw_away": THROW_AWAY,
        "faults": looked.plan.faults[:MOST_SHOWN] if looked.plan else (),
        "theirs": [(looked.plan.whom(each), each) for each in looked.plan.theirs[:MOST_SHOWN]] if looked.plan else (),
    }  # fmt: skip
    return render(request, "importing/file.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _keep_said(looked: Looked, form: ReadForm) -> None:
    """Keep what was chosen, and what each table was shown as: the columns of another kind are others."""
    shown = {
        f"as-{number}": understood.kind.value
        for number, (_, understood) in enumerate(looked.opened.tables if looked.opened else ())
    }
    handed_over.say(served_home(), looked.file, {**looked.file.said, **form.said(), **shown})


def _reader(request: HttpRequest, now: datetime) -> ReportReader:
    """Return what of the register and its records whoever asks may read now."""
    who, teams = staff_of(request), teams_now(now)
    return ReportReader(
        reads_people=who.may(Permission.READ_PEOPLE),
        reads_charts=who.may(Permission.READ_EXAMINED),
        opens=lambda chart: may_open(chart, who.username, now, teams),
    )


def _looked(request: HttpRequest, key: str) -> Looked:
    """Read a file that waits as was said of it; raises Http404 where there is none."""
    kept = handed_over.found(served_home(), key, clock.real_now())
    if kept is None:
        raise Http404
    file, content = kept
    said = dict(file.said)
    try:
        tables = () if is_fhir(content) else tables_of(content, said.get("encoding", ""))
        before = None if said else how_written(content)
        if before is not None:
            said |= {"day_order": before.day_order, "decimal_sign": before.decimal_sign}
        found = opened(content, read_as(said, tables), clock.now())
    except Unreadable as error:
        return Looked(file=file, opened=None, plan=None, unreadable=str(error))
    source = source_of(file.name, content, file.told_by)
    reader = _reader(request, clock.now())

    def planned() -> Plan:
        return plan(found.incoming, source, answers_of(said), found.read, clock.now(), reader)

    made = planned()
    # Each of them is looked at, also where the page names nobody: what stands in their record bears on what it says.
    show_people(request, (each.pk for each in made.known))
    return Looked(file=file, opened=found, plan=made, again=planned)


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, key: str) -> HttpResponse:
    """Let two sign that a file is taken in; it is taken in the background, whole or not at all."""
    looked = _looked(request, key)
    made, again = looked.plan, looked.again
    if made is None or again is None or not made.may_be_taken:
        return redirect("practice_import_file", key=key)
    if request.method == "GET" and request.GET.get("saw") != looked.digest:
        return redirect("practice_import_file", key=key)

    def begin(valid: TakeForm, act: Act) -> str | None:
        typed = valid.cleaned_data
        if typed["saw"] != looked.digest:
            raise Refused(taking.RULE, CHANGED)
        taking.demand_two(typed["reason"], act)
        taking.demand_new(made.source.sha256)
        taking.demand_kept_nameless(made, typed["reason"])
        call = _taking(looked.file.key, made, again, (typed["indication"], typed["reason"]), act)
        if not job.start(act.key, call):
            raise Refused(taking.RULE, "An import is being taken in just now. Wait until it is done.")
        return "The file is being taken in."

    counts = ", ".join(f"{what}: {count}" for what, count in made.counts.items())
    words = Sheet(
        title=f"Take in {looked.file.name}",
        button="Take it in",
        back=reverse("practice_import_file", args=[key]),
        onward=lambda: reverse("practice_import"),
        intro=f"{counts}; each marked as from {looked.file.told_by}. All of it is taken in, or nothing. While nothing "
        "is built on it, two can undo it.",
    )
    return sheet(request, form_for(request, TakeForm, initial={"saw": request.GET.get("saw", "")}), words, begin)


def _taking(
    key: str, made: Plan, again: Callable[[], Plan], typed: tuple[str, str], act: Act
) -> Callable[[Told], None]:
    home = served_home()

    def make(told: Told) -> None:
        taking.take(made, again, *typed, act, told)
        handed_over.drop(home, key)

    return make


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, batch: str) -> HttpResponse:
    """Let two undo an import on which nothing was built."""
    imported = next((each.event for each in taking.imports() if each.event.batch == batch), None)
    if imported is None or batch in taking.undone():
        raise Http404

    def end(valid: UndoForm, act: Act) -> str | None:
        undoing.undo(batch, valid.cleaned_data["reason"], act)
        return f"The import from {imported.told_by} is undone."

    words = Sheet(
        title=f"Undo the import from {imported.told_by}",
        button="Undo it whole",
        back=reverse("practice_import"),
        intro=f"What it wrote in the records of {imported.people} people is struck and counts no more; the "
        f"{imported.registered} whom it registered are erased. Refused where anything was recorded or booked since.",
        dangerous=True,
    )
    return sheet(request, form_for(request, UndoForm), words, end)
