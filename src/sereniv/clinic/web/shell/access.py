"""Every address and what it needs, in one table; an address without a row is refused to everybody.

The middleware here is the only place where pages ask who may see them; workflows ask again for acts.
"""

import secrets
from collections.abc import Callable
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sereniv.clinic import clock
from sereniv.clinic.accounts.chairside import device_of, ensure_device
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.second_factor import lacks_second_factor
from sereniv.clinic.records.chart_store import head
from sereniv.clinic.records.conflict import Conflict, Superseded
from sereniv.clinic.records.house_events import RefusalAudited
from sereniv.clinic.web.shell import kept, looks, unwritten
from sereniv.clinic.web.shell.acts import DRAWN_FROM
from sereniv.clinic.web.shell.lock import held_back
from sereniv.clinic.web.shell.staff_names import read_once as staff_names_read_once
from sereniv.clinic.workflows.acting import NotPermitted, names_of_staff
from sereniv.clinic.workflows.house import record_house_event
from sereniv.clinic.workflows.rules import read_once as rules_read_once
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.therapy.recording.refusal import Malformed, Refused


class Open(Enum):
    """Addresses that need no role."""

    PUBLIC = "anybody"
    SIGNED_IN = "anybody who is signed in"
    INVITED = "whoever holds a link made for a patient; the view checks it"
    TOKEN = "a machine with the home's token; the view checks it"  # noqa: S105  a description, not a secret


Need = Permission | Open

