"""The addresses of bedside devices: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.devices import bedside, register
from sereniv.clinic.web.shell.addresses import address

DEVICE = "set-up/devices/<int:device_id>/"
HELD = "devices/held/<int:upto>/"

urlpatterns = [
    address("set-up/devices/", register.devices, "setup_devices", Permission.MANAGE_HOME),
    address("set-up/devices/new/", register.device_new, "setup_device_new", Permission.MANAGE_HOME),
    address(f"{DEVICE}change/", register.device_change, "setup_device_change", Permission.MANAGE_HOME),
    address(f"{DEVICE}token/", register.device_token, "setup_device_token", Permission.MANAGE_HOME),
    address(f"{DEVICE}revoke/", register.device_revoke, "setup_device_revoke", Permission.MANAGE_HOME),
    address(
        "set-up/devices/home-token/revoke/",
        register.home_token_revoke,
        "setup_home_token_revoke",
        Permission.MANAGE_HOME,
    ),
    address("devices/", bedside.held, "devices_held", Permission.CHART),
    address(f"{HELD}give/", bedside.held_give, "devices_held_give", Permission.CHART),
    address(f"{HELD}refuse/", bedside.held_refuse, "devices_held_refuse", Permission.CHART),
    address("devices/<int:device_id>/clock/", bedside.clock_read, "device_clock", Permission.CHART),
    address("sessions/<uuid:session_id>/monitor/", bedside.pick, "session_monitor", Permission.CHART),
]
