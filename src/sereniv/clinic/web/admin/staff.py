"""Pages about who works here: added, given other roles, let in anew, let in no more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import GRANTED_BY_TWO
from sereniv.clinic.records.models import OnCall
from sereniv.clinic.web.admin.forms import ClearFactorForm, LetInForm, NewStaffForm, RolesForm, SureForm
from sereniv.clinic.web.admin.views import sure
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet
from sereniv.clinic.workflows.admin import credentials, setting_up
from sereniv.clinic.workflows.admin.new_accounts import handed_over, new_code
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge.rows import Standing
from sereniv.therapy.correction.reach import Open, touched


@require_http_methods(["GET", "POST"])
def staff_new(request: HttpRequest) -> HttpResponse:
    """Add somebody who works here."""

    def add(valid: NewStaffForm, act: Act) -> str | None:
        code = new_code()
        names = ("full_name", "username", "roles", "co_signs_orders")
        given = {name: valid.cleaned_data[name] for name in names}
        person = setting_up.add_staff(setting_up.Newcomer(password=code, **given), act)
        person.refresh_from_db()
        return handed_over(person, code)

    words = Sheet(
        title="Add somebody",
        button="Add to the staff",
        back=reverse("setup"),
        intro="The next page shows a first code to be handed to them: it lets them in once. They then set their own "
        "password, a second factor where the clinic asks for one, and a PIN under their name.",
    )
    return sheet(request, form_for(request, NewStaffForm), words, add)


@require_http_methods(["GET", "POST"])
def staff_roles(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Give somebody other roles."""
    person = get_object_or_404(Staff, pk=staff_id)

    def change(valid: RolesForm, act: Act) -> str | None:
        setting_up.change_roles(staff_id, valid.cleaned_data["roles"], act)
        return f"{person} is now {', '.join(valid.cleaned_data['roles'])}."

    words = Sheet(
        title=f"Roles of {person}",
        button="Save the roles",
        back=reverse("setup"),
        intro="What they may do changes with their next click.",
    )
    return sheet(request, form_for(request, RolesForm, initial={"roles": person.roles}), words, change)


@require_http_methods(["GET", "POST"])
def staff_password(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Give somebody who lost their password a first code."""
    person = get_object_or_404(Staff, pk=staff_id)

    def give(valid: SureForm, act: Act) -> str | None:
        del valid
        code = new_code()
        credentials.give_new_password(staff_id, code, act)
        person.refresh_from_db()
        return handed_over(person, code)

    words = Sheet(
        title=f"A first code for {person}",
        button="Give a first code",
        back=reverse("setup"),
        intro="For somebody who lost their password. They are signed out everywhere; the code lets them in once, and "
        "they set their own password. Their second factor stays as it is; a link to another house's sign-in ends.",
    )
    return sheet(request, form_for(request, SureForm), words, give)


@require_http_methods(["GET", "POST"])
def staff_clear_factor(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Take somebody's lost second factor away, by two."""
    person = get_object_or_404(Staff, pk=staff_id)

    def clear(valid: ClearFactorForm, act: Act) -> str | None:
        del valid
        credentials.clear_second_factor(staff_id, act)
        return f"{person} sets up another second factor when they next sign in."

    words = Sheet(
        title=f"Lost second factor of {person}",
        button="Take it away",
        back=reverse("setup"),
        intro="For somebody who has neither their authenticator, their key nor a recovery code. They are signed out "
        "everywhere and told of it when they next sign in.",
    )
    return sheet(request, form_for(request, ClearFactorForm), words, clear)


def on_call_of(person: Staff) -> Open:
    """Return where somebody stands on the roster, in words."""
    shifts = setting_up.shifts_of(person, clock.now())
    return {Standing.ON_CALL: [f"{row.role}, {_until(row)}" for row in shifts]}


def _until(shift: OnCall) -> str:
    return f"until {shift.ends.astimezone(home_zone()):%a %d %b, %H:%M}" if shift.ends else "whenever nobody else is"


@require_http_methods(["GET", "POST"])
def staff_deactivate(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Let somebody in no more."""
    person = get_object_or_404(Staff, pk=staff_id)
    words = Sheet(
        title=f"Deactivate {person}",
        button="Deactivate",
        back=reverse("setup"),
        intro="They are signed out everywhere at once and cannot sign in or co-sign. What they charted and signed "
        "stays under their name. You can let them in again later.",
        context={"touched": touched("staff_left", on_call_of(person), rules_in_force(clock.now()))},
    )
    return sure(request, words, staff_id, setting_up.deactivate, f"{person} is signed out and cannot sign in.")


@require_http_methods(["GET", "POST"])
def staff_reactivate(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Let somebody in again."""
    person = get_object_or_404(Staff, pk=staff_id)
    words = Sheet(
        title=f"Reactivate {person}",
        button="Reactivate",
        back=reverse("setup"),
        intro=f"They can sign in again with their password, as {', '.join(person.roles)}.",
    )
    form_class = LetInForm if GRANTED_BY_TWO & set(person.roles) else SureForm
    return sure(request, words, staff_id, setting_up.reactivate, f"{person} can sign in again.", form_class)


@require_http_methods(["GET", "POST"])
def staff_clear_pin(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Take somebody's PIN away."""
    person = get_object_or_404(Staff, pk=staff_id)
    words = Sheet(
        title=f"Clear the PIN of {person}",
        button="Clear the PIN",
        back=reverse("setup"),
        intro="Until they choose a new one under their name, they sign with their password. "
        "Nobody sets a PIN for somebody else: it is a signature.",
    )
    return sure(request, words, staff_id, credentials.clear_pin, f"{person} has no PIN now.")
