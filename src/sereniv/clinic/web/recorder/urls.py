"""The addresses of the flight recorder: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.recorder import views
from sereniv.clinic.web.shell.addresses import SESSION, address

urlpatterns = [
    address(f"{SESSION}recorder/", views.recorder, "session_recorder", Permission.READ_SESSIONS),
    address(f"{SESSION}recorder/file/", views.recorder_file, "session_recorder_file", Permission.READ_SESSIONS),
]
