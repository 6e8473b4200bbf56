"""Pages that set a clinic up: people who work here, chairs, numbers, who may sign what; and one's own PIN."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle, staff
from sereniv.clinic.accounts.chairside import device_of, enrol_here
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import PARTS, ROLE_PERMISSIONS, Permission, Role
from sereniv.clinic.accounts.second_factor import with_second_factor
from sereniv.clinic.accounts.seconds import SECOND_SIGNATURES, SecondSignature, may_be_second, may_sign_alone
from sereniv.clinic.records import queries
from sereniv.clinic.records.models import Chair
from sereniv.clinic.web.admin.forms import (
    ChairForm,
    DetailsForm,
    PasswordForm,
    PinForm,
    SureForm,
    TwiceForm,
)
from sereniv.clinic.web.admin.setup_steps import SetupStep, setup_steps
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet, staff_of
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.workflows.admin import chairs, credentials, on_call, setting_up, sign_in_service
from sereniv.clinic.workflows.admin.going_live import setup_facts
from sereniv.clinic.workflows.calendar import calendar
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.opening_hours import hours_in_words
from sereniv.clinic.workflows.shell.this_clinic import home_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class ChairLine:
    """One chair and whether somebody sits in it."""

    chair: Chair
    taken: bool


@require_GET
def setup(request: HttpRequest) -> HttpResponse:
    """Show everything that is set up, and what is missing."""
    taken = queries.taken_chairs()
    steps: Sequence[SetupStep] = setup_steps(setup_facts(clock.now()))
    details = setting_up.entered_details()
    context = {
        "home_zone": home_zone().key,
        "with_factor": with_second_factor(),
        "linked": sign_in_service.linked(),
        "people": staff.everybody(),
        "chairs": [ChairLine(chair=each, taken=each.name in taken) for each in queries.chairs()],
        "rooms": queries.rooms(),
        "details": details,
        "hours": hours_in_words(details, localdate(clock.now())),
        "roster": on_call.roster(clock.now()),
        "called_now": {each.pk for each in on_call.on_call_now(clock.now())},
        "missing": [step for step in steps if not step.done],
    }
    return render(request, "admin/setup.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One act that takes two, the roles that may give the signatures, and whether the staff can give both today."""

    rule: SecondSignature
    first_roles: tuple[str, ...]
    second_words: str
    firsts: tuple[str, ...]
    seconds: tuple[str, ...]
    possible: bool


def signature_line(rule: SecondSignature, working: Sequence[Staff], now: datetime) -> SignatureLine:
    """Hold one two-person act against the active staff as it stands now."""
    firsts = [each for each in working if each.may(rule.first)]
    return SignatureLine(
        rule=rule,
        first_roles=tuple(map(str, rule.roles[:1])) or _roles_with(rule.first),
        second_words=str(rule.roles[1]) if rule.roles else rule.who,
        firsts=tuple(each.full_name for each in firsts),
        seconds=tuple(
            each.full_name for each in working if any(may_be_second(rule.act, first, each, now) for first in firsts)
        ),
        possible=any(may_be_second(rule.act, one, other, now) for one in firsts for other in working)
        or any(may_sign_alone(rule.act, one) for one in firsts),
    )


def _roles_with(permission: Permission) -> tuple[str, ...]:
    return tuple(str(role) for role, granted in ROLE_PERMISSIONS.items() if permission in granted)


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """Show the table of who may do what, and which second signatures this clinic's staff can give."""
    working = list(staff.working_here())
    prescribers = [each for each in working if each.may(Permission.SIGN_ORDER)]
    context = {
        "roles": list(Role),
        "table": [
            (permission, [permission in ROLE_PERMISSIONS[role] for role in Role])
            for permission in Permission
            if permission is not Permission.SET_DEMO_CLOCK and permission not in PARTS
        ],
        "parts": [(words, [part in ROLE_PERMISSIONS[role] for role in Role]) for part, words in PARTS.items()],
        "signatures": [signature_line(rule, working, clock.now()) for rule in SECOND_SIGNATURES.values()],
        "prescribers": prescribers,
    }
    return render(request, "admin/roles.html", context)


Work = Callable[[int, Act], None]


def sure(
    request: HttpRequest, words: Sheet, subject: int, work: Work, said: str, form_class: type[ActForm] = SureForm
) -> HttpResponse:
    """Ask once more, then do it."""

    def go(valid: ActForm, act: Act) -> str | None:
        del valid
        work(subject, act)
        return said

    return sheet(request, form_for(request, form_class), words, go)


