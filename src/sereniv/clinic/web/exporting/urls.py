"""The addresses of exports: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.exporting import views
from sereniv.clinic.web.shell.addresses import address

urlpatterns = [
    address("export/", views.export, "export", Permission.EXPORT),
    address("export/progress/", views.progress, "export_progress", Permission.EXPORT),
    address("export/file/<str:name>", views.take, "export_take", Permission.EXPORT),
]