ROUTES: dict[str, Need] = {
    "health": Open.PUBLIC,
    "account_login": Open.PUBLIC,
    "account_logout": Open.SIGNED_IN,
    "account_reauthenticate": Open.SIGNED_IN,
    "mfa_authenticate": Open.PUBLIC,
    "mfa_index": Open.SIGNED_IN,
    "mfa_activate_totp": Open.SIGNED_IN,
    "mfa_deactivate_totp": Open.SIGNED_IN,
    "mfa_generate_recovery_codes": Open.SIGNED_IN,
    "mfa_view_recovery_codes": Open.SIGNED_IN,
    "mfa_download_recovery_codes": Open.SIGNED_IN,
    "mfa_list_webauthn": Open.SIGNED_IN,
    "mfa_add_webauthn": Open.SIGNED_IN,
    "mfa_edit_webauthn": Open.SIGNED_IN,
    "mfa_remove_webauthn": Open.SIGNED_IN,
    "mfa_reauthenticate": Open.SIGNED_IN,
    "mfa_reauthenticate_webauthn": Open.SIGNED_IN,
    "switch": Open.SIGNED_IN,
    "lock": Open.SIGNED_IN,
    "unlock": Open.SIGNED_IN,
    "touch": Open.SIGNED_IN,
    "kept": Open.SIGNED_IN,
    "kept_drop": Open.SIGNED_IN,
    "board": Permission.READ_RULES,
    "board_tiles": Permission.READ_CHART,
    "hand_over": Permission.READ_CHART,
    "rules": Permission.READ_RULES,
    "own_rules": Permission.READ_RULES,
    "own_rule": Permission.READ_RULES,
    "rules_version": Permission.READ_RULES,
    "own_rule_sign": Permission.SIGN_RULES,
    "drug_models": Permission.READ_RULES,
    "ledger": Permission.READ_LEDGER,
    "ledger_check": Permission.READ_LEDGER,
    "ledger_erase": Permission.ERASE,
    "go_live": Permission.SIGN_LIVE,
    "live_prediction": Permission.SWITCH_LIVE_PREDICTION,
    "today": Permission.READ_RULES,
    "today_topic": Permission.READ_RULES,
    "roles": Permission.READ_RULES,
    "my_pin": Open.SIGNED_IN,
    "my_password": Open.SIGNED_IN,
    "setup": Permission.MANAGE_HOME,
    "setup_staff_new": Permission.MANAGE_HOME,
    "setup_staff_roles": Permission.MANAGE_HOME,
    "setup_staff_deactivate": Permission.MANAGE_HOME,
    "setup_staff_reactivate": Permission.MANAGE_HOME,
    "setup_staff_password": Permission.MANAGE_HOME,
    "setup_staff_clear_pin": Permission.MANAGE_HOME,
    "setup_chair_new": Permission.MANAGE_HOME,
    "setup_chair_rename": Permission.MANAGE_HOME,
    "setup_chair_retire": Permission.MANAGE_HOME,
    "setup_chair_reinstate": Permission.MANAGE_HOME,
    "setup_clinic": Permission.MANAGE_HOME,
    "setup_staff_co_sign": Permission.MANAGE_HOME,
    "setup_chair_room": Permission.MANAGE_HOME,
    "setup_room_new": Permission.MANAGE_HOME,
    "setup_room_rename": Permission.MANAGE_HOME,
    "setup_room_retire": Permission.MANAGE_HOME,
    "setup_room_reinstate": Permission.MANAGE_HOME,
    "setup_hours": Permission.MANAGE_HOME,
    "setup_on_call_new": Permission.MANAGE_HOME,
    "setup_on_call_off": Permission.MANAGE_HOME,
    "demo_clock": Permission.SET_DEMO_CLOCK,
    "safety": Permission.READ_CHART,
    "safety_items": Permission.READ_CHART,
    "guide": Open.PUBLIC,
    "enquiry": Open.PUBLIC,
    "enquiry_thanks": Open.PUBLIC,
    "enquiries": Permission.READ_PEOPLE,
    "enquiry_answered": Permission.READ_PEOPLE,
    "people": Permission.READ_PEOPLE,
    "person_new": Permission.REGISTER_PEOPLE,
    "person": Permission.READ_CHART,
    "person_data": Permission.READ_CHART,
    "person_erase": Permission.ERASE,
    "person_looks": Permission.READ_LEDGER,
    "person_looks_document": Permission.READ_LEDGER,
    "person_looks_document_pdf": Permission.READ_LEDGER,
    "staff_looks": Permission.READ_LEDGER,
    "person_intake": Permission.READ_CHART,
    "person_identity": Permission.REGISTER_PEOPLE,
    "person_join": Permission.REGISTER_PEOPLE,
    "person_part": Permission.REGISTER_PEOPLE,
    "person_indication": Permission.REGISTER_PEOPLE,
    "person_consent": Permission.RECORD_CONSENT,
    "person_consent_withdraw": Permission.RECORD_CONSENT,
    "person_diagnosis": Permission.REGISTER_PEOPLE,
    "person_trials": Permission.REGISTER_PEOPLE,
    "person_trials_close": Permission.REGISTER_PEOPLE,
    "person_trial_unknown": Permission.DECIDE_CANDIDACY,
    "person_substances": Permission.REGISTER_PEOPLE,
    "person_score": Permission.CHART,
    "person_work_up": Permission.CHART,
    "person_level_of_care": Permission.DECIDE_CANDIDACY,
    "person_history": Permission.REGISTER_PEOPLE,
    "person_none_of_these": Permission.REGISTER_PEOPLE,
    "person_measure": Permission.CHART,
    "person_confirm": Permission.CHART,
    "person_strike": Permission.CHART,
    "person_pregnancy": Permission.CHART,
    "medicine_line": Permission.CHART,
    "person_medicines": Permission.CHART,
    "person_no_medicines": Permission.CHART,
    "person_conditions": Permission.REGISTER_PEOPLE,
    "person_no_conditions": Permission.REGISTER_PEOPLE,
    "person_judge_line": Permission.DECIDE_CANDIDACY,
    "person_anaesthetic_risk": Permission.DECIDE_CANDIDACY,
    "person_scale": Permission.CHART,
    "person_phq9": Permission.CHART,
    "person_mood": Permission.CHART,
    "outcomes": Permission.READ_CHART,
    "person_invite": Permission.CHART,
    "person_uninvite": Permission.CHART,
    "phone": Open.INVITED,
    "phone_scale": Open.INVITED,
    "phone_keep": Open.INVITED,
    "phone_forget": Open.INVITED,
    "phone_escort": Open.INVITED,
    "phone_sent": Open.INVITED,
    "person_safety": Permission.CHART,
    "person_safety_items": Permission.READ_CHART,
    "person_safety_take": Permission.CHART,
    "person_check_in": Permission.CHART,
    "person_adverse_event": Permission.CHART,
    "person_follow": Permission.CHART,
    "person_check_in_give_up": Permission.SIGN_EXCEPTION,
    "person_red_answer": Permission.CHART,
    "side_effects": Permission.READ_CHART,
    "person_evaluate": Permission.DECIDE_CANDIDACY,
    "person_evaluate_ask": Permission.CHART,
    "person_decide": Permission.DECIDE_CANDIDACY,
    "calendar": Permission.READ_PEOPLE,
    "calendar_week": Permission.READ_PEOPLE,
    "appointments": Permission.READ_PEOPLE,
    "appointment_book": Permission.BOOK,
    "appointment_course": Permission.BOOK,
    "appointment_move": Permission.BOOK,
    "appointment_cancel": Permission.BOOK,
    "appointment_called_back": Permission.BOOK,
    "appointment_missed": Permission.BOOK,
    "appointment_tell": Permission.BOOK,
    "appointment_coming": Permission.BOOK,
    "appointment_course_move": Permission.BOOK,
    "calendar_find": Permission.BOOK,
    "appointment_escort": Permission.BOOK,
    "person_course": Permission.READ_CHART,
    "person_review": Permission.SIGN_ORDER,
    "person_interrupt": Permission.CHART,
    "person_resume": Permission.CHART,
    "person_end_course": Permission.SIGN_ORDER,
    "person_maintain": Permission.SIGN_ORDER,
    "person_order": Permission.SIGN_ORDER,
    "person_cosign": Permission.READ_CHART,
    "person_withdraw": Permission.SIGN_ORDER,
    "person_seat": Permission.RUN_INFUSION,
    "person_document": Permission.READ_CHART,
    "person_document_pdf": Permission.READ_CHART,
    "session": Permission.READ_CHART,
    "session_status": Permission.READ_CHART,
    "session_log": Permission.READ_CHART,
    "session_data": Permission.READ_CHART,
    "session_gate": Permission.READ_CHART,
    "gate_attest": Permission.RUN_INFUSION,
    "gate_override": Permission.SIGN_EXCEPTION,
    "gate_draw": Permission.RUN_INFUSION,
    "gate_pass": Permission.RUN_INFUSION,
    "session_start": Permission.RUN_INFUSION,
    "session_close_unused": Permission.RUN_INFUSION,
    "session_rate": Permission.RUN_INFUSION,
    "session_resume": Permission.RUN_INFUSION,
    "session_vitals": Permission.CHART,
    "session_from_monitor": Permission.CHART,
    "session_observe": Permission.CHART,
    "session_remark": Permission.CHART,
    "session_paused": Permission.CHART,
    "session_stopped": Permission.CHART,
    "session_found": Permission.CHART,
    "session_strike": Permission.CHART,
    "session_confirm": Permission.CHART,
    "session_notice": Permission.CHART,
    "session_help": Permission.CHART,
    "session_help_answered": Permission.CHART,
    "calls": Permission.READ_RULES,
    "session_medicine": Permission.CHART,
    "session_measure": Permission.CHART,
    "session_monitor_off": Permission.CHART,
    "session_transfer": Permission.CHART,
    "gate_screen": Permission.RUN_INFUSION,
    "session_drug": Permission.CHART,
    "session_correct_draw": Permission.RUN_INFUSION,
    "session_bag": Permission.RUN_INFUSION,
    "session_spill": Permission.CHART,
    "session_resite": Permission.CHART,
    "session_left_unseen": Permission.CHART,
    "session_died": Permission.CHART,
    "session_recovery": Permission.CHART,
    "session_discharge": Permission.DISCHARGE,
    "session_note": Permission.READ_CHART,
    "session_sign": Permission.SIGN_NOTE,
    "session_document": Permission.READ_CHART,
    "session_document_pdf": Permission.READ_CHART,
    "stock": Permission.READ_STOCK,
    "stock_receive": Permission.RECEIVE_STOCK,
    "stock_standard": Permission.SIGN_RULES,
    "stock_count": Permission.KEEP_STOCK,
    "stock_record": Permission.READ_STOCK,
    "stock_record_document": Permission.READ_STOCK,
    "stock_record_document_pdf": Permission.READ_STOCK,
    "stock_open": Permission.KEEP_STOCK,
    "stock_waste": Permission.KEEP_STOCK,
    "stock_damage": Permission.KEEP_STOCK,
    "stock_return": Permission.KEEP_STOCK,
    "stock_set_apart": Permission.KEEP_STOCK,
    "stock_put_back": Permission.KEEP_STOCK,
    "stock_correct": Permission.KEEP_STOCK,
    "stock_strike": Permission.KEEP_STOCK,
    "stock_settle": Permission.SETTLE_STOCK,
    "stock_vial": Permission.READ_STOCK,
    "stock_vial_document": Permission.READ_STOCK,
    "stock_vial_document_pdf": Permission.READ_STOCK,
    "gateway_connect": Open.TOKEN,
    "gateway_samples": Open.TOKEN,
    "gateway_clock": Open.TOKEN,
    "gateway_session": Open.TOKEN,
}

