"""What a clinic still lacks before it can treat anybody, judged on its staff, chairs and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission, Role
from sereniv.clinic.records.models import Chair, ClinicDetails, OnCall
from sereniv.clinic.workflows.on_call import roles_on_call
from sereniv.clinic.workflows.setting_up import entered_details


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """One step of setting a clinic up, done or not."""

    title: str
    why: str
    address: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupFacts:
    """What the steps of setting up are judged on."""

    staff: tuple[Staff, ...]
    chairs: int
    details: ClinicDetails
    somebody_on_call: bool
    without_second_factor: tuple[str, ...]


def setup_facts() -> SetupFacts:
    """Read what the steps of setting up are judged on; only a clinic's own home asks for a second factor."""
    active = tuple(Staff.objects.filter(is_active=True).order_by("full_name"))
    missing: tuple[str, ...] = ()
    if settings.IS_CLINIC:
        from allauth.mfa.models import Authenticator

        having = set(Authenticator.objects.values_list("user_id", flat=True))
        missing = tuple(each.full_name for each in active if each.pk not in having)
    return SetupFacts(
        staff=active,
        chairs=Chair.objects.filter(retired_at=None).count(),
        details=entered_details(),
        somebody_on_call=OnCall.objects.filter(taken_off_at=None, role=roles_on_call()[0]).exists(),
        without_second_factor=missing,
    )


def setup_steps(facts: SetupFacts) -> tuple[SetupStep, ...]:
    """Judge every step of setting a clinic up, in the order in which they are best done."""
    nurses = sum(Role.NURSE in each.roles for each in facts.staff)
    may = {
        permission: [each for each in facts.staff if each.may(permission)]
        for permission in (Permission.SIGN_ORDER, Permission.CO_SIGN)
    }
    directors = [each for each in facts.staff if Role.MEDICAL_DIRECTOR in each.roles]
    administrators = [each for each in facts.staff if Role.ADMINISTRATOR in each.roles]
    staff_page, clinic_page = reverse("setup_staff_new"), reverse("setup_clinic")
    named = facts.details
    return (
        SetupStep(
            title="Add a medical director", why="Signs the rules.", address=staff_page, done=bool(directors)
        ),
        SetupStep(
            title="Add a prescriber",
            why="Decides, orders and signs exceptions.",
            address=staff_page,
            done=bool(may[Permission.SIGN_ORDER]),
        ),
        SetupStep(
            title="Name two people who sign an order between them",
            why="One signs, another who may co-sign checks. Train a nurse to co-sign, or add a second prescriber.",
            address=reverse("roles"),
            done=any(one.pk != other.pk for one in may[Permission.SIGN_ORDER] for other in may[Permission.CO_SIGN]),
        ),
        SetupStep(title="Add a nurse", why="Runs infusions.", address=staff_page, done=nurses > 0),
        SetupStep(
            title="Add a second nurse",
            why="Without one, the prescriber is the witness whenever drug is drawn or wasted.",
            address=staff_page,
            done=nurses > 1,
        ),
        SetupStep(
            title="Add a second administrator",
            why="Nobody changes their own roles, and somebody must be able to help an administrator who is locked out.",
            address=staff_page,
            done=len(administrators) > 1,
        ),
        SetupStep(
            title="Let staff set up a second factor",
            why=f"Not yet: {some(facts.without_second_factor)}. They are asked at their next sign-in.",
            address=reverse("setup"),
            done=not facts.without_second_factor,
        ),
        SetupStep(
            title="Add a chair",
            why="Nobody can be seated before there is one.",
            address=reverse("setup_chair_new"),
            done=facts.chairs > 0,
        ),
        SetupStep(
            title="Enter the clinic's name and telephone",
            why="They are printed on what patients take home.",
            address=clinic_page,
            done=bool(named.name and named.phone),
        ),
        SetupStep(
            title="Enter the crisis number",
            why="Patients see it wherever a question touches suicide.",
            address=clinic_page,
            done=bool(named.crisis_number),
        ),
        SetupStep(
            title="Enter the on-call prescriber's number",
            why="Staff dial it during an infusion.",
            address=clinic_page,
            done=bool(named.on_call_phone),
        ),
        SetupStep(
            title="Say what CALL HELP means here",
            why="Number and words, for whoever stands beside somebody who needs help.",
            address=clinic_page,
            done=bool(named.help_number and named.help_words),
        ),
        SetupStep(
            title="Enter the opening hours",
            why="Patients ask for them, and the suicide item's clock runs by them.",
            address=reverse("setup_hours"),
            done=bool(named.week),
        ),
        SetupStep(
            title="Put somebody on call",
            why="A suicide item that comes in at night needs somebody to take it up.",
            address=reverse("setup_on_call_new"),
            done=facts.somebody_on_call,
        ),
    )  # fmt: skip


def some(names: Sequence[str]) -> str:
    """Write the first few names and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
