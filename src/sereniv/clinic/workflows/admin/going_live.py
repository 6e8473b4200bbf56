"""What a clinic has before it may treat anybody, and the two signatures that end commissioning."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission, Role
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import WentLive
from sereniv.clinic.records.models import Chair, ClinicDetails, VialRow
from sereniv.clinic.workflows.admin.backups import are_made
from sereniv.clinic.workflows.admin.on_call import on_call_now, roles_on_call
from sereniv.clinic.workflows.admin.setting_up import entered_details
from sereniv.clinic.workflows.rules.own_groups import waiting
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force, standard_signed
from sereniv.clinic.workflows.shell.this_clinic import state
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import GoingLiveRow
from sereniv.therapy.recording.reasons import says_something
from sereniv.therapy.recording.refusal import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupFacts:
    """What the steps of setting up are judged on."""

    staff: tuple[Staff, ...]
    chairs: int
    details: ClinicDetails
    somebody_on_call: bool
    without_second_factor: tuple[str, ...]
    standard_is_signed: bool
    numbers_are_signed: bool
    drug_received: bool
    backups_are_made: bool


def setup_facts(now: datetime) -> SetupFacts:
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
        somebody_on_call=any(row.role == roles_on_call()[0] for row in on_call_now(now)),
        without_second_factor=missing,
        standard_is_signed=standard_signed() is not None,
        numbers_are_signed=waiting(now) == 0,
        drug_received=VialRow.objects.filter(on_hand_ml__gt=0, set_apart=False).exists(),
        backups_are_made=are_made(),
    )


def done(facts: SetupFacts) -> dict[str, bool]:
    """Say of every row of going live whether the home has it."""
    named = facts.details
    nurses = sum(Role.NURSE in each.roles for each in facts.staff)
    sign, check = (
        [each for each in facts.staff if each.may(permission)]
        for permission in (Permission.SIGN_ORDER, Permission.CO_SIGN)
    )
    return {
        "medical_director": any(Role.MEDICAL_DIRECTOR in each.roles for each in facts.staff),
        "prescriber": bool(sign),
        "two_signers": any(one.pk != other.pk for one in sign for other in check),
        "nurse": nurses > 0,
        "second_nurse": nurses > 1,
        "second_administrator": sum(Role.ADMINISTRATOR in each.roles for each in facts.staff) > 1,
        "second_factor": not facts.without_second_factor,
        "chair": facts.chairs > 0,
        "clinic_named": bool(named.name and named.phone),
        "crisis_number": bool(named.crisis_number),
        "on_call_number": bool(named.on_call_phone),
        "help_words": bool(named.help_number) and says_something(named.help_words),
        "hours": bool(named.week),
        "on_call": facts.somebody_on_call,
        "standard": facts.standard_is_signed,
        "numbers": facts.numbers_are_signed,
        "stock": facts.drug_received,
        "backups": facts.backups_are_made,
    }


def lacking(facts: SetupFacts) -> tuple[GoingLiveRow, ...]:
    """Return what the home does not have yet, in the order of the rows."""
    has = done(facts)
    return tuple(row for row in knowledge().going_live.values() if not has[row.id])


def go_live(act: Act, expected_seq: int | None = None) -> None:
    """End commissioning for good: medical director and administrator both sign the rules as they stand.

    Parameters
    ----------
    expected_seq
        The end of the home's stream when the page named the rules that are signed; None where no page did.

    Raises
    ------
    Refused
        When this is not a clinic's home in commissioning, it lacks what safety needs, or the two signers do not hold
        the two roles.
    """
    act.permit(Permission.SIGN_LIVE)
    other = act.second_person(TwoPersonAct.GOING_LIVE, "going live")
    director, administrator = next(
        (one, two)
        for one, two in ((act.by, other), (other, act.by))
        if Role.MEDICAL_DIRECTOR in one.roles and Role.ADMINISTRATOR in two.roles
    )
    event = WentLive(
        knowledge_version=rules_in_force(act.now).version,
        medical_director=director.username,
        administrator=administrator.username,
    )
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        if state() != "commissioning":
            raise Refused("going live", f"This home is {state()}; only a home in commissioning can go live.")
        needed = [row for row in lacking(setup_facts(act.now)) if row.needed]
        if needed:
            words = " ".join(f"{row.title}: {row.because}" for row in needed)
            raise Refused("going live", f"Not yet; safety needs more. {words}")
        chart_store.append([New(stream="home", event=event, at=act.now, expected_seq=expected_seq)], act.writing())