SECOND_FACTOR_PAGES = frozenset(name for name in ROUTES if name.startswith(("mfa_", "account_")))

Answer = Callable[[HttpRequest], HttpResponse]


class AccessMiddleware:
    """Asks the table before any view runs, audits refusals and looks, and forbids storing pages."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, giving the browser a device id and its headers."""
        if not device_of(request):
            request.new_device = secrets.token_urlsafe(18)  # type: ignore[attr-defined]
        before = request.session.get(kept.KEPT)
        with staff_names_read_once(), rules_read_once():
            response = self._get_response(request)
        response = _onward(request, response)
        if before:
            kept.sent(request, response)
            kept.carried(before, request)
        ensure_device(request, response)
        response.setdefault("Cache-Control", "no-store")
        looks.end(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Answer, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse what the table does not allow; None lets the view run."""
        del view, arguments
        name = request.resolver_match.view_name if request.resolver_match else ""
        need = ROUTES.get(name)
        if need is None:
            return refuse(request, name or "unknown")
        if need in {Open.PUBLIC, Open.TOKEN, Open.INVITED}:
            return None
        user = request.user
        if not isinstance(user, Staff):
            return _to_sign_in(request)
        if lacks_second_factor(user) and name not in SECOND_FACTOR_PAGES:
            return redirect("mfa_index")
        if isinstance(need, Permission) and not user.may(need):
            return refuse(request, name)
        waiting = held_back(request, name, user)
        if waiting is not None:
            return waiting
        if kept.may_be_kept(request) and (other := kept.typed_by_another(request.POST, user.username)):
            kept.keep(request, other)
            return redirect("kept")
        # Before the page reads anything: what is written from here on, it may not show.
        setattr(request, DRAWN_FROM, head().seq)
        looks.begin(request, user.username, name, keywords)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer in words what a page without a form of its own was refused; None leaves anything else a failure."""
        if isinstance(exception, NotPermitted):
            return refuse(request, request.resolver_match.view_name if request.resolver_match else "unknown")
        if isinstance(exception, Superseded):
            reason = exception.words(rules_in_force(clock.now()), names_of_staff())
            return render(request, "shell/errors/refused.html", {"reason": reason}, status=422)
        if isinstance(exception, Malformed | Refused | Conflict):
            return render(request, "shell/errors/refused.html", {"reason": str(exception)}, status=422)
        if isinstance(exception, OperationalError):
            return unwritten.answer(request, exception)
        return None


def _onward(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Tell a form that a page of ours sent by itself where to go on; fetched by it, that page's words would be lost."""
    location = response.headers.get("Location")
    if not location or request.method != "POST" or "X-Form" not in request.headers:
        return response
    answer = HttpResponse(status=204, headers={"X-Onward": location})
    answer.cookies = response.cookies
    return answer


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A fragment must not swap the sign-in page into a chart.
        return HttpResponse(status=401, headers={"HX-Redirect": settings.LOGIN_ADDRESS})
    return kept.to_sign_in(request, str(request.POST.get(kept.TYPED_BY, "")))


def refuse(request: HttpRequest, page: str) -> HttpResponse:
    """Answer 403 with what to do, and audit who asked for what."""
    user = request.user
    if isinstance(user, Staff):
        record_house_event("audit", RefusalAudited(staff=user.username, page=page), clock.now())
    return render(request, "shell/errors/403.html", {"page": page}, status=403)
