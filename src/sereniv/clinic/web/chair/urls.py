"""The addresses of the chair: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.chair import care, emergency, finish, mishaps, prompts, pump, spare, strike, views
from sereniv.clinic.web.shell.addresses import SESSION, address

urlpatterns = [
    address(SESSION, views.session, "session", Permission.READ_SESSIONS),
    address(f"{SESSION}status/", views.session_status, "session_status", Permission.READ_INTAKE),
    address(f"{SESSION}log/", views.session_log, "session_log", Permission.READ_SESSIONS),
    address(f"{SESSION}data/", views.session_data, "session_data", Permission.READ_SESSIONS),
    address(f"{SESSION}spare/", spare.spare, "session_spare", Permission.CHART),
    address(f"{SESSION}vitals/", views.vitals, "session_vitals", Permission.CHART),
    address(f"{SESSION}from-monitor/", views.from_monitor, "session_from_monitor", Permission.CHART),
    address(f"{SESSION}observe/", views.observe, "session_observe", Permission.CHART),
    address(f"{SESSION}note-down/", views.remark, "session_remark", Permission.CHART),
    address(f"{SESSION}rate/", pump.rate, "session_rate", Permission.RUN_INFUSION),
    address(f"{SESSION}paused/", pump.paused, "session_paused", Permission.CHART),
    address(f"{SESSION}resume/", pump.resume, "session_resume", Permission.RUN_INFUSION),
    address(f"{SESSION}stopped/", pump.stopped, "session_stopped", Permission.CHART),
    address(f"{SESSION}found/", pump.found, "session_found", Permission.CHART),
    address(f"{SESSION}strike/<int:entry>/", strike.strike_entry, "session_strike", Permission.CHART),
    address(f"{SESSION}confirm/<int:entry>/<str:field>/", views.confirm_entry, "session_confirm", Permission.CHART),
    address(f"{SESSION}notice/<str:alert>/", views.notice, "session_notice", Permission.CHART),
    address(f"{SESSION}seen/", prompts.seen, "session_seen", Permission.READ_SESSIONS),
    address(f"{SESSION}sound-off/", prompts.sound_off, "session_sound_off", Permission.CHART),
    address(f"{SESSION}help/", care.call_help, "session_help", Permission.CHART),
    address(f"{SESSION}help/coming/", care.help_coming, "session_help_coming", Permission.CHART),
    address(f"{SESSION}help/answered/", care.help_answered, "session_help_answered", Permission.CHART),
    address(f"{SESSION}emergency/", emergency.emergency, "session_emergency", Permission.READ_INTAKE),
    address(f"{SESSION}emergency/open/", emergency.opened, "session_emergency_open", Permission.CHART),
    address(f"{SESSION}emergency/over/", emergency.over, "session_emergency_over", Permission.CHART),
    address("calls/", care.calls, "calls", Permission.READ_RULES),
    address(f"{SESSION}medicine/", care.medicine, "session_medicine", Permission.CHART),
    address(f"{SESSION}done/", care.measure, "session_measure", Permission.CHART),
    address(f"{SESSION}monitor-off/", care.monitor_off, "session_monitor_off", Permission.CHART),
    address(f"{SESSION}transfer/", care.transfer, "session_transfer", Permission.CHART),
    address(f"{SESSION}gate/since-last-time/", care.screen, "gate_screen", Permission.RUN_INFUSION),
    address(f"{SESSION}drug/", finish.drug, "session_drug", Permission.CHART),
    address(
        f"{SESSION}drug/<int:entry>/correct/", mishaps.correct_draw, "session_correct_draw", Permission.RUN_INFUSION
    ),
    address(f"{SESSION}bag/", mishaps.further_bag, "session_bag", Permission.RUN_INFUSION),
    address(f"{SESSION}spilt/", mishaps.spill, "session_spill", Permission.CHART),
    address(f"{SESSION}line/", mishaps.resite, "session_resite", Permission.CHART),
    address(f"{SESSION}left-unseen/", mishaps.left_unseen, "session_left_unseen", Permission.CHART),
    address(f"{SESSION}died/", mishaps.died, "session_died", Permission.CHART),
    address(f"{SESSION}recovery/", finish.recovery, "session_recovery", Permission.CHART),
    address(f"{SESSION}discharge/", finish.discharge, "session_discharge", Permission.DISCHARGE),
    address(f"{SESSION}note/", finish.note, "session_note", Permission.READ_SESSIONS),
    address(f"{SESSION}note/sign/", finish.sign, "session_sign", Permission.SIGN_NOTE),
]