@require_http_methods(["GET", "POST"])
def chair_new(request: HttpRequest) -> HttpResponse:
    """Add a chair."""

    def add(valid: ChairForm, act: Act) -> str | None:
        chairs.add_chair(valid.cleaned_data["name"], act)
        return f"{valid.cleaned_data['name']} is on the board."

    words = Sheet(title="Add a chair", button="Add chair", back=reverse("setup"))
    return sheet(request, form_for(request, ChairForm), words, add)


def _booked_there(chair: Chair) -> str:
    """Say which appointments are booked at a chair: they keep its name as it was, and are moved in the calendar."""
    booked = calendar.booked_at(chair.name, clock.now())
    return f"{booked} Move them in the calendar." if booked else ""


@require_http_methods(["GET", "POST"])
def chair_rename(request: HttpRequest, chair_id: int) -> HttpResponse:
    """Give a chair another name."""
    chair = get_object_or_404(Chair, pk=chair_id)

    def rename(valid: ChairForm, act: Act) -> str | None:
        chairs.rename_chair(chair_id, valid.cleaned_data["name"], act)
        return f"{chair} is now called {valid.cleaned_data['name']}."

    words = Sheet(
        title=f"Rename {chair}",
        button="Rename",
        back=reverse("setup"),
        intro="Past sessions keep the name they were charted under; what is booked here goes with the chair. "
        f"{_booked_there(chair)}".strip(),
    )
    return sheet(request, form_for(request, ChairForm, initial={"name": chair.name}), words, rename)


@require_http_methods(["GET", "POST"])
def chair_retire(request: HttpRequest, chair_id: int) -> HttpResponse:
    """Take a chair off the board."""
    chair = get_object_or_404(Chair, pk=chair_id)
    words = Sheet(
        title=f"Retire {chair}",
        button="Retire",
        back=reverse("setup"),
        intro="It leaves the board and nobody can be seated in it. You can put it back later. " + _booked_there(chair),
    )
    return sure(request, words, chair_id, chairs.retire_chair, f"{chair} is retired.")


@require_http_methods(["GET", "POST"])
def chair_reinstate(request: HttpRequest, chair_id: int) -> HttpResponse:
    """Put a retired chair back."""
    chair = get_object_or_404(Chair, pk=chair_id)
    words = Sheet(title=f"Put {chair} back", button="Put back", back=reverse("setup"), intro="It returns to the board.")
    return sure(request, words, chair_id, chairs.reinstate_chair, f"{chair} is on the board again.")


@require_http_methods(["GET", "POST"])
def clinic(request: HttpRequest) -> HttpResponse:
    """Edit who the clinic is and whom to call."""
    details = setting_up.entered_details()

    def keep(valid: DetailsForm, act: Act) -> str | None:
        changed = setting_up.set_details(valid.cleaned_data, act)
        return "Saved." if changed else "Nothing was changed."

    words = Sheet(title="Clinic and numbers", button="Save", back=reverse("setup"))
    initial = {name: getattr(details, name) for name in setting_up.DETAILS}
    return sheet(request, form_for(request, DetailsForm, initial=initial), words, keep)


@require_http_methods(["GET", "POST"])
def my_pin(request: HttpRequest) -> HttpResponse:
    """Set or clear one's own PIN, after the password."""
    me = staff_of(request)

    def keep(valid: PinForm, act: Act) -> str | None:
        pin = valid.cleaned_data["pin"]
        credentials.set_own_pin(pin, act)
        return "Your PIN is set." if pin else "Your PIN is cleared; you sign with your password."

    words = Sheet(
        title="Your PIN",
        button="Save",
        back=reverse("today"),
        template="admin/mine.html",
        intro="A PIN switches users and signs beside somebody, on devices where you have signed in with your password. "
        + ("You have one." if me.pin_hash else "You have none."),
    )
    return sheet(request, form_for(request, PinForm, owner=me), words, keep)


@require_http_methods(["GET", "POST"])
def my_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password, or set it for the first time; other devices are signed out."""
    me, first = staff_of(request), bool(request.session.get(idle.SETS_PASSWORD))

    def keep(valid: TwiceForm, act: Act) -> str | None:
        changed = credentials.set_own_password(valid.cleaned_data["password"], act)
        update_session_auth_hash(request, changed)
        request.session.pop(idle.SETS_PASSWORD, None)
        enrol_here(changed, device_of(request))
        return "Your password is changed. Other devices are signed out."

    words = Sheet(
        title="Your password",
        button="Set password" if first else "Change password",
        back=reverse("today"),
        template="shell/sheet.html" if first else "admin/mine.html",
        intro="The code that you came in with is used up. Set your own password now; nothing else is open before."
        if first
        else "",
    )
    form = form_for(request, TwiceForm) if first else form_for(request, PasswordForm, owner=me)
    return sheet(request, form, words, keep)
