"""The addresses of the gate: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.gate import views
from sereniv.clinic.web.shell.addresses import SESSION, address

urlpatterns = [
    address(f"{SESSION}gate/", views.gate, "session_gate", Permission.READ_SESSIONS),
    address(f"{SESSION}gate/<str:line>/say/", views.attest, "gate_attest", Permission.RUN_INFUSION),
    address(f"{SESSION}gate/<str:line>/pass/", views.override, "gate_override", Permission.SIGN_EXCEPTION),
    address(f"{SESSION}draw/", views.draw, "gate_draw", Permission.RUN_INFUSION),
    address(f"{SESSION}pass-gate/", views.pass_gate, "gate_pass", Permission.RUN_INFUSION),
    address(f"{SESSION}start/", views.start, "session_start", Permission.RUN_INFUSION),
    address(f"{SESSION}close-unused/", views.close_unused, "session_close_unused", Permission.RUN_INFUSION),
]
