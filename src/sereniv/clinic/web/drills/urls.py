"""The addresses of drills: what each one shows, and who may see it. In a clinic's home every one refuses in words."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.drills import views
from sereniv.clinic.web.shell.addresses import SESSION, address

urlpatterns = [
    address("drills/", views.drills_page, "drills", Permission.CHART),
    address("drills/<str:crisis>/begin/", views.begin, "drill_begin", Permission.CHART),
    address(f"{SESSION}drill/", views.drill, "session_drill", Permission.READ_SESSIONS),
    address(f"{SESSION}drill/part/", views.drill_part, "session_drill_part", Permission.READ_SESSIONS),
    address(f"{SESSION}drill/pdf/", views.drill_pdf, "session_drill_pdf", Permission.READ_SESSIONS),
    address(f"{SESSION}drill/end/", views.end, "session_drill_end", Permission.CHART),
]
