"""The addresses of the clinic itself: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.admin import apps, clinic, erasing, house, samples, service, signed_in, staff, told, views
from sereniv.clinic.web.shell.addresses import Open, address

urlpatterns = [
    address("switch/", house.switch, "switch", Open.SIGNED_IN),
    address("rules/", house.rules, "rules", Permission.READ_RULES),
    address("ledger/", house.ledger, "ledger", Permission.READ_LEDGER),
    address("ledger/check/", house.ledger_check, "ledger_check", Permission.READ_LEDGER),
    address("ledger/samples/", samples.samples, "samples", Permission.READ_LEDGER),
    address("ledger/samples/keep/", samples.keep, "samples_keep", Permission.ERASE),
    address("ledger/samples/let-go/", samples.let_go, "samples_let_go", Permission.ERASE),
    address("ledger/seen/", house.ledger_seen, "ledger_seen", Open.SIGNED_IN),
    address("ledger/<int:seq>/erase/", erasing.erase, "ledger_erase", Permission.ERASE),
    address("erasures/<int:seq>/stop/", erasing.stop, "erasure_stop", Permission.ERASE),
    address("going-live/", house.go_live, "go_live", Permission.SIGN_LIVE),
    address("live-prediction/", house.live_prediction, "live_prediction", Permission.SWITCH_LIVE_PREDICTION),
    address("demo/clock/", house.demo_clock, "demo_clock", Permission.SET_DEMO_CLOCK),
    address("me/pin/", views.my_pin, "my_pin", Open.SIGNED_IN),
    address("me/password/", views.my_password, "my_password", Open.SIGNED_IN),
    address("me/places/", signed_in.my_places, "my_places", Open.SIGNED_IN),
    address("me/service/", service.my_service, "my_service", Open.SIGNED_IN),
    address("me/service/unlink/", service.my_service_unlink, "my_service_unlink", Open.SIGNED_IN),
    address("me/told/", told.my_told, "my_told", Open.SIGNED_IN),
    address("me/duty/", told.my_duty, "my_duty", Permission.READ_SESSIONS),
    address("me/mail/", told.my_mail, "my_mail", Open.SIGNED_IN),
    address("me/push/", told.my_push, "my_push", Permission.READ_SESSIONS),
    address("me/push/<int:device_id>/off/", told.my_push_off, "my_push_off", Permission.READ_SESSIONS),
    address("me/trial/", told.my_trial, "my_trial", Open.SIGNED_IN),
    address("set-up/", views.setup, "setup", Permission.MANAGE_HOME),
    address("set-up/roles/", views.roles, "roles", Permission.READ_RULES),
    address("set-up/staff/new/", staff.staff_new, "setup_staff_new", Permission.MANAGE_HOME),
    address("set-up/staff/<int:staff_id>/roles/", staff.staff_roles, "setup_staff_roles", Permission.MANAGE_HOME),
    address(
        "set-up/staff/<int:staff_id>/deactivate/",
        staff.staff_deactivate,
        "setup_staff_deactivate",
        Permission.MANAGE_HOME,
    ),
    address(
        "set-up/staff/<int:staff_id>/reactivate/",
        staff.staff_reactivate,
        "setup_staff_reactivate",
        Permission.MANAGE_HOME,
    ),
    address(
        "set-up/staff/<int:staff_id>/password/", staff.staff_password, "setup_staff_password", Permission.MANAGE_HOME
    ),
    address(
        "set-up/staff/<int:staff_id>/clear-pin/", staff.staff_clear_pin, "setup_staff_clear_pin", Permission.MANAGE_HOME
    ),
    address(
        "set-up/staff/<int:staff_id>/second-factor/",
        staff.staff_clear_factor,
        "setup_staff_clear_factor",
        Permission.MANAGE_HOME,
    ),
    address(
        "set-up/staff/<int:staff_id>/places/", signed_in.staff_places, "setup_staff_places", Permission.MANAGE_HOME
    ),
    address("set-up/chairs/new/", views.chair_new, "setup_chair_new", Permission.MANAGE_HOME),
    address("set-up/chairs/<int:chair_id>/rename/", views.chair_rename, "setup_chair_rename", Permission.MANAGE_HOME),
    address("set-up/chairs/<int:chair_id>/retire/", views.chair_retire, "setup_chair_retire", Permission.MANAGE_HOME),
    address(
        "set-up/chairs/<int:chair_id>/reinstate/",
        views.chair_reinstate,
        "setup_chair_reinstate",
        Permission.MANAGE_HOME,
    ),
    address("set-up/clinic/", views.clinic, "setup_clinic", Permission.MANAGE_HOME),
    address(
        "set-up/staff/<int:staff_id>/co-sign/", clinic.staff_co_sign, "setup_staff_co_sign", Permission.MANAGE_HOME
    ),
    address("set-up/chairs/<int:chair_id>/room/", clinic.chair_room, "setup_chair_room", Permission.MANAGE_HOME),
    address("set-up/rooms/new/", clinic.room_new, "setup_room_new", Permission.MANAGE_HOME),
    address("set-up/rooms/<int:room_id>/rename/", clinic.room_rename, "setup_room_rename", Permission.MANAGE_HOME),
    address("set-up/rooms/<int:room_id>/retire/", clinic.room_retire, "setup_room_retire", Permission.MANAGE_HOME),
    address(
        "set-up/rooms/<int:room_id>/reinstate/", clinic.room_reinstate, "setup_room_reinstate", Permission.MANAGE_HOME
    ),
    address("set-up/staff/<int:staff_id>/unlink/", service.staff_unlink, "setup_staff_unlink", Permission.MANAGE_HOME),
    address("set-up/service/", service.setup_service, "setup_service", Permission.MANAGE_HOME),
    address("set-up/service/end/", service.setup_service_end, "setup_service_end", Permission.MANAGE_HOME),
    address("set-up/apps/", apps.listed, "setup_apps", Permission.MANAGE_HOME),
    address("set-up/apps/new/", apps.new, "setup_app_new", Permission.MANAGE_HOME),
    address("set-up/apps/<slug:app_id>/limit/", apps.limit, "setup_app_limit", Permission.MANAGE_HOME),
    address("set-up/apps/<slug:app_id>/keys/", apps.keys, "setup_app_keys", Permission.MANAGE_HOME),
    address("set-up/apps/<slug:app_id>/revoke/", apps.revoke, "setup_app_revoke", Permission.MANAGE_HOME),
    address("set-up/hours/", clinic.hours, "setup_hours", Permission.MANAGE_HOME),
    address("set-up/on-call/new/", clinic.on_call_new, "setup_on_call_new", Permission.MANAGE_HOME),
    address("set-up/on-call/<int:shift_id>/off/", clinic.on_call_off, "setup_on_call_off", Permission.MANAGE_HOME),
]
